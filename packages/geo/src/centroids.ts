import { CENTROIDS } from './centroids.generated.ts';

/** Degrees; north and east are positive. */
export interface Centroid {
  readonly lat: number;
  readonly lon: number;
}

const byCountry = new Map<string, Centroid>();
for (const [country, [lat, lon]] of Object.entries(CENTROIDS)) byCountry.set(country, Object.freeze({ lat, lon }));

/**
 * The middle of a country's largest piece of land: of the contiguous United States, of Metropolitan France. (The middle of all of it
 * would lie in Canada, or in Spain.)
 *
 * @param country - ISO 3166-1 alpha-2, or XK for Kosovo; either case.
 */
export function countryCentroid(country: string): Centroid | undefined {
  return byCountry.get(country) ?? byCountry.get(country.toUpperCase());
}
