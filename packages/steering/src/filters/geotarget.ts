import type { LocationLike } from '../environment.ts';
import { type FilterKind, readPools } from '../filter.ts';
import { GEO_KEYS, GEO_PARAMETERS } from '../geo-keys.ts';
import { readTargets, Targeting } from '../targeting.ts';

export interface GeotargetParameters {
  /** Pools by country and city: 'DE/Berlin', by the English name that the database has. */
  cities?: Readonly<Record<string, readonly string[]>>;
  /** Pools by ISO 3166-2 code: 'US-CA'. */
  subdivisions?: Readonly<Record<string, readonly string[]>>;
  /** Pools by ISO 3166-1 alpha-2 code. */
  countries?: Readonly<Record<string, readonly string[]>>;
  /** Pools by continent: AF AN AS EU NA OC SA. */
  continents?: Readonly<Record<string, readonly string[]>>;
  default?: readonly string[];
}

/**
 * Sends clients to pools by city, else by subdivision, country, continent, else by default. The pools of a list become tiers in its order.
 * It prefers and does not forbid: a key none of whose pools has a candidate left gives way to the next wider one, and when that
 * is true of all of them, the candidates stay as they are.
 */
export const geotarget: FilterKind<'geotarget', GeotargetParameters> = {
  name: 'geotarget',
  compile(parameters, compilation) {
    if (parameters.keys([...GEO_PARAMETERS, 'default']).length === 0) {
      throw parameters.error('ERR_STEERING_EMPTY', 'cities, subdivisions, countries, continents or default');
    }
    const levels = GEO_KEYS.map(({ parameter, label, pattern, expected, keyOf }) => ({
      label,
      targets: readTargets(parameters.at(parameter), compilation, pattern, expected),
      keyOf,
    }));
    const fallback = parameters.at('default');
    const pools = fallback.isAbsent ? undefined : readPools(fallback, compilation);
    const narrow = levels.slice(0, 2).filter(({ targets }) => targets.size > 0);
    const placeOf = (location: LocationLike) =>
      narrow.map(({ keyOf }) => keyOf(location)).find((key) => key !== undefined) ?? location.country ?? 'country unknown';
    return new Targeting('geotarget', levels, pools, compilation.pools.length, placeOf);
  },
};
