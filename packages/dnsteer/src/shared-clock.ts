const SECONDS = 0;
const MONOTONIC_MS = 1;
const TICK_MS = 100;

/** The time, written by the control plane and read by workers: no clock call on the path of a packet. */
export class SharedClock {
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(shared = new SharedArrayBuffer(8)) {
    this.shared = shared;
    this.#words = new Int32Array(shared);
  }

  /** Seconds since 1970 modulo 2^32, as RRSIGs count them (RFC 4034 3.1.5). */
  nowSeconds(): number {
    // A word is read whole, and a moment late does not matter: Atomics.load costs a call for each packet.
    return this.#words[SECONDS]! >>> 0;
  }

  /** Milliseconds of a clock that never goes back; wraps after 49 days. */
  monotonicMs(): number {
    return Atomics.load(this.#words, MONOTONIC_MS) >>> 0;
  }

  /** Writes the time now and every 100 ms. Only the control plane calls this. */
  start(): void {
    this.#tick();
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    Atomics.store(this.#words, SECONDS, Math.floor(Date.now() / 1000) | 0);
    Atomics.store(this.#words, MONOTONIC_MS, performance.now() | 0);
  }
}
