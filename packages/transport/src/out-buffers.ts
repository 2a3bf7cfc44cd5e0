/**
 * The buffers that UDP answers are written into. One serves all packets as long as the kernel takes each at once. When it does not,
 * libuv keeps a pointer to our octets until the socket is writable again: then that buffer is held back, and another takes its place.
 */
export class OutBuffers {
  /** The buffer for the next answer. */
  current: OutBuffer;
  readonly #octetsEach: number;
  readonly #free: OutBuffer[] = [];
  #held: OutBuffer[] = [];

  constructor(octetsEach: number) {
    this.#octetsEach = octetsEach;
    this.current = new OutBuffer(octetsEach);
  }

  get heldCount(): number {
    return this.#held.length;
  }

  /** To be called after each send of `current`, with the number of datagrams that libuv has not passed on yet. */
  sent(queuedCount: number): void {
    if (queuedCount > 0) {
      this.#held.push(this.current);
      this.current = this.#free.pop() ?? new OutBuffer(this.#octetsEach);
    } else if (this.#held.length > 0) this.released();
  }

  /** To be called when nothing is queued: every buffer is ours again. */
  released(): void {
    for (const buffer of this.#held) if (this.#free.length < MOST_FREE) this.#free.push(buffer);
    this.#held = [];
  }
}

// What a burst leaves behind: more are made again when the next one comes.
const MOST_FREE = 64;

export class OutBuffer {
  /** A Buffer, as received packets are: one shape of array for whoever reads both. */
  readonly octets: Buffer;
  readonly #views: (Buffer | undefined)[] = [];

  constructor(size: number) {
    this.octets = Buffer.allocUnsafeSlow(size);
  }

  /** The first `length` octets; made once for each length, so that a send makes no object. */
  view(length: number): Buffer {
    return (this.#views[length] ??= this.octets.subarray(0, length));
  }
}
