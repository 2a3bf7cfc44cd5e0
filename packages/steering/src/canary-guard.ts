import type { Compilation } from './filter.ts';
import { readMaxAge } from './max-age.ts';
import type { Run } from './run.ts';
import type { Value } from './value.ts';

/** A figure of the canary that tells whether it is well. */
export interface GuardParameters {
  /** The feed that tells it, of the canary's pools or of their endpoints: the worst of them counts. */
  feed: string;
  /** Above it everybody goes back; or, for a figure that should be high, below `min`. */
  max?: number;
  min?: number;
  /** Beyond it the steps stand still, until an operator says otherwise. Whoever runs the policy sees to that: a decision alone remembers nothing. */
  halt?: number;
  /** Seconds after which a figure counts no more; 60 when left out. Without a figure the canary goes on. */
  maxAge?: number;
}

/** A canary, for who watches it. */
export interface CanaryPlan {
  /** In whose chain it stands. */
  readonly policy: string;
  readonly pools: readonly string[];
  /** Where the feed `canary` says how far it may go: when its steps were halted (milliseconds since 1970; below 0: everybody goes back), and by how many milliseconds they are late. */
  readonly haltedSlot: number;
  readonly lateSlot: number;
  /** It has steps, which can be halted. */
  readonly isTimed: boolean;
  /** `undefined`: it has none. */
  readonly guard: GuardPlan | undefined;
}

/** What calls a canary back, besides its health. */
export interface GuardPlan {
  readonly feed: string;
  /** A figure above `bound` is bad; else one below it. */
  readonly isMax: boolean;
  readonly bound: number;
  /** Beyond it the steps are to be halted; `undefined`: never. */
  readonly halt: number | undefined;
  readonly maxAgeMs: number;
  /** Whose figures count: the worst of them. */
  readonly figures: readonly { readonly id: string; readonly slot: number }[];
}

export const CANARY_FEED = 'canary';

export function planCanary(
  pools: Int32Array,
  isTimed: boolean,
  guard: GuardPlan | undefined,
  { roster, feedSlot, policy }: Compilation,
): CanaryPlan {
  return {
    policy,
    pools: Array.from(pools, (pool) => roster.poolNames[pool]!),
    haltedSlot: feedSlot(CANARY_FEED, policy),
    lateSlot: feedSlot(CANARY_FEED, `${policy}/late`),
    isTimed,
    guard,
  };
}

export function readGuard(parameters: Value, pools: Int32Array, { roster, feedSlot }: Compilation): GuardPlan {
  parameters.keys(['feed', 'max', 'min', 'halt', 'maxAge']);
  const [max, min, halt] = [parameters.at('max'), parameters.at('min'), parameters.at('halt')];
  if (max.isAbsent === min.isAbsent) throw parameters.error('ERR_STEERING_TYPE', 'either max or min');
  const isMax = min.isAbsent;
  const bound = (isMax ? max : min).number(-MOST, MOST, 'a number');
  const haltAt = halt.isAbsent ? undefined : halt.number(-MOST, MOST, 'a number');
  if (haltAt !== undefined && (isMax ? haltAt > bound : haltAt < bound))
    throw halt.error('ERR_STEERING_RANGE', `no ${isMax ? 'more than max' : 'less than min'}, which is ${bound}`);
  const feed = parameters.at('feed').name('the name of a feed');
  const ids = Array.from(pools).flatMap((pool) => [
    roster.poolNames[pool]!,
    ...roster.ids.slice(roster.poolStarts[pool], roster.poolStarts[pool + 1]),
  ]);
  const figures = ids.map((id) => ({ id, slot: feedSlot(feed, id) }));
  return { feed, isMax, bound, halt: haltAt, maxAgeMs: readMaxAge(parameters, 60), figures };
}

/** A guard as a decision asks it. */
export class CanaryGuard {
  private readonly plan: GuardPlan;
  private readonly slots: Int32Array;
  private readonly figures: Float64Array;

  constructor(plan: GuardPlan) {
    this.plan = plan;
    this.slots = Int32Array.from(plan.figures, ({ slot }) => slot);
    this.figures = new Float64Array(this.slots.length);
  }

  /** @returns whether a figure is beyond its bound; then the answer holds for as short as may be. */
  trips(run: Run): boolean {
    const { bound, isMax, maxAgeMs } = this.plan;
    const { figures } = this;
    run.figures(this.slots, maxAgeMs, figures);
    for (let i = 0; i < figures.length; i++) {
      if (!(isMax ? figures[i]! > bound : figures[i]! < bound)) continue;
      run.holdUntil(Number.NEGATIVE_INFINITY);
      return true;
    }
    return false;
  }

  /** Of what `trips` has looked at. */
  explain(): string {
    const { bound, feed, figures: own, isMax } = this.plan;
    const worst = worstOf(this.figures, isMax);
    const limit = `${isMax ? 'max' : 'min'} ${bound}`;
    return worst < 0 ? `no ${feed} is known (${limit})` : `${feed} of ${own[worst]!.id} is ${this.figures[worst]} (${limit})`;
  }
}

/** The place of the worst figure; -1: none is known. */
function worstOf(figures: Float64Array, isMax: boolean): number {
  let worst = -1;
  for (const [i, own] of figures.entries()) {
    if (!Number.isNaN(own) && (worst < 0 || (isMax ? own > figures[worst]! : own < figures[worst]!))) worst = i;
  }
  return worst;
}

const MOST = 1e15;
