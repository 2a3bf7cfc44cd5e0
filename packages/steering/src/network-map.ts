/** One network: the first `prefixLength` bits of `octets` (4 or 16 of them) have `value`. */
export interface NetworkEntry {
  readonly octets: Uint8Array;
  readonly prefixLength: number;
  /** 1 to 32,767. */
  readonly value: number;
}

/** The longest network that an address is in has no value, or there is none. */
export const NO_VALUE = 0;
export const MOST_VALUES = 32_767;

const WORDS4 = 1;
const WORDS6 = 4;

/**
 * Values by network, the longest prefix first, for millions of networks: runs of addresses of one value, sorted by where they begin, so that a look-up
 * is a short search in numbers that lie side by side. A run says at once for how many bits of an address its value holds, and no fewer would do.
 */
export class NetworkMap {
  /** For how many bits of the address what `find` found last holds. */
  prefixLength = 0;
  private readonly runs4: Runs;
  private readonly runs6: Runs;

  /** Of two entries of one network the later holds. */
  constructor(entries: readonly NetworkEntry[]) {
    this.runs4 = makeRuns(
      entries.filter(({ octets }) => octets.length === 4),
      WORDS4,
    );
    this.runs6 = makeRuns(
      entries.filter(({ octets }) => octets.length === 16),
      WORDS6,
    );
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
  /** By the first 16 bits of an address: the run that the first address with these is in. */
  private readonly index: Int32Array;

  constructor(words: number, starts: Uint32Array, values: Uint16Array) {
    this.words = words;
    this.starts = starts;
    this.values = values;
    this.count = values.length;
    this.index = new Int32Array(0x10001);
    let run = 0;
    for (let high = 0; high <= 0x10000; high++) {
      while (run + 1 < this.count && this.isAtOrBelow(run + 1, high * 0x10000)) run++;
      this.index[high] = run;
    }
  }

  /** The last run that begins at or before the address. */
  find(address: Uint8Array): number {
    const high = (address[0]! << 8) | address[1]!;
    let low = this.index[high]!;
    let end = this.index[high + 1]!;
    while (low < end) {
      const middle = (low + end + 1) >>> 1;
      if (this.compare(middle, address) <= 0) low = middle;
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

  /** Where a run begins, below 0 when that is before the address. */
  private compare(run: number, address: Uint8Array): number {
    for (let word = 0; word < this.words; word++) {
      const difference = this.starts[run * this.words + word]! - wordOf(address, word);
      if (difference !== 0) return difference;
    }
    return 0;
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

function wordOf(address: Uint8Array, word: number): number {
  const at = word * 4;
  return ((address[at]! << 24) | (address[at + 1]! << 16) | (address[at + 2]! << 8) | address[at + 3]!) >>> 0;
}

function makeRuns(entries: readonly NetworkEntry[], words: number): Runs {
  const order = sortEntries(entries, words);
  const starts: number[] = new Array(words).fill(0);
  const values: number[] = [NO_VALUE];
  // The networks that the address of the moment is in, each within the one before it: where they end, and their values.
  const ends: Uint32Array[] = [];
  const open: number[] = [];

  const begin = (at: Uint32Array, value: number): void => {
    const last = values.length - 1;
    if (isSame(starts, last * words, at)) {
      // Something longer begins where this one did.
      values[last] = value;
      if (last > 0 && values[last - 1] === value) {
        values.pop();
        starts.length -= words;
      }
      return;
    }
    if (values[last] === value) return;
    for (const word of at) starts.push(word);
    values.push(value);
  };
  const closeUpTo = (at: Uint32Array | undefined): void => {
    while (open.length > 0 && (at === undefined || compareWords(ends.at(-1)!, at) <= 0)) {
      const end = ends.pop()!;
      open.pop();
      // Past the last address there is nothing to begin.
      if (end.some((word) => word !== 0)) begin(end, open.at(-1) ?? NO_VALUE);
    }
  };
  const at = new Uint32Array(words);
  for (let i = 0; i < order.length; i++) {
    const { octets, prefixLength, value } = entries[order[i]!]!;
    for (let word = 0; word < words; word++) at[word] = wordOf(octets, word);
    closeUpTo(at);
    begin(at, value);
    ends.push(endOf(at, prefixLength));
    open.push(value);
  }
  closeUpTo(undefined);
  return new Runs(words, Uint32Array.from(starts), Uint16Array.from(values));
}

/** Entries by address, then the shorter prefix, then as given. */
function sortEntries(entries: readonly NetworkEntry[], words: number): Uint32Array {
  const order = Uint32Array.from(entries.keys());
  if (words === WORDS4) {
    // One number holds address and length: sorting numbers needs no function.
    const keys = Float64Array.from(entries, ({ octets, prefixLength }) => wordOf(octets, 0) * 64 + prefixLength);
    return order.sort((a, b) => keys[a]! - keys[b]! || a - b);
  }
  return order.sort((a, b) => {
    const [one, other] = [entries[a]!, entries[b]!];
    for (let i = 0; i < one.octets.length; i++) if (one.octets[i] !== other.octets[i]) return one.octets[i]! - other.octets[i]!;
    return one.prefixLength - other.prefixLength || a - b;
  });
}

/** The first address behind a network; all zeros: there is none. */
function endOf(start: Uint32Array, prefixLength: number): Uint32Array {
  const end = start.slice();
  if (prefixLength === 0) return end.fill(0);
  let word = (prefixLength - 1) >> 5;
  let carry = 2 ** (31 - ((prefixLength - 1) & 31));
  for (; word >= 0 && carry > 0; word--) {
    const sum = end[word]! + carry;
    end[word] = sum;
    carry = sum > 0xffffffff ? 1 : 0;
  }
  return end;
}

function compareWords(a: Uint32Array, b: Uint32Array): number {
  // The end of all addresses is behind every one.
  if (a.every((word) => word === 0)) return 1;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

function isSame(starts: readonly number[], from: number, at: Uint32Array): boolean {
  for (let i = 0; i < at.length; i++) if (starts[from + i] !== at[i]) return false;
  return true;
}
