import type { Peer } from './listener.ts';

/** Octets of one peer in the add-on's table; see native/udp_batch.c. */
export const PEER_OCTETS = 44;
const PORT_AT = 40;

/** A peer in the add-on's table, read when it is asked for. */
export class BatchPeer implements Peer {
  readonly family: 4 | 6;
  readonly transport: 'udp' | 'tcp';
  /** The row of the table. */
  readonly row: Uint8Array;
  readonly octets: Uint8Array;

  constructor(row: Uint8Array, family: 4 | 6, transport: 'udp' | 'tcp') {
    this.row = row;
    this.octets = row.subarray(0, 16);
    this.family = family;
    this.transport = transport;
  }

  get address(): string {
    return this.family === 4 ? this.octets.subarray(0, 4).join('.') : formatIpv6(this.octets);
  }

  get port(): number {
    return (this.row[PORT_AT]! << 8) | this.row[PORT_AT + 1]!;
  }
}

/** RFC 5952. */
function formatIpv6(octets: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (octets[2 * i]! << 8) | octets[2 * i + 1]!);
  let start = 0;
  let length = 0;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) [start, length] = [i, end - i];
  }
  const text = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return length < 2 ? text(0, 8) : `${text(0, start)}::${text(start + length, 8)}`;
}
