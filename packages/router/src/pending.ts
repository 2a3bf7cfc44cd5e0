interface Waiting {
  readonly deadlineMs: number;
  readonly expire: () => void;
}

/**
 * Answers that are waited for: at most `max` at once, `timeoutMs` each. One timer for all: they expire in the order in which they came.
 */
export class PendingAnswers {
  readonly #waiting = new Set<Waiting>();
  readonly #max: number;
  readonly #timeoutMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(max: number, timeoutMs: number) {
    this.#max = max;
    this.#timeoutMs = timeoutMs;
  }

  get isFull(): boolean {
    return this.#waiting.size >= this.#max;
  }

  /**
   * Waits for `answer`, at most the time limit.
   *
   * @param settled - called once, when `answer` has settled in time; `error` is what it was rejected with.
   * @param expired - called instead, once, when it has not.
   */
  add(answer: Promise<unknown>, settled: (error?: unknown) => void, expired: () => void): void {
    const entry: Waiting = { deadlineMs: performance.now() + this.#timeoutMs, expire: expired };
    this.#waiting.add(entry);
    const done = (error?: unknown) => {
      if (this.#waiting.delete(entry)) settled(error);
    };
    answer.then(
      () => done(),
      (error) => done(error ?? new Error('rejected without a reason')),
    );
    this.#arm();
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#waiting.size === 0) return;
    const [first] = this.#waiting;
    this.#timer = setTimeout(() => this.#sweep(), Math.max(1, first!.deadlineMs - performance.now()));
    this.#timer.unref?.();
  }

  #sweep(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    for (const entry of this.#waiting) {
      if (entry.deadlineMs > nowMs) break;
      this.#waiting.delete(entry);
      entry.expire();
    }
    this.#arm();
  }
}
