import type { CanaryPlan } from './canary-guard.ts';
import type { Pool } from './definition.ts';
import type { LocationLike } from './environment.ts';
import { SteeringError } from './errors.ts';
import type { FeedSlotOf } from './feed-slots.ts';
import type { CentroidOf } from './location.ts';
import type { Reading } from './reading.ts';
import type { Roster } from './roster.ts';
import type { Run } from './run.ts';
import type { Value } from './value.ts';

/** A filter with its parameters built in. Same candidates, client, health and draws: same result; it keeps scratch space, and no state. */
export interface Filter {
  readonly name: string;
  /** How many candidates can come out, for the filter before it: lower tiers need no work then. */
  readonly limit: number;
  /** What its verdict depends on: from this the engine knows what may be remembered, and for whom. */
  readonly reads: readonly Reading[];
  /** It applies chains of its own, and tells the recorder of itself and of them. */
  readonly isBranching?: boolean;
  /** @param within - where it stands, for the recorder: '' in the policy's own chain, `when/` in that of a filter. */
  apply(run: Run, within: string): void;
  /**
   * With `location`: clients of the same text are one class, which this filter can't tell apart. Without it, each location is a class of its own.
   * The prefix length is not the filter's to look at.
   */
  classOf?(location: LocationLike): string;
  /** Only where the next filter takes one: how this filter picks it. */
  readonly draw?: Draw | undefined;
}

/**
 * The part of a filter that depends on chance or on the client's subnet, when all that it does is to say which candidate of the top tier comes first.
 * Then what each of them would lead to can be remembered. `apply` must come to the same, with the same draws.
 */
export interface Draw {
  /** Does with the candidates what hangs on no draw. @returns weights by endpoint. */
  prepare(run: Run): Float64Array;
  /**
   * Asked when the top tier holds two or more.
   *
   * @param endpoints - the top tier: the first `count`.
   * @param sum - of their weights, added in this order.
   * @returns the place of the winner.
   */
  pick(run: Run, endpoints: Int32Array, count: number, weights: Float64Array, sum: number): number;
}

/** Degrees, north and east positive. */
export interface Place {
  readonly lat: number;
  readonly lon: number;
}

/** What a filter may know while it is compiled. */
export interface Compilation {
  readonly roster: Roster;
  /** By pool index. */
  readonly pools: readonly (readonly [Pool, Value])[];
  /** Pool index by name, of the pools that the policy lists (and not of its fallback pool). */
  readonly poolIndex: ReadonlyMap<string, number>;
  readonly centroid: CentroidOf | undefined;
  /** Compiles a chain that lies in the parameters of a filter, and stands where that does. */
  chain(value: Value): Filter[];
  /** A policy by its name, with the compilation for what lies in its chain; for the value that names it. */
  nested(value: Value): { readonly definition: Value; readonly compilation: Compilation };
  /** Numbers a figure for the feed view; `id` is a pool or an endpoint. */
  readonly feedSlot: FeedSlotOf;
  /** In whose chain it stands. */
  readonly policy: string;
  /** Told of every canary. */
  readonly onCanary: (plan: CanaryPlan) => void;
  /** `limit` of the filter that follows; Infinity at the end of the chain. */
  readonly nextLimit: number;
}

/**
 * One row of the table of filters.
 *
 * @typeParam Parameters - what a definition may say behind the name; with `null` for a filter that its name alone makes.
 */
export interface FilterKind<Name extends string = string, Parameters = unknown> {
  readonly name: Name;
  /** Never there: it carries the type, of which `FilterDefinition` is made. */
  readonly parameters?: Parameters;
  /** @throws SteeringError for parameters that are wrong, with their place. */
  compile(parameters: Value, compilation: Compilation): Filter;
}

/** The index of the pool that `value`, or the key in front of it, names; only the policy's own pools count. */
export function readPool(value: Value, { poolIndex }: Compilation, name = value.text('the name of a pool')): number {
  const pool = poolIndex.get(name);
  if (pool === undefined)
    throw new SteeringError(
      'ERR_STEERING_UNKNOWN_POOL',
      value.owner,
      value.path,
      name,
      `one of the policy's pools: ${[...poolIndex.keys()].join(', ')}`,
    );
  return pool;
}

/** A list of pools, at least one, none twice. */
export function readPools(value: Value, compilation: Compilation): Int32Array {
  const pools: number[] = [];
  for (const item of value.filledList('pools')) {
    const pool = readPool(item, compilation);
    if (pools.includes(pool)) throw item.error('ERR_STEERING_DUPLICATE', 'each pool once');
    pools.push(pool);
  }
  return Int32Array.from(pools);
}
