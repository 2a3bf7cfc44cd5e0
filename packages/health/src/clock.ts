/** Time as the prober sees it; handed in, so that tests and simulations run hours in milliseconds. */
export interface Clock {
  /** Never goes back; schedules and durations are taken from it, so that no verdict depends on the wall clock. */
  monotonicMs(): number;
  /** Milliseconds since 1970, for people who read an event. */
  wallMs(): number;
  /** Calls back once, not before `delayMs`. */
  setTimer(callback: () => void, delayMs: number): unknown;
  clearTimer(timer: unknown): void;
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  setTimer: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
