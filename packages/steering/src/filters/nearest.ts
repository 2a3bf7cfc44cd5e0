import { bandClass, rankByBand } from '../bands.ts';
import { DistanceTable } from '../distances.ts';
import type { LocationLike } from '../environment.ts';
import { type Compilation, type Filter, type FilterKind, type Place, readPool } from '../filter.ts';
import type { Run } from '../run.ts';
import { writeUnitVector } from '../sphere.ts';

/** From pole to pole; nothing is farther. */
const HALF_ROUND_KM = 20_038;

export interface NearestParameters {
  /**
   * By pool, -99 to 99, as Route 53's geoproximity bias: the distance counts (1 - b/100) times for b >= 0,
   * and 1 / (1 + b/100) times for b < 0. More than 0 draws clients in, less sends them away.
   */
  bias?: Readonly<Record<string, number>>;
  /** Kilometres, 0 when left out: pools no more than so much farther than the nearest of their tier share it. */
  within?: number;
}

/**
 * Tiers by great-circle distance from the client to the pool, nearest first; what is equally far, or nearly, shares a tier. Earlier tiers are
 * forgotten. A pool without a location is farthest; a client without a place leaves the candidates as they are.
 */
export const nearest: FilterKind<'nearest', NearestParameters | null> = {
  name: 'nearest',
  compile(parameters, compilation) {
    const poolCount = compilation.pools.length;
    const factors = new Float64Array(poolCount).fill(1);
    if (!parameters.isAbsent) parameters.keys(['bias', 'within']);
    const bias = parameters.isAbsent ? undefined : parameters.at('bias');
    if (bias !== undefined && !bias.isAbsent) {
      for (const name of bias.keys()) {
        const value = bias.at(name);
        const pool = readPool(value, compilation, name);
        const b = value.number(-99, 99, 'a bias from -99 to 99');
        factors[pool] = b >= 0 ? 1 - b / 100 : 1 / (1 + b / 100);
      }
    }
    const within = parameters.isAbsent ? undefined : parameters.at('within');
    const withinKm = within === undefined || within.isAbsent ? 0 : within.number(0, HALF_ROUND_KM, `kilometres from 0 to ${HALF_ROUND_KM}`);
    const vectors = new Float64Array(3 * poolCount).fill(Number.NaN);
    let located = 0;
    for (const pool of compilation.poolIndex.values()) if (writePlace(compilation, pool, vectors)) located++;
    if (located === 0) throw parameters.error('ERR_STEERING_LOCATION', "a location for at least one of the policy's pools");
    return new Nearest(factors, vectors, compilation.centroid, withinKm);
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
  private readonly withinKm: number;
  private readonly table: DistanceTable;
  private readonly centroid: Compilation['centroid'];
  /** Filled as countries turn up: at most one entry per country. */
  private readonly countries = new Map<string, Place>();
  /** Pools with candidates, nearest first. */
  private readonly order: Int32Array;
  private readonly rankOf: Int32Array;

  constructor(factors: Float64Array, vectors: Float64Array, centroid: Compilation['centroid'], withinKm: number) {
    this.factors = factors;
    this.withinKm = withinKm;
    this.table = new DistanceTable(vectors, factors);
    this.centroid = centroid;
    this.order = new Int32Array(factors.length);
    this.rankOf = new Int32Array(factors.length);
  }

  /** The order of all pools as seen from there, and who would share a tier with whom: of those that have candidates, the tiers follow. */
  classOf(location: LocationLike): string {
    const row = this.rowOf(location);
    if (row < 0) return '';
    return bandClass(this.table.km.subarray(row, row + this.factors.length), this.withinKm);
  }

  apply(run: Run): void {
    const { candidates } = run;
    if (run.isDecided('place')) return;
    const location = run.location();
    const row = this.rowOf(location);
    if (row < 0) {
      if (run.recorder !== undefined) {
        run.reason = `no coordinates for the client (${location.country ?? 'country unknown'}): the candidates stay as they are`;
      }
      return;
    }
    const ranked = rankByBand(candidates.sizes, this.table.km, row, this.withinKm, this.order, this.rankOf);
    if (run.recorder !== undefined) run.reason = this.explain(run, location, row, ranked & 0xffff);
    candidates.retierByPool(this.rankOf, ranked >> 16);
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

  private explain({ roster }: Run, location: LocationLike, row: number, pools: number): string {
    let distances = '';
    for (let i = 0; i < pools; i++) {
      const pool = this.order[i]!;
      const counted = this.table.km[row + pool]!;
      const factor = this.factors[pool]!;
      if (i > 0) distances += ', ';
      distances += roster.poolNames[pool];
      if (counted === Number.POSITIVE_INFINITY) distances += ' has no location';
      else distances += ` ${Math.round(counted / factor)} km${factor === 1 ? '' : ` (counts as ${Math.round(counted)} km by its bias)`}`;
    }
    const { country, latitude, longitude } = location;
    let from = `the centroid of ${country}`;
    if (latitude !== undefined && longitude !== undefined) from = `${country ?? 'somewhere'} (${latitude}, ${longitude})`;
    const band = this.withinKm === 0 ? '' : `; what is within ${this.withinKm} km shares a tier`;
    return `from ${from}: ${distances}${band}`;
  }
}
