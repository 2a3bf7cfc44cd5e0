import type { ProbeOutcome } from './probes/probe.ts';
import type { HealthState } from './state.ts';
import type { HealthOverride } from './table.ts';

/** The state of a target has changed; the table says so already. */
export interface HealthChange {
  readonly id: string;
  readonly slot: number;
  readonly family: 4 | 6;
  readonly from: HealthState;
  readonly to: HealthState;
  /** For people: 'connection refused by 127.0.0.1:18081'. */
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** One probe has ended. */
export interface ProbeReport {
  readonly id: string;
  readonly slot: number;
  readonly family: 4 | 6;
  readonly result: ProbeOutcome['result'];
  readonly reason: string;
  readonly durationMs: number;
  /** After this probe. */
  readonly state: HealthState;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** How a target stands. */
export interface TargetStatus {
  readonly id: string;
  readonly slot: number;
  readonly family: 4 | 6;
  readonly address: string;
  readonly state: HealthState;
  readonly override: HealthOverride;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Counted so far; see `rise`, `ok` and `fall`. */
  readonly successes: number;
  readonly failures: number;
  /** Of the last probe; undefined before the first. */
  readonly reason: string | undefined;
  readonly durationMs: number | undefined;
}

/** How busy a prober is. `waiting` that grows means: more concurrent probes, or longer intervals. */
export interface ProberLoad {
  readonly targets: number;
  readonly running: number;
  readonly waiting: number;
}
