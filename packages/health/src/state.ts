/** `unknown`: not probed, or not probed yet; answers treat it as up. */
export type HealthState = 'up' | 'down' | 'unknown';

/** gdnsd's up_thresh, down_thresh and ok_thresh; whole numbers from 1. */
export interface Thresholds {
  /** Successes in a row that bring DOWN to UP. */
  readonly rise: number;
  /** Failures that bring UP to DOWN. They need not be in a row unless `ok` is 1. */
  readonly fall: number;
  /** Successes in a row, while UP, that make the failures so far forgotten. */
  readonly ok: number;
}

/** What must be remembered of an endpoint's probes. */
export interface Health {
  readonly state: HealthState;
  /** Successes in a row that count towards `rise` while DOWN, towards `ok` while UP. */
  readonly successes: number;
  /** Failures that count towards `fall`; 0 unless UP. */
  readonly failures: number;
}

/** A state with nothing counted for or against it. */
export function freshHealth(state: HealthState): Health {
  return { state, successes: 0, failures: 0 };
}

/**
 * The next health after one conclusive probe: pure, so that a simulation, the tests and the prober run one function.
 *
 * The first probe of an `unknown` endpoint decides by itself, as gdnsd's first round does: waiting for `fall` failures
 * would send people to an endpoint that was dead before we started.
 */
export function afterProbe(health: Health, success: boolean, thresholds: Thresholds): Health {
  if (health.state === 'unknown') return freshHealth(success ? 'up' : 'down');
  if (health.state === 'down') {
    if (!success) return freshHealth('down');
    const successes = health.successes + 1;
    return successes >= thresholds.rise ? freshHealth('up') : { state: 'down', successes, failures: 0 };
  }
  if (!success) {
    const failures = health.failures + 1;
    return failures >= thresholds.fall ? freshHealth('down') : { state: 'up', successes: 0, failures };
  }
  // Nothing to forget: counting would only make equal states look different.
  if (health.failures === 0) return health;
  const successes = health.successes + 1;
  return successes >= thresholds.ok ? freshHealth('up') : { state: 'up', successes, failures: health.failures };
}

/** The least number of probes, 1 or more, after which the state could be another. */
export function probesUntilChange(health: Health, thresholds: Thresholds): number {
  if (health.state === 'unknown') return 1;
  return health.state === 'up' ? thresholds.fall - health.failures : thresholds.rise - health.successes;
}

/**
 * The monitored TTL, as gdnsd computes it: no answer should be cached beyond the moment at which a change of state
 * could alter it.
 *
 * @param heldMs - the state stays for so long, whatever probes say (`cooldownMs`).
 * @returns whole seconds, rounded down, at least 1: a TTL of 0 is for the policy's own limits to decide.
 */
export function ttlCapSeconds(health: Health, thresholds: Thresholds, intervalMs: number, heldMs = 0): number {
  return Math.max(1, Math.floor(Math.max(heldMs, probesUntilChange(health, thresholds) * intervalMs) / 1000));
}
