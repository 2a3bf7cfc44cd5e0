const MAX_TIMER_MS = 2 ** 31 - 1;
const SECOND_MS = 1000;
/** Signatures hold for days after they are due. */
const RETRY_MS = 600 * SECOND_MS;

/** Has zones built anew when their signatures are due. */
export class RefreshTimer {
  readonly #refresh: () => Promise<void>;
  readonly #onError: (error: Error) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param refresh - may call `plan` for what comes next. When it fails it is called again after ten minutes. */
  constructor(refresh: () => Promise<void>, onError: (error: Error) => void) {
    this.#refresh = refresh;
    this.#onError = onError;
  }

  /** @param dueSeconds - since 1970; the earliest counts. None: nothing is due. */
  plan(dueSeconds: readonly number[]): void {
    this.stop();
    if (dueSeconds.length > 0) this.#wait(Math.min(...dueSeconds) * SECOND_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(untilMs: number): void {
    const inMs = Math.max(SECOND_MS, untilMs - Date.now());
    this.#timer = setTimeout(
      () => {
        // A timer holds for 24 days.
        if (inMs > MAX_TIMER_MS) return this.#wait(untilMs);
        this.#refresh().catch((error: Error) => {
          this.#onError(error);
          this.#wait(Date.now() + RETRY_MS);
        });
      },
      Math.min(inMs, MAX_TIMER_MS),
    );
    this.#timer.unref();
  }
}
