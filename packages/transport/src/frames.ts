/** No whole message is there yet. */
export const NEEDS_MORE = -1;
/** The length announced is above the limit; the stream can't be read on. */
export const TOO_LONG = -2;

const NOTHING = Buffer.alloc(0);

/**
 * Cuts a TCP stream into messages by their 2-octet length (RFC 1035 4.2.2, RFC 7766 8), however the stream is cut into chunks.
 *
 * A message that lies whole within a chunk is copied once; one that spans chunks waits in a buffer that grows with what has come,
 * not with what was announced.
 */
export class FrameReader {
  readonly #maxOctets: number;
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  #end = 0;
  /** Start of a frame, with its length octets. */
  #partial: Buffer = NOTHING;
  #partialOctets = 0;

  constructor(maxOctets: number) {
    this.#maxOctets = maxOctets;
  }

  /** True while octets of the last chunk have not been looked at: next() has not yet returned NEEDS_MORE. */
  get hasUnread(): boolean {
    return this.#at < this.#end;
  }

  /** Takes the next octets of the stream, `chunk[start]` to `chunk[end - 1]`; keeps `chunk` until they are read or `own` is called. */
  push(chunk: Uint8Array, start = 0, end = chunk.length): void {
    if (this.hasUnread) {
      const rest = this.#end - this.#at;
      const all = new Uint8Array(rest + end - start);
      all.set(this.#chunk.subarray(this.#at, this.#end));
      all.set(chunk.subarray(start, end), rest);
      this.#set(all, 0, all.length);
    } else this.#set(chunk, start, end);
  }

  /** Lets go of the chunk, which the caller uses again: what of it was not read is copied. */
  own(): void {
    if (this.hasUnread) {
      // Not slice(): a Buffer's does not copy.
      const rest = new Uint8Array(this.#chunk.subarray(this.#at, this.#end));
      this.#set(rest, 0, rest.length);
    } else this.#drop();
  }

  /**
   * Takes the next message without copying it, if it lies whole in the chunk: its first octet is the third of what was not read.
   *
   * @returns its octets, or NEEDS_MORE: `next` is to be asked.
   */
  nextInPlace(): number {
    const at = this.#at;
    if (this.#partialOctets > 0 || this.#end - at < 2) return NEEDS_MORE;
    const octets = (this.#chunk[at]! << 8) | this.#chunk[at + 1]!;
    if (octets > this.#maxOctets || at + 2 + octets > this.#end) return NEEDS_MORE;
    this.#at = at + 2 + octets;
    return octets;
  }

  /**
   * Copies the next message to the start of `message`.
   *
   * @param message - at least `maxOctets` long.
   * @returns octets of the message (0 is possible: an empty frame), NEEDS_MORE or TOO_LONG.
   */
  next(message: Uint8Array): number {
    if (this.#partialOctets > 0) return this.#nextOfPartial(message);
    const chunk = this.#chunk;
    const at = this.#at;
    if (this.#end - at >= 2) {
      const octets = (chunk[at]! << 8) | chunk[at + 1]!;
      if (octets > this.#maxOctets) return TOO_LONG;
      const end = at + 2 + octets;
      if (end <= this.#end) {
        copyOctets(message, 0, chunk, at + 2, end);
        this.#at = end;
        if (end === this.#end) this.#drop();
        return octets;
      }
    }
    if (at < this.#end) this.#keep(this.#end - at);
    this.#drop();
    return NEEDS_MORE;
  }

  /** Forgets what is there. */
  stop(): void {
    this.#drop();
    this.#partial = NOTHING;
    this.#partialOctets = 0;
  }

  #nextOfPartial(message: Uint8Array): number {
    if (this.#partialOctets < 2) this.#fill(2);
    if (this.#partialOctets < 2) return NEEDS_MORE;
    const octets = this.#partial.readUInt16BE(0);
    if (octets > this.#maxOctets) return TOO_LONG;
    this.#fill(2 + octets);
    if (this.#partialOctets < 2 + octets) return NEEDS_MORE;
    this.#partial.copy(message, 0, 2, 2 + octets);
    this.#partial = NOTHING;
    this.#partialOctets = 0;
    return octets;
  }

  /** Moves octets of the chunk over until `wanted` are in the partial frame, or the chunk ends. */
  #fill(wanted: number): void {
    const octets = Math.min(wanted - this.#partialOctets, this.#end - this.#at);
    if (octets > 0) this.#keep(octets);
    if (!this.hasUnread) this.#drop();
  }

  #keep(octets: number): void {
    const needed = this.#partialOctets + octets;
    if (needed > this.#partial.length) {
      // Doubled, so that a message that comes octet by octet is not copied each time.
      const grown = Buffer.allocUnsafeSlow(Math.max(64, needed, 2 * this.#partial.length));
      this.#partial.copy(grown, 0, 0, this.#partialOctets);
      this.#partial = grown;
    }
    copyOctets(this.#partial, this.#partialOctets, this.#chunk, this.#at, this.#at + octets);
    this.#partialOctets = needed;
    this.#at += octets;
  }

  #drop(): void {
    this.#set(NOTHING, 0, 0);
  }

  #set(chunk: Uint8Array, at: number, end: number): void {
    this.#chunk = chunk;
    this.#at = at;
    this.#end = end;
  }
}

// Up to here a loop is faster than a call, and makes no view.
const SHORT_OCTETS = 96;

/** Copies `from[start]` to `from[end - 1]` to `to[at]`. */
export function copyOctets(to: Uint8Array, at: number, from: Uint8Array, start: number, end: number): void {
  if (end - start > SHORT_OCTETS) to.set(from.subarray(start, end), at);
  else for (let i = start; i < end; i++) to[at++] = from[i]!;
}
