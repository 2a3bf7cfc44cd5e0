/** Where more octets of a zone file come from: fills `into` from `at` on and returns how many came; 0 at the end. */
export type ReadOctets = (into: Uint8Array, at: number) => number;

const FIRST_WINDOW_OCTETS = 1 << 17;
const MAX_WINDOW_OCTETS = 1 << 19;

/** A piece of a zone file that moves along; the file itself may be larger than memory. */
export class OctetWindow {
  octets: Buffer;
  /** Octets of the window that are filled. */
  end = 0;
  /** Offset in the file of the window's first octet. */
  base = 0;
  readonly #read: ReadOctets | undefined;

  /**
   * @param source - a whole file, or what reads one.
   * @param firstOctets - of the window that a file is read into; it grows where a word needs it.
   */
  constructor(source: Uint8Array | ReadOctets, firstOctets = FIRST_WINDOW_OCTETS) {
    if (typeof source === 'function') {
      this.octets = Buffer.allocUnsafe(firstOctets);
      this.#read = source;
    } else {
      this.octets = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
      this.end = source.byteLength;
      this.#read = undefined;
    }
  }

  /** Whether a word that starts at `from` and has no end yet is longer than any may be: RDATA of 65535 octets in \DDD is half of this. */
  isFull(from: number): boolean {
    return this.end - from >= MAX_WINDOW_OCTETS;
  }

  /**
   * Reads on. Octets from `from` on are kept, and move: offsets into the window become smaller by as much as `base` grows.
   *
   * @returns false at the end of the file.
   */
  fill(from: number): boolean {
    if (this.#read === undefined) return false;
    const kept = this.end - from;
    const window = kept === this.octets.length ? Buffer.allocUnsafe(kept * 2) : this.octets;
    this.octets.copy(window, 0, from, this.end);
    this.octets = window;
    this.base += from;
    const count = this.#read(window, kept);
    this.end = kept + count;
    return count > 0;
  }
}
