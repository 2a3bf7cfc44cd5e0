import { NetworkList, wordOf } from './network-list.ts';
import { makeRuns, mergeRuns, type NetworkRuns, PART_BITS } from './network-runs.ts';

/** One network: the first `prefixLength` bits of `octets` (4 or 16 of them) have `value`. */
export interface NetworkEntry {
  readonly octets: Uint8Array;
  readonly prefixLength: number;
  /** 1 to 32,767. */
  readonly value: number;
}

export const MOST_VALUES = 32_767;

/**
 * Values by network, the longest prefix first, for millions of networks: runs of addresses of one value, sorted by where they begin, so that a look-up
 * is a short search in numbers that lie side by side. A run says at once for how many bits of an address its value holds, and no fewer would do.
 */
export class NetworkMap {
  /** For how many bits of the address what `find` found last holds. */
  prefixLength = 0;
  private readonly ipv4: NetworkRuns;
  private readonly ipv6: NetworkRuns;

  constructor(ipv4: NetworkRuns, ipv6: NetworkRuns) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  /** Of two entries of one network the later holds. */
  static of(entries: readonly NetworkEntry[]): NetworkMap {
    const lists = [new NetworkList(1), new NetworkList(4)] as const;
    for (const { octets, prefixLength, value } of entries) lists[octets.length === 4 ? 0 : 1].add(octets, 0, prefixLength, value);
    return new NetworkMap(makeRuns(lists[0]), makeRuns(lists[1]));
  }

  /** This map with other values. @param newValues - by value. */
  merged(newValues: Uint32Array): NetworkMap {
    return new NetworkMap(mergeRuns(this.ipv4, newValues), mergeRuns(this.ipv6, newValues));
  }

  /** How many runs there are. */
  get size(): number {
    return this.ipv4.count + this.ipv6.count;
  }

  /** @param address - 4 or 16 octets at least, by `family`. @returns NO_VALUE, or that of the longest network; sets `prefixLength`. */
  find(address: Uint8Array, family: 4 | 6): number {
    return family === 4 ? this.find4(wordOf(address, 0)) : this.find6(address);
  }

  private find4(address: number): number {
    const { count, index, parts, runs, shift } = this.ipv4;
    const at = shift === 32 ? 0 : (address >>> shift) * 2;
    let low = index[at]!;
    let end = index[at + 2]!;
    const part = index[at + 1]!;
    if (part !== 0) {
      const inPart = (part >>> PART_BITS) + bitsOf(address, shift, part & 31);
      low = parts[inPart]!;
      end = parts[inPart + 1]!;
    }
    while (low < end) {
      const middle = (low + end + 1) >>> 1;
      if (runs[middle * 2]! <= address) low = middle;
      else end = middle - 1;
    }
    // The least number of bits that tell it from the last address before the run, and from the first behind it: those that are shared, and one.
    const before = low === 0 ? 0 : Math.clz32((runs[low * 2]! - 1) ^ address) + 1;
    const behind = low + 1 === count ? 0 : Math.clz32(runs[low * 2 + 2]! ^ address) + 1;
    this.prefixLength = Math.max(before, behind);
    return runs[low * 2 + 1]!;
  }

  private find6(address: Uint8Array): number {
    const { count, index, parts, runs, shift, words } = this.ipv6;
    const stride = words + 1;
    const first = wordOf(address, 0);
    const second = wordOf(address, 1);
    const at = shift === 32 ? 0 : (first >>> shift) * 2;
    let low = index[at]!;
    let end = index[at + 2]!;
    const part = index[at + 1]!;
    if (part !== 0) {
      const inPart = (part >>> PART_BITS) + bitsOf(first, shift, part & 31);
      low = parts[inPart]!;
      end = parts[inPart + 1]!;
    }
    while (low < end) {
      const middle = (low + end + 1) >>> 1;
      const run = middle * stride;
      let difference = runs[run]! - first;
      if (difference === 0) difference = runs[run + 1]! - second;
      if (difference === 0 && words === 4) difference = compareTail(runs, run, address);
      if (difference <= 0) low = middle;
      else end = middle - 1;
    }
    const run = low * stride;
    let before = 0;
    let behind = 0;
    if (words === 2) {
      if (low > 0) before = sharedBits64(runs[run]!, runs[run + 1]!, -1, first, second) + 1;
      if (low + 1 < count) behind = sharedBits64(runs[run + 3]!, runs[run + 4]!, 0, first, second) + 1;
    } else {
      if (low > 0) before = sharedBits(this.ipv6, address, low, true) + 1;
      if (low + 1 < count) behind = sharedBits(this.ipv6, address, low + 1, false) + 1;
    }
    this.prefixLength = Math.max(before, behind);
    return runs[run + words]!;
  }
}

/** The `bits` bits of a word that follow its first `32 - shift`. */
function bitsOf(word: number, shift: number, bits: number): number {
  return (word >>> (shift - bits)) & ((1 << bits) - 1);
}

function compareTail(runs: Uint32Array, run: number, address: Uint8Array): number {
  return runs[run + 2]! - wordOf(address, 2) || runs[run + 3]! - wordOf(address, 3);
}

/** Leading bits that two different numbers of 64 bits have in common, of which the first is `high`, `low` with `added` (0 or -1) to it. */
function sharedBits64(high: number, low: number, added: number, otherHigh: number, otherLow: number): number {
  const difference = ((low === 0 ? high + added : high) ^ otherHigh) >>> 0;
  return difference !== 0 ? Math.clz32(difference) : 32 + Math.clz32((low + added) ^ otherLow);
}

/** Leading bits that the address has in common with where `run` begins, or (`isBefore`) with the last address before that. */
function sharedBits({ runs, words }: NetworkRuns, address: Uint8Array, run: number, isBefore: boolean): number {
  const at = run * (words + 1);
  // Subtracting 1 turns the zeros at the end into ones, and the one before them into a zero.
  let last = words - 1;
  if (isBefore) while (last > 0 && runs[at + last]! === 0) last--;
  for (let word = 0; word < words; word++) {
    let start = runs[at + word]!;
    if (isBefore && word >= last) start = word === last ? start - 1 : 0xffffffff;
    const difference = (start ^ wordOf(address, word)) >>> 0;
    if (difference !== 0) return word * 32 + Math.clz32(difference);
  }
  return words * 32;
}
