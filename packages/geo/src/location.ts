import { countryCentroid } from './centroids.ts';
import { type Continent, continentOf } from './continents.ts';

/** What is known of an address, and for how much of the network around it. Frozen. */
export interface Location {
  /** ISO 3166-1 alpha-2, in capitals. */
  readonly country?: string;
  readonly continent?: Continent;
  /** ISO 3166-2 without the country: `BY` of `DE-BY`. */
  readonly subdivision?: string;
  /** English name. */
  readonly city?: string;
  /** Degrees, north and east positive; of the middle of the country where the database has no coordinates. */
  readonly latitude?: number;
  readonly longitude?: number;
  /** Number of the autonomous system. */
  readonly asn?: number;
  /** All addresses that share so many bits with the one asked about have the same location: 0-32 for IPv4, 0-128 for IPv6. */
  readonly prefixLength: number;
}

/** The facts of a database's record, whatever its shape: MaxMind's nested ones, and flat ones (ip-location-db, DB-IP). */
export function locationOfRecord(record: unknown, prefixLength: number): Location {
  const country =
    text(at(record, 'country', 'iso_code')) ??
    text(at(record, 'country_code')) ??
    text(at(record, 'country')) ??
    text(at(record, 'registered_country', 'iso_code'));
  const code = country !== undefined && /^[A-Za-z]{2}$/.test(country) ? country.toUpperCase() : undefined;
  const continent =
    continentCode(text(at(record, 'continent', 'code')) ?? text(at(record, 'continent_code'))) ?? (code === undefined ? undefined : continentOf(code));
  const latitude = number(at(record, 'location', 'latitude')) ?? number(at(record, 'latitude'));
  const longitude = number(at(record, 'location', 'longitude')) ?? number(at(record, 'longitude'));
  const centroid = latitude === undefined || longitude === undefined ? code && countryCentroid(code) : undefined;
  return Object.freeze({
    ...defined('country', code),
    ...defined('continent', continent),
    ...defined('subdivision', text(at(record, 'subdivisions', 0, 'iso_code'))),
    ...defined('city', text(at(record, 'city', 'names', 'en')) ?? text(at(record, 'city'))),
    ...defined('latitude', centroid ? centroid.lat : latitude),
    ...defined('longitude', centroid ? centroid.lon : longitude),
    ...defined('asn', number(at(record, 'autonomous_system_number')) ?? number(at(record, 'asn'))),
    prefixLength,
  });
}

function at(record: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined),
    record,
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Some flat databases write numbers as text. */
function number(value: unknown): number | undefined {
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

function continentCode(code: string | undefined): Continent | undefined {
  return code !== undefined && /^(AF|AN|AS|EU|NA|OC|SA)$/.test(code) ? (code as Continent) : undefined;
}

function defined<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: V });
}
