/** Parts of the time limit that are told apart. */
const TICKS = 8;

/** What happens to an answer that is waited for: one of the two, once. */
export interface Waiting {
  /** For {@link PendingAnswers}: when it came. */
  tick: number;
  /** It came in time; `error` is what it was rejected with. */
  settled(error?: unknown): void;
  expired(): void;
}

/**
 * Answers that are waited for: at most `max` at once, the time limit each, and up to an eighth of it more: one timer counts eighths for all, so
 * that an answer needs neither a timer nor a look at the clock. They expire in the order in which they came.
 */
export class PendingAnswers {
  readonly #waiting = new Set<Waiting>();
  readonly #max: number;
  readonly #tickMs: number;
  #tick = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(max: number, timeoutMs: number) {
    this.#max = max;
    this.#tickMs = Math.max(1, Math.ceil(timeoutMs / TICKS));
  }

  get isFull(): boolean {
    return this.#waiting.size >= this.#max;
  }

  /** Waits for `answer`, at most the time limit. */
  add(answer: PromiseLike<unknown>, waiting: Waiting): void {
    waiting.tick = this.#tick;
    this.#waiting.add(waiting);
    answer.then(
      () => {
        if (this.#waiting.delete(waiting)) waiting.settled();
      },
      (error) => {
        if (this.#waiting.delete(waiting)) waiting.settled(error ?? new Error('rejected without a reason'));
      },
    );
    if (this.#timer === undefined) this.#arm();
  }

  #arm(): void {
    this.#timer = setTimeout(() => this.#nextTick(), this.#tickMs);
    this.#timer.unref?.();
  }

  #nextTick(): void {
    this.#timer = undefined;
    this.#tick++;
    for (const waiting of this.#waiting) {
      // One that came late in a tick has waited for less than the ticks since.
      if (this.#tick - waiting.tick <= TICKS) break;
      this.#waiting.delete(waiting);
      waiting.expired();
    }
    if (this.#waiting.size > 0) this.#arm();
  }
}
