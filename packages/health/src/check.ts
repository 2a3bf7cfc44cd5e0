import type { Path } from './errors.ts';
import { Fields } from './fields.ts';
import { type CheckType, PROBE_TYPES, type ProbeFields, type ProbeTypes } from './probe-types.ts';
import type { Probe } from './probes/probe.ts';
import type { HealthState, Thresholds } from './state.ts';

const DAY_MS = 86_400_000;

interface Timing {
  /** From the start of one probe to the start of the next, at most; 10-86,400,000; default 10,000. */
  intervalMs?: number;
  /** For the whole exchange, from the first packet to the last octet of the body; at most the interval; default half of it. */
  timeoutMs?: number;
  /** Share of the interval by which a probe may come early, 0-0.5; default 0.1. Never late, so detection keeps its bound. */
  jitter?: number;
  /** Successes in a row that bring DOWN to UP; default 2. */
  rise?: number;
  /** Failures that bring UP to DOWN; default 3. */
  fall?: number;
  /** Successes in a row, while UP, after which failures are forgotten; default 1: failures count in a row. */
  ok?: number;
  /** A state that has changed stays for at least so long, 0-86,400,000; default 0. Of an endpoint that flaps there is one change in that time. */
  cooldownMs?: number;
  /** Before the first probe; default unknown, which counts as up and which the first probe decides alone. */
  initial?: HealthState;
}

/** A check as people write it. */
export type CheckDefinition = { [Type in CheckType]: { type: Type } & ProbeFields[Type] & Timing }[CheckType];

/** A check as the prober runs it: complete and proven. */
export interface Check extends Thresholds {
  readonly type: CheckType;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly jitter: number;
  readonly cooldownMs: number;
  readonly initial: HealthState;
  readonly probe: Probe;
  /** Equal for checks that do the same. */
  readonly identity: string;
}

/**
 * Proves a definition and fills in its defaults. Opens nothing.
 *
 * @param definition - a CheckDefinition, from wherever: shape and values are looked at.
 * @param path - where it stands, for the error's `path`.
 * @throws HealthError ERR_HEALTH_CHECK_TYPE, ERR_HEALTH_CHECK_VALUE or ERR_HEALTH_CHECK_KEY
 */
export function defineCheck(definition: unknown, path: Path = ['check'], probeTypes: ProbeTypes = PROBE_TYPES): Check {
  const fields = new Fields(definition, path);
  const types = Object.keys(probeTypes) as CheckType[];
  const type = types.find((one) => one === fields.raw('type'));
  if (type === undefined) throw fields.expected('type', types.join(', '), 'ERR_HEALTH_CHECK_TYPE');
  const intervalMs = fields.integer('intervalMs', 10, DAY_MS, 10_000);
  const check = {
    type,
    intervalMs,
    // Longer than the interval would let probes of one target overlap, or the interval stretch.
    timeoutMs: fields.integer('timeoutMs', 1, intervalMs, Math.ceil(intervalMs / 2)),
    jitter: fields.number('jitter', 0, 0.5, 0.1),
    rise: fields.integer('rise', 1, 1000, 2),
    fall: fields.integer('fall', 1, 1000, 3),
    ok: fields.integer('ok', 1, 1000, 1),
    cooldownMs: fields.integer('cooldownMs', 0, DAY_MS, 0),
    initial: fields.oneOf('initial', ['up', 'down', 'unknown'], 'unknown'),
    probe: probeTypes[type](fields),
  };
  fields.refuseOthers();
  return { ...check, identity: fields.identity() };
}
