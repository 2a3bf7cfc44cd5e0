/** What can stand in the order: the fields are the order's own. */
export interface Ordered<T> {
  earlier: T | undefined;
  later: T | undefined;
}

/**
 * Things in the order of their last activity, the longest idle first. A list of links within the things: a `Set` whose entries are deleted and added anew
 * is copied again and again, and its copies keep the garbage collector as busy as the answers keep the rest.
 */
export class ActivityOrder<T extends Ordered<T>> implements Iterable<T> {
  #first: T | undefined;
  #last: T | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Puts it behind all others, wherever it was. */
  touch(it: T): void {
    if (it === this.#last) return;
    this.delete(it);
    it.earlier = this.#last;
    if (this.#last === undefined) this.#first = it;
    else this.#last.later = it;
    this.#last = it;
    this.#size++;
  }

  /** Takes it out; nothing happens when it is not in. */
  delete(it: T): void {
    const { earlier, later } = it;
    if (earlier === undefined && it !== this.#first) return;
    if (earlier === undefined) this.#first = later;
    else earlier.later = later;
    if (later === undefined) this.#last = earlier;
    else later.earlier = earlier;
    it.earlier = undefined;
    it.later = undefined;
    this.#size--;
  }

  /** The one at hand may be touched or deleted meanwhile, others not. */
  *[Symbol.iterator](): Generator<T> {
    for (let it = this.#first; it !== undefined; ) {
      const next: T | undefined = it.later;
      yield it;
      it = next;
    }
  }
}
