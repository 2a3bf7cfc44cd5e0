import { DistanceTable } from '../distances.ts';
import type { LocationLike } from '../environment.ts';
import { type Compilation, type Filter, type FilterKind, type Place, readPool } from '../filter.ts';
import type { Run } from '../run.ts';
import { writeUnitVector } from '../sphere.ts';

export interface NearestParameters {
  /**
   * By pool, -99 to 99, as Route 53's geoproximity bias: the distance counts (1 - b/100) times for b >= 0,
   * and 1 / (1 + b/100) times for b < 0. More than 0 draws clients in, less sends them away.
   */
  bias?: Readonly<Record<string, number>>;
}

/**
 * Tiers by great-circle distance from the client to the pool, nearest first; what is equally far shares a tier. Earlier tiers are
 * forgotten. A pool without a location is farthest; a client without a place leaves the candidates as they are.
 */
export const nearest: FilterKind<'nearest', NearestParameters | null> = {
  name: 'nearest',
  compile(parameters, compilation) {
    const poolCount = compilation.pools.length;
    const factors = new Float64Array(poolCount).fill(1);
    if (!parameters.isAbsent) parameters.keys(['bias']);
    const bias = parameters.isAbsent ? undefined : parameters.at('bias');
    if (bias !== undefined && !bias.isAbsent) {
      for (const name of bias.keys()) {
        const value = bias.at(name);
        if (!compilation.poolIndex.has(name)) {
          throw bias.keyError(
            name,
            'ERR_STEERING_UNKNOWN_POOL',
            `one of the policy's pools: ${[...compilation.poolIndex.keys()].join(', ')}`,
          );
        }
        const b = value.number(-99, 99, 'a bias from -99 to 99');
        factors[readPool(value, compilation, name)] = b >= 0 ? 1 - b / 100 : 1 / (1 + b / 100);
      }
    }
    const vectors = new Float64Array(3 * poolCount).fill(Number.NaN);
    let located = 0;
    for (const pool of compilation.poolIndex.values()) if (writePlace(compilation, pool, vectors)) located++;
    if (located === 0) throw parameters.error('ERR_STEERING_LOCATION', "a location for at least one of the policy's pools");
    return new Nearest(factors, vectors, compilation.centroid);
  },
};

/** Where a pool stands, as a unit vector; false when it does not say. */
function writePlace({ pools, roster }: Compilation, pool: number, vectors: Float64Array): boolean {
  const location = pools[pool]![1].at('location');
  if (location.isAbsent) return false;
  const place = roster.places[pool];
  if (place === undefined)
    throw location.at('country').error('ERR_STEERING_LOCATION', 'lat and lon, as no centroids of countries were handed in');
  writeUnitVector(vectors, 3 * pool, place.lat, place.lon);
  return true;
}

class Nearest implements Filter {
  readonly name = 'nearest';
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads = ['location'] as const;
  private readonly factors: Float64Array;
  private readonly table: DistanceTable;
  private readonly centroid: Compilation['centroid'];
  /** Filled as countries turn up: at most one entry per country. */
  private readonly countries = new Map<string, Place>();
  /** Pools with candidates, nearest first. */
  private readonly order: Int32Array;
  private readonly rankOf: Int32Array;

  constructor(factors: Float64Array, vectors: Float64Array, centroid: Compilation['centroid']) {
    this.factors = factors;
    this.table = new DistanceTable(vectors, factors);
    this.centroid = centroid;
    this.order = new Int32Array(factors.length);
    this.rankOf = new Int32Array(factors.length);
  }

  /** The order of all pools as seen from there: of those that have candidates, the order follows. */
  classOf(location: LocationLike): string {
    const row = this.rowOf(location);
    if (row < 0) return '';
    const km = this.table.km.subarray(row, row + this.factors.length);
    return Array.from(km, (own) => km.filter((other) => other < own).length).join();
  }

  apply(run: Run): void {
    const { candidates, roster } = run;
    const only = candidates.onlyPool();
    if (only >= 0) {
      if (run.recorder !== undefined) run.reason = `only pool ${roster.poolNames[only]} has candidates: the client's place does not matter`;
      return;
    }
    const location = run.location();
    const row = this.rowOf(location);
    if (row < 0) {
      if (run.recorder !== undefined) {
        run.reason = `no coordinates for the client (${location.country ?? 'country unknown'}): the candidates stay as they are`;
      }
      return;
    }
    const { km } = this.table;
    const pools = this.sortPools(run, row);
    let rank = 0;
    for (let i = 0; i < pools; i++) {
      if (i > 0 && km[row + this.order[i]!]! > km[row + this.order[i - 1]!]!) rank++;
      this.rankOf[this.order[i]!] = rank;
    }
    if (run.recorder !== undefined) run.reason = this.explain(run, location, row, pools);
    candidates.retierByPool(this.rankOf, rank + 1);
  }

  /** The row of distances for the client's place; -1 when that is unknown. */
  private rowOf({ latitude, longitude, country }: LocationLike): number {
    if (latitude !== undefined && longitude !== undefined) return this.table.row(latitude, longitude);
    if (country === undefined) return -1;
    let place = this.countries.get(country);
    if (place === undefined) {
      place = this.centroid?.(country);
      if (place === undefined) return -1;
      this.countries.set(country, place);
    }
    return this.table.row(place.lat, place.lon);
  }

  /** Orders the pools that have candidates (insertion sort: pools are few). @returns how many they are. */
  private sortPools({ candidates }: Run, row: number): number {
    const { order } = this;
    const { sizes } = candidates;
    const { km } = this.table;
    let pools = 0;
    for (let pool = 0; pool < sizes.length; pool++) {
      if (sizes[pool] === 0) continue;
      let at = pools++;
      for (; at > 0 && km[row + order[at - 1]!]! > km[row + pool]!; at--) order[at] = order[at - 1]!;
      order[at] = pool;
    }
    return pools;
  }

  private explain({ roster }: Run, location: LocationLike, row: number, pools: number): string {
    const parts = Array.from(this.order.subarray(0, pools), (pool) => {
      const counted = this.table.km[row + pool]!;
      const factor = this.factors[pool]!;
      if (counted === Number.POSITIVE_INFINITY) return `${roster.poolNames[pool]} has no location`;
      const bias = factor === 1 ? '' : ` (counts as ${Math.round(counted)} km by its bias)`;
      return `${roster.poolNames[pool]} ${Math.round(counted / factor)} km${bias}`;
    });
    const { country, latitude, longitude } = location;
    let from = `the centroid of ${country}`;
    if (latitude !== undefined && longitude !== undefined) from = `${country ?? 'somewhere'} (${latitude}, ${longitude})`;
    return `from ${from}: ${parts.join(', ')}`;
  }
}
