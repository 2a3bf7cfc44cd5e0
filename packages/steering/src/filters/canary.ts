import { CanaryGuard, type CanaryPlan, type GuardParameters, planCanary, readGuard } from '../canary-guard.ts';
import { type Compilation, type Filter, type FilterKind, readPools } from '../filter.ts';
import type { Reading } from '../reading.ts';
import { hashId, mix32 } from '../rendezvous.ts';
import type { Run } from '../run.ts';
import { BY_QNAME, readClient, refusePrefixes, type StickyKey } from '../sticky-key.ts';
import type { Value } from '../value.ts';

export interface CanaryParameters {
  /** Who gets the clients that move. */
  pools: readonly string[];
  /** How many of all clients move: 0-100. */
  percent?: number;
  /** In place of `percent`: how many from a time on, `2026-11-23T08:00:00Z`; none before the first. */
  steps?: readonly { at: string; percent: number }[];
  /** What a client is known by: its subnet (when left out), or the name that is asked for. */
  by?: 'client' | 'qname';
  /** Bits of an IPv4 client that count: 1-32, 24 when left out. */
  ipv4Prefix?: number;
  /** Bits of an IPv6 client that count: 1-128, 56 when left out. */
  ipv6Prefix?: number;
  /** A figure that calls everybody back when it is bad. */
  guard?: GuardParameters;
}

/** From `atMs` (milliseconds since 1970) on so many clients move. */
interface Step {
  readonly atMs: number;
  readonly percent: number;
}

/**
 * Sends a share of the clients to some pools, and all others elsewhere. Who moves is told by a hash, so whoever has moved stays moved while the share grows. Where the
 * canary has no candidate left nobody moves, and where the others have none everybody does.
 */
export const canary: FilterKind<'canary', CanaryParameters> = {
  name: 'canary',
  compile(parameters, compilation) {
    parameters.keys(['pools', 'percent', 'steps', 'by', 'ipv4Prefix', 'ipv6Prefix', 'guard']);
    const by = parameters.at('by');
    if (!by.isAbsent && by.found !== 'client' && by.found !== 'qname') throw by.error('ERR_STEERING_TYPE', 'client or qname');
    if (by.found === 'qname') refusePrefixes(parameters, 'no prefix of a name');
    const key = by.found === 'qname' ? BY_QNAME : readClient(parameters);
    const pools = readPools(parameters.at('pools'), compilation);
    const given = parameters.at('guard');
    const guard = given.isAbsent ? undefined : readGuard(given, pools, compilation);
    const plan = planCanary(pools, !parameters.at('steps').isAbsent, guard, compilation);
    compilation.onCanary(plan);
    return new Canary(pools, readSteps(parameters), key, plan, compilation);
  },
};

function readSteps(parameters: Value): Step[] {
  const [percent, steps] = [parameters.at('percent'), parameters.at('steps')];
  if (percent.isAbsent === steps.isAbsent) throw parameters.error('ERR_STEERING_TYPE', 'either percent or steps');
  if (steps.isAbsent) return [{ atMs: Number.NEGATIVE_INFINITY, percent: readPercent(percent) }];
  let before = Number.NEGATIVE_INFINITY;
  return steps.filledList('steps').map((step) => {
    step.keys(['at', 'percent']);
    const at = step.at('at');
    const expected = 'a time such as 2026-11-23T08:00:00Z';
    const atMs = Date.parse(at.text(expected));
    if (Number.isNaN(atMs)) throw at.error('ERR_STEERING_TYPE', expected);
    if (atMs <= before) throw at.error('ERR_STEERING_RANGE', 'a time behind that of the step before');
    before = atMs;
    return { atMs, percent: readPercent(step.at('percent')) };
  });
}

function readPercent(value: Value): number {
  return value.number(0, 100, 'a percentage from 0 to 100');
}

class Canary implements Filter {
  readonly name = 'canary';
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads: readonly Reading[];
  private readonly pools: Int32Array;
  private readonly steps: readonly Step[];
  private readonly key: StickyKey;
  /** So that the clients of two canaries have nothing to do with each other. */
  private readonly salt: number;
  private readonly isCanary: Uint8Array;
  private readonly isOther: Uint8Array;
  private readonly guard: CanaryGuard | undefined;
  private readonly stateSlots: Int32Array;
  /** When it was halted, and how late it is; NaN: not at all. */
  private readonly state = new Float64Array(2);

  constructor(
    pools: Int32Array,
    steps: readonly Step[],
    key: StickyKey,
    { guard, haltedSlot, lateSlot }: CanaryPlan,
    { roster }: Compilation,
  ) {
    this.pools = pools;
    this.steps = steps;
    this.key = key;
    this.guard = guard === undefined ? undefined : new CanaryGuard(guard);
    this.reads = this.isTimed ? ['feed', ...key.reads, 'time'] : ['feed', ...key.reads];
    this.stateSlots = Int32Array.of(haltedSlot, lateSlot);
    this.salt = hashId(`canary ${Array.from(pools, (pool) => roster.poolNames[pool]).join()}`);
    this.isCanary = Uint8Array.from(roster.poolOf, (pool) => (pools.includes(pool) ? 1 : 0));
    this.isOther = this.isCanary.map((own) => 1 - own);
  }

  apply(run: Run): void {
    const { candidates } = run;
    let own = 0;
    for (let i = 0; i < this.pools.length; i++) own += candidates.sizes[this.pools[i]!]!;
    // Whether the canary has candidates hangs on its health, and so does what is left of all others.
    run.poolsDepend = true;
    if (own === 0 || own === candidates.count) {
      if (run.recorder !== undefined)
        run.reason = own === 0 ? 'the canary has no candidate: nobody moves' : 'only the canary has candidates: everybody moves';
      return;
    }
    run.figures(this.stateSlots, Number.POSITIVE_INFINITY, this.state);
    const isCalledBack = (this.guard?.trips(run) ?? false) || this.state[0]! < 0;
    const percent = isCalledBack ? 0 : this.percentNow(run);
    // All or none of them: nobody need be looked at.
    const hash = percent === 0 || percent === 100 ? Number.NaN : this.key.hash(run);
    const share = Number.isNaN(hash) ? 0 : (mix32(hash ^ this.salt) >>> 0) / DRAWS;
    const moves = percent === 100 || (!Number.isNaN(hash) && share * 100 < percent);
    if (run.recorder !== undefined) run.reason = `${this.explainState(isCalledBack)}${this.explain(run, percent, hash, share, moves)}`;
    candidates.keepFlagged(moves ? this.isCanary : this.isOther);
  }

  private get isTimed(): boolean {
    return this.steps[0]!.atMs !== Number.NEGATIVE_INFINITY;
  }

  private percentNow(run: Run): number {
    if (!this.isTimed) return this.steps[0]!.percent;
    const haltedAtMs = this.state[0]!;
    const lateMs = Number.isNaN(this.state[1]!) ? 0 : this.state[1]!;
    const isHalted = !Number.isNaN(haltedAtMs);
    const nowMs = (isHalted ? Math.min(run.nowMs(), haltedAtMs) : run.nowMs()) - lateMs;
    let percent = 0;
    for (let i = 0; i < this.steps.length; i++) {
      const step = this.steps[i]!;
      if (step.atMs > nowMs) {
        if (!isHalted) run.holdUntil(step.atMs + lateMs);
        break;
      }
      percent = step.percent;
    }
    return percent;
  }

  private explainState(isCalledBack: boolean): string {
    const guard = this.guard === undefined ? '' : this.guard.explain();
    if (this.state[0]! < 0) return `called back${guard === '' ? '' : `, ${guard}`}: `;
    if (isCalledBack) return `${guard}: `;
    const halted = Number.isNaN(this.state[0]!) || !this.isTimed ? '' : `steps halted at ${new Date(this.state[0]!).toISOString()}`;
    const both = [guard, halted].filter((part) => part !== '').join(', ');
    return both === '' ? '' : `${both}: `;
  }

  private explain(run: Run, percent: number, hash: number, share: number, moves: boolean): string {
    let who = 'everybody';
    if (percent > 0 && percent < 100) {
      who = this.key.explain(run, hash);
      if (!Number.isNaN(hash)) who = `${who} has share ${share.toFixed(4)} and`;
      else who = `${who}, so it`;
    }
    return `${percent} % move; ${who} ${moves ? 'goes to the canary' : 'stays'}`;
  }
}

const DRAWS = 4294967296;
