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

/** The feed that tells how far a canary may go, by policy: when its steps were halted (milliseconds since 1970; below 0: everybody goes back), and by how much they are late. */
export const CANARY_FEED = 'canary';
export const haltedId = (policy: string): string => policy;
export const lateId = (policy: string): string => `${policy}/late`;

export class CanaryGuard {
  private readonly feed: string;
  private readonly isMax: boolean;
  private readonly bound: number;
  private readonly maxAgeMs: number;
  private readonly ids: readonly string[];
  private readonly slots: Int32Array;
  private readonly figures: Float64Array;

  constructor(parameters: Value, pools: Int32Array, { roster, feedSlot }: Compilation) {
    parameters.keys(['feed', 'max', 'min', 'halt', 'maxAge']);
    const [max, min, halt] = [parameters.at('max'), parameters.at('min'), parameters.at('halt')];
    if (max.isAbsent === min.isAbsent) throw parameters.error('ERR_STEERING_TYPE', 'either max or min');
    this.isMax = min.isAbsent;
    this.bound = (this.isMax ? max : min).number(-MOST, MOST, 'a number');
    if (!halt.isAbsent) {
      const own = halt.number(-MOST, MOST, 'a number');
      if (this.isMax ? own > this.bound : own < this.bound)
        throw halt.error('ERR_STEERING_RANGE', `no ${this.isMax ? 'more than max' : 'less than min'}, which is ${this.bound}`);
    }
    this.feed = parameters.at('feed').name('the name of a feed');
    this.maxAgeMs = readMaxAge(parameters, 60);
    this.ids = Array.from(pools).flatMap((pool) => [
      roster.poolNames[pool]!,
      ...roster.ids.slice(roster.poolStarts[pool], roster.poolStarts[pool + 1]),
    ]);
    this.slots = Int32Array.from(this.ids, (id) => feedSlot(this.feed, id));
    this.figures = new Float64Array(this.slots.length);
  }

  /** @returns whether a figure is beyond its bound; then the answer holds for as short as may be. */
  trips(run: Run): boolean {
    const { bound, figures } = this;
    run.figures(this.slots, this.maxAgeMs, figures);
    for (let i = 0; i < figures.length; i++) {
      if (!(this.isMax ? figures[i]! > bound : figures[i]! < bound)) continue;
      run.holdUntil(Number.NEGATIVE_INFINITY);
      return true;
    }
    return false;
  }

  /** Of what `trips` has looked at. */
  explain(): string {
    let worst = -1;
    for (let i = 0; i < this.figures.length; i++) {
      const own = this.figures[i]!;
      if (!Number.isNaN(own) && (worst < 0 || (this.isMax ? own > this.figures[worst]! : own < this.figures[worst]!))) worst = i;
    }
    const limit = `${this.isMax ? 'max' : 'min'} ${this.bound}`;
    return worst < 0 ? `no ${this.feed} is known (${limit})` : `${this.feed} of ${this.ids[worst]} is ${this.figures[worst]} (${limit})`;
  }
}

const MOST = 1e15;
