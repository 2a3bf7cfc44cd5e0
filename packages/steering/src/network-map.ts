import { NetworkList, wordOf } from './network-list.ts';
import { makeRuns, type NetworkRuns } from './network-runs.ts';

/** One network: the first `prefixLength` bits of `octets` (4 or 16 of them) have `value`. */
export interface NetworkEntry {
  readonly octets: Uint8Array;
  readonly prefixLength: number;
  /** 1 to 32,767. */
  readonly value: number;
}

/** Longer indexes miss the cache more than they save steps: measured with a million networks. 1 and 4 MiB. */
const MOST_INDEX_BITS = { 4: 18, 6: 20 } as const;

export const MOST_VALUES = 32_767;

/**
 * Values by network, the longest prefix first, for millions of networks: runs of addresses of one value, sorted by where they begin, so that a look-up
 * is a short search in numbers that lie side by side. A run says at once for how many bits of an address its value holds, and no fewer would do.
 */
export class NetworkMap {
  /** For how many bits of the address what `find` found last holds. */
  prefixLength = 0;
  private readonly runs4: Runs;
  private readonly runs6: Runs;

  constructor(runs4: NetworkRuns, runs6: NetworkRuns) {
    this.runs4 = new Runs(1, runs4);
    this.runs6 = new Runs(4, runs6);
  }

  /** Of two entries of one network the later holds. */
  static of(entries: readonly NetworkEntry[]): NetworkMap {
    const lists = [new NetworkList(1), new NetworkList(4)] as const;
    for (const { octets, prefixLength, value } of entries) lists[octets.length === 4 ? 0 : 1].add(octets, 0, prefixLength, value);
    return new NetworkMap(makeRuns(lists[0]), makeRuns(lists[1]));
  }

  /** How many runs there are. */
  get size(): number {
    return this.runs4.count + this.runs6.count;
  }

  /** @param address - 4 or 16 octets at least, by `family`. @returns NO_VALUE, or that of the longest network; sets `prefixLength`. */
  find(address: Uint8Array, family: 4 | 6): number {
    const runs = family === 4 ? this.runs4 : this.runs6;
    const run = runs.find(address);
    this.prefixLength = runs.prefixOf(address, run);
    return runs.values[run]!;
  }
}

/** Runs of addresses, of one word each or of four: where each begins, and its value. The first begins at 0; neighbours differ in value. */
class Runs {
  readonly count: number;
  readonly values: Uint16Array;
  private readonly words: number;
  private readonly starts: Uint32Array;
  /** By the first bits of an address, about as many places as there are runs: the run that the first address with these is in. */
  private readonly index: Int32Array;
  private readonly indexShift: number;

  constructor(words: number, { starts, values }: NetworkRuns) {
    this.words = words;
    this.starts = starts;
    this.values = values;
    this.count = values.length;
    const bits = Math.min(MOST_INDEX_BITS[words === 1 ? 4 : 6], 32 - Math.clz32(this.count));
    this.indexShift = 32 - bits;
    this.index = new Int32Array(2 ** bits + 1);
    let run = 0;
    for (let high = 0; high < this.index.length; high++) {
      while (run + 1 < this.count && this.isAtOrBelow(run + 1, high * 2 ** this.indexShift)) run++;
      this.index[high] = run;
    }
  }

  /** The last run that begins at or before the address. */
  find(address: Uint8Array): number {
    const { starts, words } = this;
    const first = wordOf(address, 0);
    const high = first >>> this.indexShift;
    let low = this.index[high]!;
    let end = this.index[high + 1]!;
    while (low < end) {
      const middle = (low + end + 1) >>> 1;
      const start = starts[middle * words]!;
      if (start < first || (start === first && !this.isBehind(middle, address))) low = middle;
      else end = middle - 1;
    }
    return low;
  }

  /** The least number of bits that tell the run of the address from its neighbours. */
  prefixOf(address: Uint8Array, run: number): number {
    const before = run === 0 ? 0 : this.sharedBits(address, run, 1) + 1;
    const behind = run + 1 === this.count ? 0 : this.sharedBits(address, run + 1, 0) + 1;
    return Math.max(before, behind);
  }

  /** Whether a run that begins with the first word of the address begins behind it. */
  private isBehind(run: number, address: Uint8Array): boolean {
    for (let word = 1; word < this.words; word++) {
      const start = this.starts[run * this.words + word]!;
      const own = wordOf(address, word);
      if (start !== own) return start > own;
    }
    return false;
  }

  /** Whether a run begins at or before the address whose first word is `first` and whose others are 0. */
  private isAtOrBelow(run: number, first: number): boolean {
    const at = run * this.words;
    if (this.starts[at]! !== first) return this.starts[at]! < first;
    for (let word = 1; word < this.words; word++) if (this.starts[at + word]! !== 0) return false;
    return true;
  }

  /** Leading bits that the address has in common with where `run` begins, less `less`. */
  private sharedBits(address: Uint8Array, run: number, less: 0 | 1): number {
    // Subtracting 1 turns the zeros at the end into ones, and the one before them into a zero.
    let last = this.words - 1;
    if (less === 1) while (last > 0 && this.starts[run * this.words + last]! === 0) last--;
    for (let word = 0; word < this.words; word++) {
      let start = this.starts[run * this.words + word]!;
      if (less === 1 && word === last) start--;
      if (less === 1 && word > last) start = 0xffffffff;
      const difference = (start ^ wordOf(address, word)) >>> 0;
      if (difference !== 0) return word * 32 + Math.clz32(difference);
    }
    return this.words * 32;
  }
}
