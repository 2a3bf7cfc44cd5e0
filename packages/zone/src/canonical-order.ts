import type { NameTable } from './name-table.ts';

/** Runs shorter than this are sorted by insertion. */
const SHORT_RUN = 12;
const WORD_OCTETS = 4;

/**
 * The numbers of all names of a table in canonical order (RFC 4034 6.1); the apex comes first.
 *
 * Each name gets a key that sorts octet by octet: its labels below the apex from right to left, in lower case, each closed by a 0. An octet 0 or 1
 * inside a label becomes 1 1 or 1 2, so that a label sorts before those that begin with it. Keys are sorted four octets at a time.
 */
export function sortCanonically(names: NameTable): Int32Array {
  const { keys, keyAt } = sortKeys(names);
  const order = new Int32Array(names.count);
  for (let name = 0; name < order.length; name++) order[name] = name;
  new KeySort(keys, keyAt, order).sort(0, order.length, 0);
  return order;
}

/** Keys, padded with zeros to whole words; that of name n is `keys[keyAt[n]..keyAt[n + 1])`. */
function sortKeys(names: NameTable): { keys: Uint8Array; keyAt: Int32Array } {
  const { count } = names;
  const keyOctets = new Uint16Array(count);
  const keyAt = new Int32Array(count + 1);
  for (let name = 1; name < count; name++) {
    keyOctets[name] = keyOctets[names.parent(name)] + labelKeyOctets(names.chunk(name), names.offset(name));
    keyAt[name + 1] = keyAt[name] + Math.ceil(keyOctets[name] / WORD_OCTETS) * WORD_OCTETS;
  }
  const keys = new Uint8Array(keyAt[count]);
  for (let name = 1; name < count; name++) {
    const parent = names.parent(name);
    const parentAt = keyAt[parent];
    let to = keyAt[name];
    for (let i = 0; i < keyOctets[parent]; i++) keys[to++] = keys[parentAt + i];
    writeLabelKey(names.chunk(name), names.offset(name), keys, to);
  }
  return { keys, keyAt };
}

function labelKeyOctets(octets: Uint8Array, at: number): number {
  let length = octets[at] + 1;
  for (let left = octets[at]; left > 0; left--) if (octets[++at] <= 1) length++;
  return length;
}

function writeLabelKey(octets: Uint8Array, at: number, keys: Uint8Array, to: number): void {
  for (let left = octets[at]; left > 0; left--) {
    const octet = octets[++at];
    if (octet <= 1) keys[to++] = 1;
    if (octet <= 1) keys[to++] = octet + 1;
    else keys[to++] = octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
  }
}

/** Sorts names by their keys, all of which differ. */
class KeySort {
  readonly #keys: Uint8Array;
  readonly #keyAt: Int32Array;
  readonly #order: Int32Array;
  /** [i] is the word of the key of `order[i]` that is being sorted by. */
  readonly #words: Uint32Array;

  constructor(keys: Uint8Array, keyAt: Int32Array, order: Int32Array) {
    this.#keys = keys;
    this.#keyAt = keyAt;
    this.#order = order;
    this.#words = new Uint32Array(order.length);
  }

  /** Sorts `order[low..high)`, whose keys have their first `depth` octets in common. */
  sort(low: number, high: number, depth: number): void {
    const words = this.#words;
    let sorted = true;
    for (let i = low; i < high; i++) {
      words[i] = this.#word(this.#order[i], depth);
      if (i > low && words[i] < words[i - 1]) sorted = false;
    }
    if (!sorted) this.#sortByWord(low, high);
    for (let start = low; start < high; ) {
      let stop = start + 1;
      while (stop < high && words[stop] === words[start]) stop++;
      // Words of this run are overwritten by the deeper sort; nothing behind `stop` is.
      if (stop - start > 1) this.sort(start, stop, depth + WORD_OCTETS);
      start = stop;
    }
  }

  /** A key that has ended gives 0, which sorts before all that go on. */
  #word(name: number, depth: number): number {
    const at = this.#keyAt[name] + depth;
    if (at >= this.#keyAt[name + 1]) return 0;
    const keys = this.#keys;
    return ((keys[at] << 24) | (keys[at + 1] << 16) | (keys[at + 2] << 8) | keys[at + 3]) >>> 0;
  }

  /** Quicksort; the larger part is looped over, so that the stack stays flat. */
  #sortByWord(low: number, high: number): void {
    const words = this.#words;
    while (high - low > SHORT_RUN) {
      const pivot = median(words[low], words[(low + high) >>> 1], words[high - 1]);
      let i = low - 1;
      let j = high;
      for (;;) {
        do i++;
        while (words[i] < pivot);
        do j--;
        while (words[j] > pivot);
        if (i >= j) break;
        this.#swap(i, j);
      }
      const middle = j + 1;
      if (middle - low < high - middle) {
        this.#sortByWord(low, middle);
        low = middle;
      } else {
        this.#sortByWord(middle, high);
        high = middle;
      }
    }
    for (let i = low + 1; i < high; i++) {
      for (let j = i; j > low && words[j - 1] > words[j]; j--) this.#swap(j - 1, j);
    }
  }

  #swap(i: number, j: number): void {
    const word = this.#words[i];
    this.#words[i] = this.#words[j];
    this.#words[j] = word;
    const name = this.#order[i];
    this.#order[i] = this.#order[j];
    this.#order[j] = name;
  }
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
