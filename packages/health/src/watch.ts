import type { ProbeOutcome, ProbeRun } from './probes/probe.ts';
import { freshHealth, type Health, type HealthState } from './state.ts';
import type { ProvenTarget } from './target.ts';

// Made once: a reason of its own for each time-out would cost a stack trace.
const GIVEN_UP = new Error('given up');

/** One probe that is under way. */
export class Run implements ProbeRun {
  readonly startedMs: number;
  waitingFor = 'answer';
  timer: unknown;
  readonly #controller = new AbortController();
  readonly signal: AbortSignal = this.#controller.signal;

  /** @param startedMs - monotonic. */
  constructor(startedMs: number) {
    this.startedMs = startedMs;
  }

  abort(): void {
    this.#controller.abort(GIVEN_UP);
  }
}

/** A target, and all that the prober remembers of it: either its next probe has a timer, or it waits, or it runs. */
export class Watch {
  target: ProvenTarget;
  health: Health;
  timer: unknown;
  run: Run | undefined;
  /** Wall clock, since when the state is what it is. */
  sinceMs: number;
  /** Monotonic: until then the state is held. */
  heldUntilMs = 0;
  last: ProbeOutcome | undefined;
  lastDurationMs = 0;

  constructor(target: ProvenTarget, state: HealthState, sinceMs: number) {
    this.target = target;
    this.health = freshHealth(state);
    this.sinceMs = sinceMs;
  }
}

/** Whether a reload leaves a watch as it is. */
export function watchesTheSame(a: ProvenTarget, b: ProvenTarget): boolean {
  return a.slot === b.slot && a.address === b.address && a.check.identity === b.check.identity;
}
