import type { NetworkList } from './network-list.ts';

/** The longest network that an address is in has no value, or there is none. */
export const NO_VALUE = 0;

/** Runs of addresses of one value, and an index of them: plain data in shared memory, which threads that are given it have once. */
export interface NetworkRuns {
  /** 32-bit words of an address that count: 1 for IPv4, 2 or 4 for IPv6 (the rest is no part of any boundary). */
  readonly words: 1 | 2 | 4;
  readonly count: number;
  /** By run: `words` numbers, where it begins, and its value. The first begins at 0; neighbours differ in value. */
  readonly runs: Uint32Array;
  /**
   * By the first `32 - shift` bits of an address two numbers: the run that the first address with these is in, and where many begin, a place in `parts`
   * (<< PART_BITS, and how many more bits it goes by), else 0. One pair more at the end.
   */
  readonly index: Uint32Array;
  readonly shift: number;
  /** Runs by the bits behind those, `2 ** bits` and one more each. */
  readonly parts: Uint32Array;
}

export const PART_BITS = 5;

// The index, half a MiB at most, is to stay in the processor's cache. Where it leaves many runs to search it has a part for them, and that few; a part that is read
// costs as much as some runs that lie side by side.
const MOST_INDEX_BITS = 16;
const MANY_RUNS = 64;
const FEW_RUNS = 8;

/** Of two entries of one network the later holds. */
export function makeRuns(list: NetworkList): NetworkRuns {
  const { addresses, lengths, values, words } = list;
  const runs = new RunWriter(significantWords(list), 2 * list.count + 1);
  // The networks that the address of the moment is in, each within the one before it: where they end, and their values.
  const ends: number[] = [];
  const open: number[] = [];
  const end = new Uint32Array(words);
  const closeUpTo = (at: number): void => {
    while (open.length > 0 && (at < 0 || isEndAtOrBefore(ends, ends.length - words, addresses, at))) {
      open.pop();
      let isLast = true;
      for (let word = words - 1; word >= 0; word--) {
        end[word] = ends.pop()!;
        if (end[word] !== 0) isLast = false;
      }
      // Past the last address there is nothing to begin.
      if (!isLast) runs.begin(end, 0, open.at(-1) ?? NO_VALUE);
    }
  };
  for (const place of list.sorted()) {
    const at = place * words;
    closeUpTo(at);
    runs.begin(addresses, at, values[place]!);
    pushEnd(ends, addresses, at, words, lengths[place]!);
    open.push(values[place]!);
  }
  closeUpTo(-1);
  return runs.finish();
}

/** The same networks with other values, where neighbours whose values become equal are one run. @param newValues - by value. */
export function mergeRuns({ count, runs, words }: NetworkRuns, newValues: Uint32Array): NetworkRuns {
  const merged = new RunWriter(words, count + 1);
  for (let run = 0; run < count; run++) {
    const at = run * (words + 1);
    merged.begin(runs, at, newValues[runs[at + words]!]!);
  }
  return merged.finish();
}

/** No boundary lies in the others: most networks of IPv6 are a /64 or wider. */
function significantWords({ count, lengths, words }: NetworkList): 1 | 2 | 4 {
  if (words === 1) return 1;
  for (let i = 0; i < count; i++) if (lengths[i]! > 64) return 4;
  return 2;
}

/** Writes runs in the order of their addresses. */
export class RunWriter {
  private readonly words: 1 | 2 | 4;
  private runs: Uint32Array;
  private count = 1;

  /** @param words - that count of each address. @param most - runs, including the first, which is there; more need more room. */
  constructor(words: 1 | 2 | 4, most: number) {
    this.words = words;
    this.runs = new Uint32Array(most * (words + 1));
  }

  /** A run of `value` begins at the address `from` words into `addresses`, which is no lower than where the last one began. */
  begin(addresses: Uint32Array, from: number, value: number): void {
    const { words } = this;
    if ((this.count + 1) * (words + 1) > this.runs.length) this.grow();
    const { runs } = this;
    const last = (this.count - 1) * (words + 1);
    if (this.isStart(last, addresses, from)) {
      // Something longer begins where this one did.
      runs[last + words] = value;
      if (last > 0 && runs[last - 1] === value) this.count--;
      return;
    }
    if (runs[last + words] === value) return;
    const next = last + words + 1;
    for (let word = 0; word < words; word++) runs[next + word] = addresses[from + word]!;
    runs[next + words] = value;
    this.count++;
  }

  finish(): NetworkRuns {
    const { count, words } = this;
    const bits = Math.min(MOST_INDEX_BITS, Math.floor(Math.log2(count)));
    const shift = 32 - bits;
    const runs = this.runs.subarray(0, count * (words + 1));
    const index = new Uint32Array(2 * 2 ** bits + 2);
    const cursor = { run: 0 };
    for (let at = 0; at < index.length; at += 2) index[at] = this.runAt((at / 2) * 2 ** shift, cursor);
    const parts = this.partsOf(index, shift);
    const shared = new Uint32Array(new SharedArrayBuffer(4 * (index.length + parts.length + runs.length)));
    shared.set(index);
    shared.set(parts, index.length);
    shared.set(runs, index.length + parts.length);
    return {
      words,
      count,
      index: shared.subarray(0, index.length),
      shift,
      parts: shared.subarray(index.length, index.length + parts.length),
      runs: shared.subarray(index.length + parts.length),
    };
  }

  private grow(): void {
    const longer = new Uint32Array(2 * this.runs.length + this.words + 1);
    longer.set(this.runs);
    this.runs = longer;
  }

  /** A part for each entry of the index that leaves much to search. */
  private partsOf(index: Uint32Array, shift: number): Uint32Array {
    // The first number is nobody's: 0 says that there is no part.
    const parts = [0];
    for (let at = 0; at + 2 < index.length; at += 2) {
      const within = index[at + 2]! - index[at]!;
      if (within <= MANY_RUNS) continue;
      const bits = Math.min(shift, Math.floor(Math.log2(within / FEW_RUNS)));
      index[at + 1] = ((parts.length << PART_BITS) | bits) >>> 0;
      const cursor = { run: index[at]! };
      for (let part = 0; part <= 2 ** bits; part++) parts.push(this.runAt((at / 2) * 2 ** shift + part * 2 ** (shift - bits), cursor));
    }
    return Uint32Array.from(parts);
  }

  /** The run that an address is in whose first word is `first` and whose others are 0. @param cursor - at or before it; left there. */
  private runAt(first: number, cursor: { run: number }): number {
    while (cursor.run + 1 < this.count && isAtOrBelow(this.runs, this.words, cursor.run + 1, first)) cursor.run++;
    return cursor.run;
  }

  private isStart(run: number, addresses: Uint32Array, from: number): boolean {
    for (let word = 0; word < this.words; word++) if (this.runs[run + word] !== addresses[from + word]) return false;
    return true;
  }
}

/** Whether a run begins at or before the address whose first word is `first` and whose others are 0. */
function isAtOrBelow(runs: Uint32Array, words: number, run: number, first: number): boolean {
  const at = run * (words + 1);
  if (runs[at]! !== first) return runs[at]! < first;
  for (let word = 1; word < words; word++) if (runs[at + word]! !== 0) return false;
  return true;
}

/** Pushes the first address behind a network; all zeros: there is none. */
function pushEnd(ends: number[], addresses: Uint32Array, at: number, words: number, prefixLength: number): void {
  const from = ends.length;
  for (let word = 0; word < words; word++) ends.push(prefixLength === 0 ? 0 : addresses[at + word]!);
  if (prefixLength === 0) return;
  let word = (prefixLength - 1) >> 5;
  let carry = 2 ** (31 - ((prefixLength - 1) & 31));
  for (; word >= 0 && carry > 0; word--) {
    const sum = ends[from + word]! + carry;
    ends[from + word] = sum >>> 0;
    carry = sum > 0xffffffff ? 1 : 0;
  }
}

function isEndAtOrBefore(ends: readonly number[], from: number, addresses: Uint32Array, at: number): boolean {
  let isNowhere = true;
  for (let i = from; i < ends.length; i++) if (ends[i] !== 0) isNowhere = false;
  // The end of all addresses is behind every one.
  if (isNowhere) return false;
  for (let i = from; i < ends.length; i++) {
    const difference = ends[i]! - addresses[at + i - from]!;
    if (difference !== 0) return difference < 0;
  }
  return true;
}
