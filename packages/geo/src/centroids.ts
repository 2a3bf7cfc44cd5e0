import { CENTROIDS } from './centroids.generated.ts';

/**
 * The middle of a country: of its largest piece of land.
 *
 * @param country - ISO 3166-1 alpha-2, in capitals.
 * @returns degrees, north and east positive.
 */
export function countryCentroid(country: string): { lat: number; lon: number } | undefined {
  const found = Object.hasOwn(CENTROIDS, country) ? CENTROIDS[country] : undefined;
  return found && { lat: found[0], lon: found[1] };
}
