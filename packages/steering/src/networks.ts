/**
 * What is remembered of networks, in memory of fixed size without objects. Both tables consist of lines of 64 octets, as the processor's cache does; a
 * network has one line where it can stand, and a full line loses one of its entries to the next.
 */

/** `find` knows nothing of the network. Anything else: the number that was kept << PREFIX_BITS, and the prefix length. */
export const UNKNOWN = -1;
export const PREFIX_BITS = 8;

const LINE_WORDS = 16;
const LINE_BITS = 14;

// An entry of Ipv4Networks, from bit 0: 1 (0 as a whole: empty), prefix length (5 bits), number (16 bits), tag (10 bits).
const TAG_BITS = 10;
const TAG_SHIFT = 22;
const NUMBER_SHIFT = 6;
const NUMBER_MASK = 0xffff;
const WHOSE = (-1 << TAG_SHIFT) | 1;
// Odd: multiplication by it modulo 2^24 makes no two /24 alike, so line and tag together tell which one it is.
const MULTIPLIER = 0x9e3779;

/** Numbers (0 to 65535) by IPv4 /24, with a prefix length of 0 to 24. At most 262,144, 1 MiB. */
export class Ipv4Networks {
  private readonly words = new Int32Array(LINE_WORDS << LINE_BITS);
  private turn = 0;

  /** @param address - IPv4 as an int32. */
  find(address: number): number {
    const { words } = this;
    const mixed = Math.imul(address >>> 8, MULTIPLIER);
    const start = ((mixed >>> TAG_BITS) & ((1 << LINE_BITS) - 1)) * LINE_WORDS;
    const wanted = (mixed << TAG_SHIFT) | 1;
    for (let at = start; at < start + LINE_WORDS; at++) {
      const word = words[at]!;
      if ((word & WHOSE) === wanted) return (((word >>> NUMBER_SHIFT) & NUMBER_MASK) << PREFIX_BITS) | ((word >>> 1) & 0x1f);
      // A line fills from its start.
      if (word === 0) return UNKNOWN;
    }
    return UNKNOWN;
  }

  keep(address: number, number: number, prefixLength: number): void {
    const { words } = this;
    const mixed = Math.imul(address >>> 8, MULTIPLIER);
    let at = ((mixed >>> TAG_BITS) & ((1 << LINE_BITS) - 1)) * LINE_WORDS;
    const end = at + LINE_WORDS;
    while (at < end && words[at] !== 0) at++;
    if (at === end) {
      this.turn = (this.turn + 1) % LINE_WORDS;
      at = end - LINE_WORDS + this.turn;
    }
    words[at] = (mixed << TAG_SHIFT) | (number << NUMBER_SHIFT) | (prefixLength << 1) | 1;
  }

  clear(): void {
    this.words.fill(0);
  }
}

// An entry of WideNetworks: bits 0-31 of the network, bits 32-63, and number << 11 | kind << 8 | prefix length (0: empty).
const ENTRY_WORDS = 3;
const LINE_ENTRIES_WORDS = 15;
const KIND_SHIFT = 8;
const KIND = 7;
const WIDE_NUMBER_SHIFT = 11;

/** What an entry of WideNetworks is for: one IPv4 address, an IPv6 /48, an IPv6 /64. */
export const IPV4_ADDRESS = 1;
export const IPV6_NETWORK = 2;
export const IPV6_SUBNET = 3;
export type NetworkKind = typeof IPV4_ADDRESS | typeof IPV6_NETWORK | typeof IPV6_SUBNET;

/** Numbers by 64 bits and a kind. At most 81,920, 1 MiB. */
export class WideNetworks {
  private readonly words = new Int32Array(LINE_WORDS << LINE_BITS);
  private turn = 0;

  /** @param high - bits 0-31 as an int32. @param low - bits 32-63. */
  find(high: number, low: number, kind: NetworkKind): number {
    const { words } = this;
    const start = wideLine(high, low);
    for (let at = start; at < start + LINE_ENTRIES_WORDS; at += ENTRY_WORDS) {
      const known = words[at + 2]!;
      if (words[at] === high && words[at + 1] === low && ((known >> KIND_SHIFT) & KIND) === kind) {
        return ((known >>> WIDE_NUMBER_SHIFT) << PREFIX_BITS) | (known & 0xff);
      }
    }
    return UNKNOWN;
  }

  keep(high: number, low: number, kind: NetworkKind, number: number, prefixLength: number): void {
    const { words } = this;
    const start = wideLine(high, low);
    const end = start + LINE_ENTRIES_WORDS;
    let at = start;
    while (at < end && words[at + 2] !== 0) at += ENTRY_WORDS;
    if (at === end) {
      this.turn = (this.turn + ENTRY_WORDS) % LINE_ENTRIES_WORDS;
      at = start + this.turn;
    }
    words[at] = high;
    words[at + 1] = low;
    words[at + 2] = (number << WIDE_NUMBER_SHIFT) | (kind << KIND_SHIFT) | prefixLength;
  }

  clear(): void {
    this.words.fill(0);
  }
}

function wideLine(high: number, low: number): number {
  const mixed = Math.imul(high ^ (high >>> 15) ^ Math.imul(low, 0x85ebca6b), 0x9e3779b1);
  return ((mixed ^ (mixed >>> 13)) >>> (32 - LINE_BITS)) * LINE_WORDS;
}
