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
  #chunk: Buffer = NOTHING;
  #at = 0;
  /** Start of a frame, with its length octets. */
  #partial: Buffer = NOTHING;
  #partialOctets = 0;

  constructor(maxOctets: number) {
    this.#maxOctets = maxOctets;
  }

  /** True while octets of the last chunk have not been looked at: next() has not yet returned NEEDS_MORE. */
  get hasUnread(): boolean {
    return this.#at < this.#chunk.length;
  }

  /** Takes the next octets of the stream; keeps `chunk` until they are read. */
  push(chunk: Buffer): void {
    this.#chunk = this.hasUnread ? Buffer.concat([this.#chunk.subarray(this.#at), chunk]) : chunk;
    this.#at = 0;
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
    if (chunk.length - at >= 2) {
      const octets = chunk.readUInt16BE(at);
      if (octets > this.#maxOctets) return TOO_LONG;
      const end = at + 2 + octets;
      if (end <= chunk.length) {
        chunk.copy(message, 0, at + 2, end);
        this.#at = end;
        if (end === chunk.length) this.#drop();
        return octets;
      }
    }
    if (at < chunk.length) this.#keep(chunk.length - at);
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
    const octets = Math.min(wanted - this.#partialOctets, this.#chunk.length - this.#at);
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
    this.#chunk.copy(this.#partial, this.#partialOctets, this.#at, this.#at + octets);
    this.#partialOctets = needed;
    this.#at += octets;
  }

  #drop(): void {
    this.#chunk = NOTHING;
    this.#at = 0;
  }
}
