import type { Fields } from '../fields.ts';

/**
 * What one probe found out. `inconclusive`: nothing about the endpoint, because the fault was on our side (no file
 * descriptor left); it counts neither for nor against. The reason is a phrase for people, without a final dot.
 */
export interface ProbeOutcome {
  readonly result: 'success' | 'failure' | 'inconclusive';
  readonly reason: string;
}

/** One run of a probe, from the prober's side. */
export interface ProbeRun {
  /** Aborts when the time is over or nobody wants to know any more: let go of everything at once and settle. */
  readonly signal: AbortSignal;
  /** What the probe waits for now; after 'no ' in the reason of a time-out: 'no complete answer in 2000 ms'. */
  waitingFor: string;
}

/**
 * Asks the endpoint once.
 *
 * @param address - IPv4 or IPv6 address as text.
 * @returns resolves, always: a failing endpoint is an outcome. The prober takes the time, so a probe has no timer.
 */
export type Probe = (address: string, run: ProbeRun) => Promise<ProbeOutcome>;

/**
 * A type of probe: reads the keys of its own from a definition and returns the probe that they describe.
 * To add one: a file here with its `ProbeType`, a row in probe-types.ts, a test.
 */
export type ProbeType = (fields: Fields) => Probe;

export function success(reason: string): ProbeOutcome {
  return { result: 'success', reason };
}

export function failure(reason: string): ProbeOutcome {
  return { result: 'failure', reason };
}

export function inconclusive(reason: string): ProbeOutcome {
  return { result: 'inconclusive', reason };
}
