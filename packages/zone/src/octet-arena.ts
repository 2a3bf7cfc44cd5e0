import type { Scratch } from './scratch.ts';

const FIRST_OCTETS = 4096;

/** Octet strings put one after the other into one array, which grows by half; a position is an int32. */
export class OctetArena {
  octets: Uint8Array = new Uint8Array(FIRST_OCTETS);
  end = 0;
  readonly #scratch: Scratch;

  constructor(scratch: Scratch) {
    this.#scratch = scratch;
  }

  /** Makes room for `count` octets at `end`, which the caller may write before it says by {@link take} how many it keeps. */
  room(count: number): number {
    if (this.end + count > this.octets.length) this.#grow(Math.max(this.end + count, Math.ceil(this.octets.length * 1.5)));
    return this.end;
  }

  /** Keeps `count` octets that were written at `end`. */
  take(count: number): number {
    const at = this.end;
    this.end += count;
    return at;
  }

  /** Says how many octets there will be, so that growing copies nothing. Memory that is never written to costs nothing. */
  expect(octets: number): void {
    if (octets > this.octets.length) this.#grow(octets);
  }

  #grow(octets: number): void {
    const larger = this.#scratch.uint8(octets);
    larger.set(this.octets.subarray(0, this.end));
    this.octets = larger;
  }
}

/** Copies `count` octets. For the few octets of a name or an address a loop is faster than a call with a view. */
export function copyOctets(from: Uint8Array, at: number, count: number, to: Uint8Array, toAt: number): void {
  if (count > 64) {
    to.set(from.subarray(at, at + count), toAt);
    return;
  }
  for (let i = 0; i < count; i++) to[toAt + i] = from[at + i];
}

/** How long a column becomes that has no place `index`. */
export function grownLength(length: number, index: number): number {
  return Math.max(length * 2, index + 1);
}

/** `wider`, with what `column` holds at its start. */
export function widened<T extends Int32Array | Uint16Array | Uint8Array>(column: T, wider: T): T {
  wider.set(column);
  return wider;
}
