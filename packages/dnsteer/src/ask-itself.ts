import type { PeerFacts } from '@dnsteer/router';
import { CLASS, type QueryView } from '@dnsteer/wire';

/** What answers packets: an app. */
export interface Responding {
  respond(packet: Uint8Array, length: number, peer: PeerFacts, out: Uint8Array): number | Promise<Uint8Array | undefined>;
}

/** What a response says by its header. */
export interface HeaderFacts {
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly answers: number;
}

const MAX_OCTETS = 65535;
const CLIENT_SUBNET = 8;

/**
 * Asks an app what it would answer to the sender of a query, for the client that the query names, over TCP, with an empty EDNS option of a code.
 *
 * @param name - wire name.
 * @returns undefined where it says nothing, or not at once.
 */
export function askItself(
  app: Responding,
  query: QueryView,
  { address, port, family }: PeerFacts,
  name: Uint8Array,
  type: number,
  option: number,
): HeaderFacts | undefined {
  const { hasClientSubnet, ecsFamily, ecsSourcePrefix, ecsAddress } = query;
  const prefix = ecsAddress.subarray(0, (ecsSourcePrefix + 7) >> 3);
  const subnet = hasClientSubnet ? [0, CLIENT_SUBNET, 0, 4 + prefix.length, 0, ecsFamily, ecsSourcePrefix, 0, ...prefix] : [];
  const options = [...subnet, option >> 8, option & 0xff, 0, 0];
  const packet = Uint8Array.from([
    // ID, no flags, one question and one additional record.
    ...[0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1],
    ...[...name, type >> 8, type & 0xff, 0, CLASS.IN],
    ...[0, 0, 41, 0xff, 0xff, 0, 0, 0, 0, 0, options.length, ...options],
  ]);
  const out = new Uint8Array(MAX_OCTETS);
  const length = app.respond(packet, packet.length, { address, port, family, transport: 'tcp' }, out);
  if (typeof length !== 'number' || length === 0) return undefined;
  return { rcode: out[3]! & 15, authoritative: (out[2]! & 4) !== 0, answers: (out[6]! << 8) | out[7]! };
}
