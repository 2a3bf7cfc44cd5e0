const FIRST_OCTETS = 4096;

/** Octet strings put one after the other into one array, which grows by half; a position is an int32. */
export class OctetArena {
  octets: Uint8Array = new Uint8Array(FIRST_OCTETS);
  end = 0;

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
    const larger = new Uint8Array(octets);
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

/** `column` itself, or a copy of at least twice its size when it has no place `index`. */
export function growColumn<T extends Int32Array | Uint16Array | Uint8Array>(column: T, index: number): T {
  return index < column.length ? column : widenColumn(column, Math.max(column.length * 2, index + 1));
}

/** A copy of `column` with `length` places. */
export function widenColumn<T extends Int32Array | Uint16Array | Uint8Array>(column: T, length: number): T {
  const larger = new (column.constructor as new (length: number) => T)(length);
  larger.set(column);
  return larger;
}
