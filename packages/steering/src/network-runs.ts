import type { NetworkList } from './network-list.ts';

/** The longest network that an address is in has no value, or there is none. */
export const NO_VALUE = 0;

/** Runs of addresses of one value: where each begins (1 or 4 words), and its value. The first begins at 0; neighbours differ in value. In shared memory. */
export interface NetworkRuns {
  readonly starts: Uint32Array;
  readonly values: Uint16Array;
}

/** Of two entries of one network the later holds. */
export function makeRuns(list: NetworkList): NetworkRuns {
  const { addresses, lengths, values, words } = list;
  const runs = new RunWriter(words, 2 * list.count + 1);
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

class RunWriter {
  private count = 1;
  private readonly words: number;
  private readonly starts: Uint32Array;
  private readonly values: Uint16Array;

  constructor(words: number, capacity: number) {
    this.words = words;
    this.starts = new Uint32Array(words * capacity);
    this.values = new Uint16Array(capacity);
  }

  /** A run of `value` begins at the address `from` words into `addresses`, which is no lower than where the last one began. */
  begin(addresses: Uint32Array, from: number, value: number): void {
    const { starts, values, words } = this;
    const last = this.count - 1;
    let isSame = true;
    for (let word = 0; word < words; word++) if (starts[last * words + word] !== addresses[from + word]) isSame = false;
    if (isSame) {
      // Something longer begins where this one did.
      values[last] = value;
      if (last > 0 && values[last - 1] === value) this.count--;
      return;
    }
    if (values[last] === value) return;
    for (let word = 0; word < words; word++) starts[this.count * words + word] = addresses[from + word]!;
    values[this.count++] = value;
  }

  finish(): NetworkRuns {
    const starts = new Uint32Array(new SharedArrayBuffer(4 * this.words * this.count));
    starts.set(this.starts.subarray(0, this.words * this.count));
    const values = new Uint16Array(new SharedArrayBuffer(2 * this.count));
    values.set(this.values.subarray(0, this.count));
    return { starts, values };
  }
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
