/** Less than this is not worth a piece of its own. */
const MIN_OCTETS = 1 << 20;
/** What malloc takes from the system, and gives back to it, piece by piece, whatever went before (DEFAULT_MMAP_THRESHOLD_MAX of glibc). */
const OWN_PIECE_OCTETS = (32 << 20) + 4096;
const ALIGNMENT = 8;

/**
 * One large piece of memory that the columns of a large zone lie in. The system has it back as soon as the last of them is gone; of many pieces of
 * some MiB, malloc would keep a part. What of it is never written to costs nothing.
 */
export class Scratch {
  #piece: ArrayBuffer | undefined;
  #end = 0;

  /** Says that columns of so many octets in all will be asked for. */
  expect(octets: number): void {
    if (octets - this.#left < MIN_OCTETS) return;
    this.#piece = new ArrayBuffer(Math.max(octets, OWN_PIECE_OCTETS));
    this.#end = 0;
  }

  /** Zeros. */
  int32(length: number): Int32Array {
    const at = this.#take(length * 4);
    return at < 0 ? new Int32Array(length) : new Int32Array(this.#piece!, at, length);
  }

  /** Zeros. */
  uint16(length: number): Uint16Array {
    const at = this.#take(length * 2);
    return at < 0 ? new Uint16Array(length) : new Uint16Array(this.#piece!, at, length);
  }

  /** Zeros. */
  uint8(length: number): Uint8Array {
    const at = this.#take(length);
    return at < 0 ? new Uint8Array(length) : new Uint8Array(this.#piece!, at, length);
  }

  get #left(): number {
    return this.#piece === undefined ? 0 : this.#piece.byteLength - this.#end;
  }

  #take(octets: number): number {
    if (this.#piece === undefined || octets > this.#left) return -1;
    const at = this.#end;
    this.#end = Math.min(this.#piece.byteLength, Math.ceil((at + octets) / ALIGNMENT) * ALIGNMENT);
    return at;
  }
}
