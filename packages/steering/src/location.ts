import type { Place } from './filter.ts';
import type { Value } from './value.ts';

/** Degrees of the middle of a country (ISO 3166-1 alpha-2); `undefined`: not known. */
export type CentroidOf = (country: string) => Place | undefined;

/**
 * Where a pool says that it stands; `undefined` when it does not say, or names a country and there is no `centroid` to ask.
 *
 * @throws SteeringError for what can't be a place, with its place in the definition.
 */
export function readLocation(pool: Value, centroid: CentroidOf | undefined): Place | undefined {
  const location = pool.at('location');
  if (location.isAbsent) return undefined;
  const keys = location.keys(['country', 'lat', 'lon']);
  if (!keys.includes('country')) return { lat: readDegrees(location, 'lat', 90), lon: readDegrees(location, 'lon', 180) };
  if (keys.length > 1) throw location.error('ERR_STEERING_LOCATION', 'either country, or lat and lon');
  const country = location.at('country');
  const expected = 'a country of two capital letters (ISO 3166-1 alpha-2)';
  const code = country.text(expected);
  if (!/^[A-Z]{2}$/.test(code)) throw country.error('ERR_STEERING_LOCATION', expected);
  const place = centroid?.(code);
  if (centroid !== undefined && place === undefined) throw country.error('ERR_STEERING_LOCATION', 'a country whose centroid is known');
  return place;
}

function readDegrees(location: Value, key: string, limit: number): number {
  return location.at(key).number(-limit, limit, `degrees from -${limit} to ${limit}`);
}
