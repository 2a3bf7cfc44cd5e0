const CHUNK_BITS = 20;
const CHUNK_OCTETS = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_OCTETS - 1;
const FIRST_OCTETS = 4096;

/**
 * Octet strings of up to 65537 octets, put one after the other into chunks that never move, so that growing copies nothing of note.
 *
 * A position is an int32; `chunk(at)` and `offset(at)` say where it lies.
 */
export class OctetArena {
  readonly #chunks: Uint8Array[] = [new Uint8Array(FIRST_OCTETS)];
  #end = 0;

  /** Makes room for `count` octets in one piece; they are the caller's to fill. */
  reserve(count: number): number {
    let at = this.#end;
    if ((at & CHUNK_MASK) + count > CHUNK_OCTETS) at = ((at >> CHUNK_BITS) + 1) << CHUNK_BITS;
    this.#end = at + count;
    const chunk = at >> CHUNK_BITS;
    if (chunk === this.#chunks.length) this.#chunks.push(new Uint8Array(CHUNK_OCTETS));
    else if (chunk === 0 && this.#end > this.#chunks[0].length) this.#growFirst();
    return at;
  }

  chunk(at: number): Uint8Array {
    return this.#chunks[at >> CHUNK_BITS];
  }

  offset(at: number): number {
    return at & CHUNK_MASK;
  }

  #growFirst(): void {
    let octets = this.#chunks[0].length;
    while (octets < this.#end) octets *= 2;
    const larger = new Uint8Array(Math.min(octets, CHUNK_OCTETS));
    larger.set(this.#chunks[0]);
    this.#chunks[0] = larger;
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

/** `column` itself, or a copy of at least twice its size when it has no place `index`. */
export function growColumn<T extends Int32Array | Uint16Array | Uint8Array>(column: T, index: number): T {
  if (index < column.length) return column;
  const larger = new (column.constructor as new (length: number) => T)(Math.max(column.length * 2, index + 1));
  larger.set(column);
  return larger;
}
