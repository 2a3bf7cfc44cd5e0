import type { LocationLike } from '../environment.ts';
import { type Filter, type FilterKind, readPool } from '../filter.ts';
import { GEO_KEYS, GEO_PARAMETERS } from '../geo-keys.ts';
import type { Run } from '../run.ts';
import type { Value } from '../value.ts';

export interface Fence {
  cities?: readonly string[];
  subdivisions?: readonly string[];
  countries?: readonly string[];
  continents?: readonly string[];
}

export interface GeofenceParameters {
  /** Where clients of a pool must be, by pool: in any of the places of its fence. A pool without one is for all. */
  pools: Readonly<Record<string, Fence>>;
  /** Drops pools without a fence for clients who are inside one with candidates (NS1's remove_no_location); false when left out. */
  removeUnlocated?: boolean;
}

/** Forbids: a pool with a fence is answered to clients inside it only, and to nobody whose place is unknown. */
export const geofence: FilterKind<'geofence', GeofenceParameters> = {
  name: 'geofence',
  compile(parameters, compilation) {
    parameters.keys(['pools', 'removeUnlocated']);
    const pools = parameters.at('pools');
    const remove = parameters.at('removeUnlocated');
    if (!remove.isAbsent && typeof remove.found !== 'boolean') throw remove.error('ERR_STEERING_TYPE', 'true or false');
    if (pools.isAbsent || pools.keys().length === 0) throw pools.error('ERR_STEERING_EMPTY', 'a fence for a pool at least');
    const fences: (Places | undefined)[] = compilation.pools.map(() => undefined);
    for (const key of pools.keys()) {
      const fence = pools.at(key);
      fences[readPool(fence, compilation, key)] = readPlaces(fence);
    }
    return new Geofence(fences, remove.found === true, compilation.roster.poolOf);
  },
};

/** By kind of key, as GEO_KEYS has them. */
type Places = readonly ReadonlySet<string>[];

function readPlaces(fence: Value): Places {
  if (fence.keys(GEO_PARAMETERS).length === 0) throw fence.error('ERR_STEERING_EMPTY', GEO_PARAMETERS.join(', '));
  return GEO_KEYS.map(({ parameter, pattern, expected }) => {
    const places = fence.at(parameter);
    const keys = new Set<string>();
    for (const place of places.isAbsent ? [] : places.filledList(parameter)) {
      const key = place.text(expected);
      if (!pattern.test(key)) throw place.error('ERR_STEERING_LOCATION', expected);
      keys.add(key);
    }
    return keys;
  });
}

function isInside(fence: Places, location: LocationLike): boolean {
  for (let i = 0; i < GEO_KEYS.length; i++) {
    const key = GEO_KEYS[i]!.keyOf(location);
    if (key !== undefined && fence[i]!.has(key)) return true;
  }
  return false;
}

class Geofence implements Filter {
  readonly name = 'geofence';
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads = ['location'] as const;
  /** By pool. */
  private readonly fences: readonly (Places | undefined)[];
  private readonly removesUnlocated: boolean;
  private readonly poolOf: Int32Array;
  /** By endpoint. */
  private readonly flags: Uint8Array;
  /** By pool: 1 when it may be answered. */
  private readonly passes: Uint8Array;

  constructor(fences: readonly (Places | undefined)[], removesUnlocated: boolean, poolOf: Int32Array) {
    this.fences = fences;
    this.removesUnlocated = removesUnlocated;
    this.poolOf = poolOf;
    this.flags = new Uint8Array(poolOf.length);
    this.passes = new Uint8Array(fences.length);
  }

  /** Clients who are inside the same fences are all alike. */
  classOf(location: LocationLike): string {
    return this.fences.map((fence) => (fence !== undefined && isInside(fence, location) ? '1' : '0')).join('');
  }

  apply(run: Run): void {
    const { candidates } = run;
    const { sizes } = candidates;
    let isFenced = false;
    for (let pool = 0; pool < this.fences.length; pool++) if (sizes[pool] !== 0 && this.fences[pool] !== undefined) isFenced = true;
    if (!isFenced) {
      // Nothing hangs on the client.
      if (run.recorder !== undefined) run.reason = 'no pool that has candidates has a fence';
      return;
    }
    const location = run.location();
    let isAnyInside = false;
    for (let pool = 0; pool < this.fences.length; pool++) {
      const fence = this.fences[pool];
      const isIn = fence !== undefined && sizes[pool] !== 0 && isInside(fence, location);
      this.passes[pool] = fence === undefined || isIn ? 1 : 0;
      if (isIn) isAnyInside = true;
    }
    const drops = this.removesUnlocated && isAnyInside;
    if (drops) for (let pool = 0; pool < this.fences.length; pool++) if (this.fences[pool] === undefined) this.passes[pool] = 0;
    if (run.recorder !== undefined) run.reason = this.explain(run, location, drops);
    // Whether pools without a fence stay hangs on the health of those with one.
    if (this.removesUnlocated) run.poolsDepend = true;
    for (let pool = 0; pool < this.fences.length; pool++) if (this.passes[pool] === 0 && !run.isTargeted) run.releaseHealth(pool);
    for (let endpoint = 0; endpoint < this.flags.length; endpoint++) this.flags[endpoint] = this.passes[this.poolOf[endpoint]!] ?? 1;
    candidates.keepFlagged(this.flags);
  }

  private explain({ candidates, roster }: Run, location: LocationLike, drops: boolean): string {
    const place = GEO_KEYS.map(({ keyOf }) => keyOf(location)).find((key) => key !== undefined) ?? 'place unknown';
    const names = (kind: (pool: number) => boolean) =>
      Array.from(candidates.sizes.keys())
        .filter((pool) => candidates.sizes[pool] !== 0 && kind(pool))
        .map((pool) => roster.poolNames[pool])
        .join(', ');
    const inside = names((pool) => this.fences[pool] !== undefined && this.passes[pool] !== 0);
    const outside = names((pool) => this.fences[pool] !== undefined && this.passes[pool] === 0);
    const open = names((pool) => this.fences[pool] === undefined);
    const parts = [
      inside === '' ? '' : `inside the fence of ${inside}`,
      outside === '' ? '' : `outside that of ${outside}, dropped`,
      open === '' || !drops ? '' : `${open} without a fence dropped, as removeUnlocated says`,
    ];
    return `${place}: ${parts.filter(Boolean).join('; ')}`;
  }
}
