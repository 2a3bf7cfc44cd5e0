import type { LocationLike } from '../environment.ts';
import { type Compilation, type Filter, type FilterKind, readPools } from '../filter.ts';
import type { Reading } from '../reading.ts';
import type { Run } from '../run.ts';
import type { Value } from '../value.ts';

export interface GeotargetParameters {
  /** Pools by ISO 3166-1 alpha-2 code. */
  countries?: Readonly<Record<string, readonly string[]>>;
  /** Pools by continent: AF AN AS EU NA OC SA. */
  continents?: Readonly<Record<string, readonly string[]>>;
  default?: readonly string[];
}

type Targets = ReadonlyMap<string, Int32Array>;

/**
 * Sends clients to pools by country, else by continent, else by default. The pools of a list become tiers in its order.
 * It prefers and does not forbid: a key none of whose pools has a candidate left gives way to the next wider one, and when that
 * is true of all of them, the candidates stay as they are.
 */
export const geotarget: FilterKind<'geotarget', GeotargetParameters> = {
  name: 'geotarget',
  compile(parameters, compilation) {
    if (parameters.keys(['countries', 'continents', 'default']).length === 0) {
      throw parameters.error('ERR_STEERING_EMPTY', 'countries, continents or default');
    }
    const countries = readTargets(
      parameters.at('countries'),
      compilation,
      /^[A-Z]{2}$/,
      'a country of two capital letters (ISO 3166-1 alpha-2)',
    );
    const continents = readTargets(
      parameters.at('continents'),
      compilation,
      /^(A[FNS]|EU|NA|OC|SA)$/,
      'a continent: AF, AN, AS, EU, NA, OC or SA',
    );
    const fallback = parameters.at('default');
    return new Geotarget(countries, continents, fallback.isAbsent ? undefined : readPools(fallback, compilation), compilation.pools.length);
  },
};

function readTargets(value: Value, compilation: Compilation, pattern: RegExp, expected: string): Targets {
  const targets = new Map<string, Int32Array>();
  if (value.isAbsent) return targets;
  for (const key of value.keys()) {
    if (!pattern.test(key)) throw value.keyError(key, 'ERR_STEERING_LOCATION', expected);
    targets.set(key, readPools(value.at(key), compilation));
  }
  return targets;
}

class Geotarget implements Filter {
  readonly name = 'geotarget';
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads: readonly Reading[];
  private readonly countries: Targets;
  private readonly continents: Targets;
  private readonly fallback: Int32Array | undefined;
  private readonly rankOf: Int32Array;
  /** By pool: named by a key that was tried, so its health has a say in which key wins. */
  private readonly wasTried: Uint8Array;

  constructor(countries: Targets, continents: Targets, fallback: Int32Array | undefined, poolCount: number) {
    this.countries = countries;
    this.continents = continents;
    this.fallback = fallback;
    this.reads = countries.size + continents.size > 0 ? ['location'] : [];
    this.rankOf = new Int32Array(poolCount);
    this.wasTried = new Uint8Array(poolCount);
  }

  /** Countries and continents without a key are all alike. */
  classOf({ country = '', continent = '' }: LocationLike): string {
    return `${this.countries.has(country) ? country : ''}/${this.continents.has(continent) ? continent : ''}`;
  }

  apply(run: Run): void {
    const { candidates, roster } = run;
    const only = candidates.onlyPool();
    if (only >= 0) {
      // Whatever the key, this pool is what remains: the client need not be looked at.
      if (run.recorder !== undefined) run.reason = `only pool ${roster.poolNames[only]} has candidates: the client's place does not matter`;
      return;
    }
    for (let pool = 0; pool < this.rankOf.length; pool++) {
      this.wasTried[pool] = 0;
      this.rankOf[pool] = -1;
    }

    const { sizes } = candidates;
    const location = this.reads.length > 0 ? run.location() : undefined;
    const byCountry = location?.country === undefined ? undefined : this.countries.get(location.country);
    const byContinent = location?.continent === undefined ? undefined : this.continents.get(location.continent);
    const chosen = this.tryPools(byCountry, sizes) ?? this.tryPools(byContinent, sizes) ?? this.tryPools(this.fallback, sizes);
    if (run.recorder !== undefined) run.reason = this.explain(run, location, byCountry, byContinent, chosen);
    // Only the first filter that targets may release pools: what it saw depended on its own pools' health alone.
    const mayRelease = !run.isTargeted;
    run.isTargeted = true;
    if (chosen === undefined) return;

    for (let rank = 0; rank < chosen.length; rank++) this.rankOf[chosen[rank]!] = rank;
    for (let pool = 0; mayRelease && pool < this.wasTried.length; pool++) if (this.wasTried[pool] === 0) run.releaseHealth(pool);
    candidates.retierByPool(this.rankOf, chosen.length);
  }

  private tryPools(pools: Int32Array | undefined, sizes: Int32Array): Int32Array | undefined {
    if (pools === undefined) return undefined;
    let hasCandidates = false;
    for (let i = 0; i < pools.length; i++) {
      const pool = pools[i]!;
      this.wasTried[pool] = 1;
      if (sizes[pool] !== 0) hasCandidates = true;
    }
    return hasCandidates ? pools : undefined;
  }

  private explain(
    { candidates, roster }: Run,
    location: LocationLike | undefined,
    byCountry: Int32Array | undefined,
    byContinent: Int32Array | undefined,
    chosen: Int32Array | undefined,
  ): string {
    const names = (pools: Iterable<number>) => Array.from(pools, (pool) => roster.poolNames[pool]).join(', ');
    const steps = [location === undefined ? 'any client' : (location.country ?? 'country unknown')];
    const tried = [
      [`country ${location?.country}`, byCountry],
      [`continent ${location?.continent}`, byContinent],
      ['default', this.fallback],
    ] as const;
    for (const [key, pools] of tried) {
      if (pools === undefined) continue;
      steps.push(`${key} -> pools [${names(pools)}]${pools === chosen ? '' : ', which have no candidate left'}`);
      if (pools === chosen) break;
    }
    const path = steps.join(' -> ');
    if (chosen === undefined) return `${path}${steps.length === 1 ? ' -> no key for it' : ''}; the candidates stay as they are`;
    const dropped = Array.from(candidates.sizes.keys()).filter((pool) => candidates.sizes[pool] !== 0 && !chosen.includes(pool));
    return dropped.length === 0 ? path : `${path}; ${names(dropped)} dropped`;
  }
}
