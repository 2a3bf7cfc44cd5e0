import { compareNames, SearchName } from '@dnsteer/wire';
import type { ZoneImage } from './image.ts';

/** A node behind the image that owns an NSEC in this version. */
interface ChangedOwner {
  readonly node: number;
  readonly name: Uint8Array;
  /** How many entries of the image's NSEC index are at or before its name. */
  readonly rank: number;
}

/** Where the order of NSEC owners differs from that of the image as it was built; what the order of an overlay is written from. */
export class NsecOrder {
  readonly #base: ZoneImage;
  readonly #sname = new SearchName();
  /** Sorted by name. */
  #changed: ChangedOwner[];
  /** Runs [first, last] of entries of the image's NSEC index that are none any more: sorted, apart from one another. */
  #gone: (readonly [number, number])[];

  constructor(base: ZoneImage, changed: readonly ChangedOwner[] = [], gone: readonly (readonly [number, number])[] = []) {
    this.#base = base;
    this.#changed = [...changed];
    this.#gone = [...gone];
  }

  copy(): NsecOrder {
    return new NsecOrder(this.#base, this.#changed, this.#gone);
  }

  /**
   * Says what a name is in this version.
   *
   * @param imageNode - the image's own node of that name, or -1.
   * @param node - that owns an NSEC which may be shown; -1: none does.
   */
  set(name: Uint8Array, imageNode: number, node: number): void {
    const rank = this.#rank(name);
    const isInIndex = imageNode >= 0 && rank > 0 && this.#base.imageNsecs.node(rank - 1) === imageNode;
    if (isInIndex) this.#setGone(rank - 1, rank - 1, node < 0);
    const at = this.#firstNotBefore(name);
    const isThere = at < this.#changed.length && compareNames(this.#changed[at].name, name) === 0;
    const entry = node < 0 ? [] : [{ node, name, rank }];
    this.#changed.splice(at, isThere ? 1 : 0, ...entry);
  }

  /** Takes out all that is below a name: there is a cut now. */
  hideBelow(name: Uint8Array): void {
    const first = this.#rank(name);
    let low = first;
    let high = this.#base.imageNsecs.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (endsWith(this.#base.octets, this.#base.ownerAt(this.#base.imageNsecs.node(middle)), name)) low = middle + 1;
      else high = middle;
    }
    if (low > first) this.#setGone(first, low - 1, true);
    // In canonical order a name has all that is below it behind it (RFC 4034 6.1).
    let from = this.#firstNotBefore(name);
    if (from < this.#changed.length && compareNames(this.#changed[from].name, name) === 0) from++;
    let to = from;
    while (to < this.#changed.length && endsWith(this.#changed[to].name, 0, name)) to++;
    if (to > from) this.#changed.splice(from, to - from);
  }

  /** The node after a name, that of the apex after the last. */
  after(name: Uint8Array): number {
    let at = this.#firstNotBefore(name);
    if (at < this.#changed.length && compareNames(this.#changed[at].name, name) === 0) at++;
    let index = this.#rank(name);
    index = (this.#runOf(index)?.[1] ?? index - 1) + 1;
    const changed = this.#changed[at];
    if (index >= this.#base.imageNsecs.count) return (changed ?? this.#changed[0])?.node ?? 0;
    const unchanged = this.#base.imageNsecs.node(index);
    // What stands in both has changed.
    return changed !== undefined && this.#compare(unchanged, changed.name) >= 0 ? changed.node : unchanged;
  }

  /** The node before a name; -1 when there is none. */
  before(name: Uint8Array): number {
    const changed = this.#changed[this.#firstNotBefore(name) - 1];
    let index = this.#rank(name) - 1;
    if (index >= 0 && this.#compare(this.#base.imageNsecs.node(index), name) === 0) index--;
    index = (this.#runOf(index)?.[0] ?? index + 1) - 1;
    if (changed !== undefined && index < changed.rank) return changed.node;
    return index < 0 ? -1 : this.#base.imageNsecs.node(index);
  }

  /** As an overlay has it: see ORDER_WORDS. */
  words(): Int32Array {
    const words: number[] = [];
    let at = 0;
    const changedUpTo = (rank: number): void => {
      for (; at < this.#changed.length && this.#changed[at].rank <= rank; at++) words.push(this.#changed[at].node, this.#changed[at].rank);
    };
    for (const [first, last] of this.#gone) {
      changedUpTo(first);
      // A run that changed names stand in is cut there.
      let from = first;
      for (; at < this.#changed.length && this.#changed[at].rank <= last; from = this.#changed[at++].rank) {
        const { node, rank } = this.#changed[at];
        if (rank > from) words.push(~from, rank - 1);
        words.push(node, rank);
      }
      words.push(~from, last);
    }
    changedUpTo(this.#base.imageNsecs.count);
    return Int32Array.from(words);
  }

  #setGone(first: number, last: number, isGone: boolean): void {
    // Runs that touch become one.
    const margin = isGone ? 1 : 0;
    const from = this.#firstRunTo(first - margin);
    let to = from;
    while (to < this.#gone.length && this.#gone[to][0] <= last + margin) to++;
    const touched = this.#gone.slice(from, to);
    const least = Math.min(first, touched[0]?.[0] ?? first);
    const most = Math.max(last, touched.at(-1)?.[1] ?? last);
    const runs: [number, number][] = [];
    if (isGone) runs.push([least, most]);
    if (!isGone && least < first) runs.push([least, first - 1]);
    if (!isGone && most > last) runs.push([last + 1, most]);
    this.#gone.splice(from, to - from, ...runs);
  }

  /** The first run that ends at or behind an entry of the index. */
  #firstRunTo(index: number): number {
    let low = 0;
    let high = this.#gone.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#gone[middle][1] < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The run that an entry of the index is in. */
  #runOf(index: number): readonly [number, number] | undefined {
    const run = this.#gone[this.#firstRunTo(index)];
    return run !== undefined && run[0] <= index ? run : undefined;
  }

  #rank(name: Uint8Array): number {
    this.#sname.set(name);
    return this.#base.imageNsecs.rank(this.#sname);
  }

  #compare(node: number, name: Uint8Array): number {
    return compareNames(this.#base.octets, name, this.#base.ownerAt(node));
  }

  #firstNotBefore(name: Uint8Array): number {
    let low = 0;
    let high = this.#changed.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareNames(this.#changed[middle].name, name) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Whether the name at `octets[at]` is `ancestor` or below it. */
function endsWith(octets: Uint8Array, at: number, ancestor: Uint8Array): boolean {
  const labels = countLabels(octets, at) - countLabels(ancestor, 0);
  if (labels < 0) return false;
  for (let label = 0; label < labels; label++) at += octets[at] + 1;
  return compareNames(octets, ancestor, at) === 0;
}

function countLabels(octets: Uint8Array, at: number): number {
  let count = 0;
  for (; octets[at] !== 0; at += octets[at] + 1) count++;
  return count;
}
