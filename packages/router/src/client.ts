import type { QueryView } from '@dnsteer/wire';

/** Who is asked for: the prefix of the EDNS Client Subnet option when one came and counts, else the peer's own address. */
export interface ClientSubnet {
  /** 16 octets; the first 4 or 16 are used, according to `family`; zero past the prefix when it came by ECS. */
  readonly address: Uint8Array;
  family: 4 | 6;
  /** 0-32 or 0-128. */
  prefixLength: number;
  fromEcs: boolean;
}

/** Who sent the packet, copied out of the transport's own (reused) object. */
export interface PeerFacts {
  address: string;
  port: number;
  family: 4 | 6;
  transport: 'udp' | 'tcp' | 'tls' | 'https';
}

/**
 * Whom to answer: the ECS prefix, else the source address. SOURCE PREFIX-LENGTH 0 says nothing of the client (RFC 7871 7.1.2), so the source address
 * stands in; the scope of the answer is 0 then.
 */
export function readClient(query: QueryView, peer: PeerFacts, client: ClientSubnet): void {
  client.fromEcs = query.hasClientSubnet && query.ecsSourcePrefix > 0;
  if (client.fromEcs) {
    client.family = query.ecsFamily === 2 ? 6 : 4;
    client.prefixLength = query.ecsSourcePrefix;
    client.address.set(query.ecsAddress);
    return;
  }
  client.family = readAddress(peer.address, client.address);
  client.prefixLength = client.family === 4 ? 32 : 128;
}

const MAPPED = /^::ffff:(?=\d+\.)/i;

/**
 * Reads the text of an address into `octets` (16; the unused ones become 0). An IPv4-mapped IPv6 address counts as IPv4 (RFC 4291 2.5.5.2).
 *
 * @returns the family; text that is no address reads as 0.0.0.0.
 */
export function readAddress(text: string, octets: Uint8Array): 4 | 6 {
  octets.fill(0);
  const v4 = MAPPED.test(text) ? text.replace(MAPPED, '') : text;
  if (!v4.includes(':')) {
    readIpv4(v4, octets, 0);
    return 4;
  }
  const plain = text.split('%', 1)[0]!;
  const [head = '', tail] = plain.split('::');
  readGroups(head, octets, 0);
  if (tail !== undefined && tail !== '') readGroups(tail, octets, 16 - 2 * countGroups(tail));
  return 6;
}

function readIpv4(text: string, octets: Uint8Array, at: number): void {
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i);
    if (digit === 0x2e) {
      octets[at++] = value;
      value = 0;
    } else value = value * 10 + digit - 0x30;
  }
  octets[at] = value;
}

function readGroups(text: string, octets: Uint8Array, at: number): void {
  if (text === '') return;
  for (const group of text.split(':')) {
    if (group.includes('.')) {
      readIpv4(group, octets, at);
      return;
    }
    const value = Number.parseInt(group, 16);
    octets[at++] = value >> 8;
    octets[at++] = value & 255;
  }
}

function countGroups(text: string): number {
  const groups = text.split(':');
  return groups.length + (groups.at(-1)!.includes('.') ? 1 : 0);
}
