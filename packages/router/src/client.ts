import type { QueryView } from '@dnsteer/wire';
import { addressText } from './request.ts';

/** Who is asked for: the prefix of the EDNS Client Subnet option when one came and counts, else the peer's own address. */
export interface ClientSubnet {
  /** 16 octets; the first 4 or 16 are used, according to `family`; zero past the prefix when it came by ECS. */
  readonly address: Uint8Array;
  family: 4 | 6;
  /** 0-32 or 0-128. */
  prefixLength: number;
  fromEcs: boolean;
}

/** Who sent the packet. The transport's own object, which it uses again for the next packet. */
export interface PeerFacts {
  /** As text; it may be made when it is asked for. */
  readonly address: string;
  /** The same in 16 octets, IPv4 in the first 4; left out where the transport has the text only. */
  readonly octets?: Uint8Array | undefined;
  readonly port: number;
  readonly family: 4 | 6;
  readonly transport: 'udp' | 'tcp' | 'tls' | 'https';
}

/** What stays when the transport goes on to the next packet. Used again; the text of the address is made when it is asked for. */
export class OwnPeer implements PeerFacts {
  port = 0;
  family: 4 | 6 = 4;
  transport: PeerFacts['transport'] = 'udp';
  readonly #own = new Uint8Array(16);
  #hasOctets = false;
  #address = '';

  copy(peer: PeerFacts): void {
    const { octets } = peer;
    this.#hasOctets = octets !== undefined;
    if (octets === undefined) this.#address = peer.address;
    else for (let i = 0; i < 16; i++) this.#own[i] = octets[i]!;
    this.port = peer.port;
    this.family = peer.family;
    this.transport = peer.transport;
  }

  get address(): string {
    return this.#hasOctets ? addressText(this.#own, this.family) : this.#address;
  }

  get octets(): Uint8Array | undefined {
    return this.#hasOctets ? this.#own : undefined;
  }
}

/**
 * The peer's address in `octets` (16; the unused ones become 0), as {@link readAddress}. Allocates nothing.
 *
 * @returns the family; an IPv4-mapped IPv6 address counts as IPv4.
 */
export function readPeer(peer: PeerFacts, octets: Uint8Array): 4 | 6 {
  if (peer.octets === undefined) return readAddress(peer.address, octets);
  octets.set(peer.octets);
  return peer.family === 4 ? 4 : unmapped(octets);
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
  readSource(peer, client);
}

/** Who sent the query: all bits of the source address. */
export function readSource(peer: PeerFacts, client: ClientSubnet): void {
  client.fromEcs = false;
  client.family = readPeer(peer, client.address);
  client.prefixLength = client.family === 4 ? 32 : 128;
}

const COLON = 0x3a;
const DOT = 0x2e;
const PERCENT = 0x25;

/**
 * Reads the text of an address into `octets` (16; the unused ones become 0). An IPv4-mapped IPv6 address counts as IPv4 (RFC 4291 2.5.5.2); a zone
 * index is not looked at. Allocates nothing.
 *
 * @returns the family; text that is no address reads as 0.0.0.0.
 */
export function readAddress(text: string, octets: Uint8Array): 4 | 6 {
  octets.fill(0);
  if (readIpv4(text, 0, text.length, octets, 0)) return 4;
  if (readIpv6(text, octets)) return unmapped(octets);
  octets.fill(0);
  return 4;
}

/** Makes an IPv4-mapped address the IPv4 address that it means (RFC 4291 2.5.5.2). */
function unmapped(octets: Uint8Array): 4 | 6 {
  if (!isMapped(octets)) return 6;
  octets.copyWithin(0, 12, 16);
  octets.fill(0, 4);
  return 4;
}

function readIpv4(text: string, from: number, end: number, octets: Uint8Array, at: number): boolean {
  let value = 0;
  let digits = 0;
  let dots = 0;
  for (let i = from; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || dots === 3) return false;
      octets[at + dots++] = value;
      value = 0;
      digits = 0;
    } else {
      const digit = code - 0x30;
      const hasLeadingZero = digits > 0 && value === 0;
      if (digit < 0 || digit > 9 || hasLeadingZero || ++digits > 3) return false;
      value = value * 10 + digit;
      if (value > 255) return false;
    }
  }
  octets[at + 3] = value;
  return dots === 3 && digits > 0;
}

/** RFC 4291 2.2: groups of up to four hexadecimal digits, one "::" for groups of zeros, dotted IPv4 for the last two. */
function readIpv6(text: string, octets: Uint8Array): boolean {
  const end = endOfAddress(text);
  let at = 0;
  let gapAt = -1;
  let i = 0;
  if (text.startsWith('::')) {
    gapAt = 0;
    i = 2;
  }
  while (i < end) {
    const groupAt = i;
    let value = 0;
    for (let digit: number; i < end && (digit = hexDigit(text.charCodeAt(i))) >= 0; i++) value = value * 16 + digit;
    if (i < end && text.charCodeAt(i) === DOT) {
      if (at > 12 || !readIpv4(text, groupAt, end, octets, at)) return false;
      at += 4;
      break;
    }
    if (i === groupAt || i > groupAt + 4 || at > 14) return false;
    octets[at++] = value >> 8;
    octets[at++] = value & 255;
    if (i === end) break;
    // A colon has a group or another colon behind it.
    if (text.charCodeAt(i++) !== COLON || i === end) return false;
    if (text.charCodeAt(i) !== COLON) continue;
    if (gapAt >= 0) return false;
    gapAt = at;
    i++;
  }
  if (gapAt < 0) return at === 16;
  // What came behind "::" belongs to the end.
  const tailAt = 16 - (at - gapAt);
  octets.copyWithin(tailAt, gapAt, at);
  octets.fill(0, gapAt, tailAt);
  return at <= 14;
}

function endOfAddress(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === PERCENT) return i;
  return text.length;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function isMapped(octets: Uint8Array): boolean {
  for (let i = 0; i < 10; i++) if (octets[i] !== 0) return false;
  return octets[10] === 0xff && octets[11] === 0xff;
}
