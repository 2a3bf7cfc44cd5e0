import type { LocationLike } from './environment.ts';

/** How a definition names places, narrowest first. Countries and continents are keys of their own: AF, AS, NA and SA are both. */
export const GEO_KEYS = [
  {
    parameter: 'cities',
    label: 'city',
    pattern: /^[A-Z]{2}\/.+$/,
    expected: 'a city behind its country: DE/Berlin, by the English name that the database has',
    keyOf: ({ country, city }: LocationLike): string | undefined =>
      country === undefined || city === undefined ? undefined : `${country}/${city}`,
  },
  {
    parameter: 'subdivisions',
    label: 'subdivision',
    pattern: /^[A-Z]{2}-.+$/,
    expected: 'a subdivision behind its country (ISO 3166-2): US-CA, or the name that the database has',
    keyOf: ({ country, subdivision }: LocationLike): string | undefined =>
      country === undefined || subdivision === undefined ? undefined : `${country}-${subdivision}`,
  },
  {
    parameter: 'countries',
    label: 'country',
    pattern: /^[A-Z]{2}$/,
    expected: 'a country of two capital letters (ISO 3166-1 alpha-2)',
    keyOf: ({ country }: LocationLike): string | undefined => country,
  },
  {
    parameter: 'continents',
    label: 'continent',
    pattern: /^(A[FNS]|EU|NA|OC|SA)$/,
    expected: 'a continent: AF, AN, AS, EU, NA, OC or SA',
    keyOf: ({ continent }: LocationLike): string | undefined => continent,
  },
] as const;

export const GEO_PARAMETERS: readonly string[] = GEO_KEYS.map(({ parameter }) => parameter);
