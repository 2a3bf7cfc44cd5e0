import type { Pool } from './definition.ts';
import type { CentroidOf } from './location.ts';
import type { Roster } from './roster.ts';
import type { Run } from './run.ts';
import type { Value } from './value.ts';

/** A filter with its parameters built in. Same candidates, client, health and draws: same result; it keeps scratch space, and no state. */
export interface Filter {
  readonly name: string;
  /** How many candidates can come out, for the filter before it: lower tiers need no work then. */
  readonly limit: number;
  apply(run: Run): void;
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

/** The index of the pool that `value` names; only the policy's own pools count. */
export function readPool(value: Value, { poolIndex }: Compilation, name = value.text('the name of a pool')): number {
  const pool = poolIndex.get(name);
  if (pool === undefined) throw value.error('ERR_STEERING_UNKNOWN_POOL', `one of the policy's pools: ${[...poolIndex.keys()].join(', ')}`);
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
