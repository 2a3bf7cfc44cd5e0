import type { NameTable } from './name-table.ts';
import { Scratch } from './scratch.ts';

/** Runs shorter than this are sorted by insertion. */
const SHORT_RUN = 24;
const WORD_OCTETS = 4;
/** More than so many runs in a row, each ascending, are sorted anew. */
const MAX_RUNS = 64;
const MAX_LABEL_OCTETS = 63;
const LOWER_CASE = new Uint8Array(256).map((_, octet) => (octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet));

/**
 * The numbers of all names of a table in canonical order (RFC 4034 6.1); the apex comes first.
 *
 * The children of each name are sorted by their label, four octets at a time; then the tree is walked.
 */
export function sortCanonically(names: NameTable, scratch: Scratch = new Scratch()): Int32Array {
  const { count } = names;
  const { children, childrenAt } = childrenOf(names, scratch);
  const sort = new LabelSort(names, children, longestRun(childrenAt), scratch);
  for (let name = 0; name < count; name++) {
    if (childrenAt[name + 1] - childrenAt[name] > 1) sort.sortChildren(childrenAt[name], childrenAt[name + 1]);
  }
  const order = scratch.int32(count);
  /** Children still to be visited, of each name on the way down. */
  const next: number[] = [0];
  const stop: number[] = [0];
  let depth = 0;
  let to = 1;
  next[0] = childrenAt[0];
  stop[0] = childrenAt[1];
  while (depth >= 0) {
    if (next[depth] === stop[depth]) {
      depth--;
      continue;
    }
    const name = children[next[depth]++];
    order[to++] = name;
    if (childrenAt[name] === childrenAt[name + 1]) continue;
    depth++;
    next[depth] = childrenAt[name];
    stop[depth] = childrenAt[name + 1];
  }
  return order;
}

/** The children of name n, as they came, are `children[childrenAt[n]..childrenAt[n + 1])`. */
function childrenOf(names: NameTable, scratch: Scratch): { children: Int32Array; childrenAt: Int32Array } {
  const { count } = names;
  const childrenAt = scratch.int32(count + 1);
  for (let name = 1; name < count; name++) childrenAt[names.parent(name)]++;
  let sum = 0;
  for (let name = 0; name <= count; name++) childrenAt[name] = sum += childrenAt[name];
  const children = scratch.int32(count - 1);
  for (let name = count - 1; name > 0; name--) children[--childrenAt[names.parent(name)]] = name;
  return { children, childrenAt };
}

function longestRun(starts: Int32Array): number {
  let longest = 0;
  for (let i = 1; i < starts.length; i++) longest = Math.max(longest, starts[i] - starts[i - 1]);
  return longest;
}

/** Sorts names of one parent by their labels, all of which differ. */
class LabelSort {
  readonly #names: NameTable;
  readonly #octets: Uint8Array;
  readonly #order: Int32Array;
  /** [i] is the word of the label of `order[i]` that is being sorted by. */
  #words: Uint32Array = new Uint32Array(0);
  #otherWords: Uint32Array = new Uint32Array(0);
  readonly #otherOrder: Int32Array;
  readonly #scratch: Scratch;
  /** Where what has an octet goes. */
  readonly #places = new Int32Array(256);

  /** @param longest - the most names of one parent. */
  constructor(names: NameTable, order: Int32Array, longest: number, scratch: Scratch) {
    this.#names = names;
    this.#octets = names.arena.octets;
    this.#order = order;
    this.#otherOrder = scratch.int32(longest);
    this.#scratch = scratch;
  }

  /** Sorts `order[low..high)`: what is in order already, or in few pieces, as in files that programs write, is merged. */
  sortChildren(low: number, high: number): void {
    const starts = [low];
    for (let i = low + 1; i < high; i++) {
      if (!this.#isBefore(this.#order[i], this.#order[i - 1], 0)) continue;
      starts.push(i);
      if (starts.length > Math.min(MAX_RUNS, (high - low) / SHORT_RUN)) {
        if (this.#words.length === 0) this.#makeWords();
        this.sort(low, high, 0);
        return;
      }
    }
    starts.push(high);
    // The two neighbours that are the shortest together, until one run is left.
    while (starts.length > 2) {
      let shortest = 1;
      for (let i = 2; i < starts.length - 1; i++) {
        if (starts[i + 1] - starts[i - 1] < starts[shortest + 1] - starts[shortest - 1]) shortest = i;
      }
      this.#merge(starts[shortest - 1], starts[shortest], starts[shortest + 1]);
      starts.splice(shortest, 1);
    }
  }

  #makeWords(): void {
    const unsigned = ({ buffer, byteOffset, length }: Int32Array) => new Uint32Array(buffer, byteOffset, length);
    this.#words = unsigned(this.#scratch.int32(this.#order.length));
    this.#otherWords = unsigned(this.#scratch.int32(this.#otherOrder.length));
  }

  #merge(low: number, middle: number, high: number): void {
    const order = this.#order;
    const left = this.#otherOrder;
    const count = middle - low;
    for (let i = 0; i < count; i++) left[i] = order[low + i];
    let to = low;
    let right = middle;
    for (let i = 0; i < count; i++) {
      while (right < high && this.#isBefore(order[right], left[i], 0)) order[to++] = order[right++];
      order[to++] = left[i];
    }
  }

  /** Sorts `order[low..high)`, whose labels have their first `depth` octets in common, where those that have ended count as zeros. */
  sort(low: number, high: number, depth: number): void {
    if (high - low <= SHORT_RUN || depth > MAX_LABEL_OCTETS) {
      this.#insert(low, high, depth);
      return;
    }
    const words = this.#words;
    const order = this.#order;
    const first = this.#word(order[low], depth);
    let before = first;
    let varying = 0;
    let isSorted = true;
    for (let i = low; i < high; i++) {
      const word = this.#word(order[i], depth);
      words[i] = word;
      varying |= word ^ first;
      if (word < before) isSorted = false;
      before = word;
    }
    if (!isSorted) this.#sortByWord(low, high, varying);
    for (let start = low; start < high; ) {
      let stop = start + 1;
      while (stop < high && words[stop] === words[start]) stop++;
      // Words of this run are overwritten by the deeper sort; nothing behind `stop` is.
      if (stop - start > 1) this.sort(start, stop, depth + WORD_OCTETS);
      start = stop;
    }
  }

  /** Four octets in lower case as one number; a label that has ended gives zeros, which sort before all that go on. */
  #word(name: number, depth: number): number {
    const octets = this.#octets;
    const at = this.#names.offset(name);
    const left = octets[at] - depth;
    const from = at + 1 + depth;
    if (left >= WORD_OCTETS) {
      const high = (LOWER_CASE[octets[from]] << 24) | (LOWER_CASE[octets[from + 1]] << 16);
      return (high | (LOWER_CASE[octets[from + 2]] << 8) | LOWER_CASE[octets[from + 3]]) >>> 0;
    }
    let word = 0;
    for (let i = 0; i < left; i++) word |= LOWER_CASE[octets[from + i]] << (24 - 8 * i);
    return word >>> 0;
  }

  /**
   * Sorts by words, keeping the order of those that are alike: octet after octet, the last first.
   *
   * @param varying - bits that are not the same in all words.
   */
  #sortByWord(low: number, high: number, varying: number): void {
    const count = high - low;
    let words = this.#words.subarray(low, high);
    let order = this.#order.subarray(low, high);
    let toWords = this.#otherWords.subarray(0, count);
    let toOrder = this.#otherOrder.subarray(0, count);
    const places = this.#places;
    for (let shift = 0; shift < 32; shift += 8) {
      if (((varying >>> shift) & 0xff) === 0) continue;
      places.fill(0);
      for (let i = 0; i < count; i++) places[(words[i] >>> shift) & 0xff]++;
      for (let octet = 0, sum = 0; octet < 256; octet++) {
        sum += places[octet];
        places[octet] = sum - places[octet];
      }
      for (let i = 0; i < count; i++) {
        const word = words[i];
        const to = places[(word >>> shift) & 0xff]++;
        toWords[to] = word;
        toOrder[to] = order[i];
      }
      [words, toWords] = [toWords, words];
      [order, toOrder] = [toOrder, order];
    }
    if (order.byteOffset === this.#order.byteOffset + 4 * low && order.buffer === this.#order.buffer) return;
    toWords.set(words);
    toOrder.set(order);
  }

  #insert(low: number, high: number, depth: number): void {
    const order = this.#order;
    for (let i = low + 1; i < high; i++) {
      const name = order[i];
      let j = i;
      for (; j > low && this.#isBefore(name, order[j - 1], depth); j--) order[j] = order[j - 1];
      order[j] = name;
    }
  }

  #isBefore(a: number, b: number, depth: number): boolean {
    const octets = this.#octets;
    let aAt = this.#names.offset(a);
    let bAt = this.#names.offset(b);
    const aLength = octets[aAt];
    const bLength = octets[bAt];
    aAt += depth;
    bAt += depth;
    for (let left = Math.min(aLength, bLength) - depth; left > 0; left--) {
      const difference = LOWER_CASE[octets[++aAt]] - LOWER_CASE[octets[++bAt]];
      if (difference !== 0) return difference < 0;
    }
    // The absence of an octet sorts before a zero octet.
    return aLength < bLength;
  }
}
