import { countryCentroid } from './centroids.ts';
import { type Continent, continentOf, isContinent } from './continents.ts';

/** Where an address is, as far as the databases know. Frozen. */
export interface Location {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
  readonly continent?: Continent | undefined;
  /** As the database has it: a code where it has one (ISO 3166-2 without the country: 'CA'), else a name. */
  readonly subdivision?: string | undefined;
  /** English name. */
  readonly city?: string | undefined;
  /** Degrees, north and east positive. The country's middle when no database knows better (see countryCentroid). */
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
  readonly asn?: number | undefined;
  /** All addresses within this prefix of the address asked for have this Location: 0-32 for 4 octets, 0-128 for 16. */
  readonly prefixLength: number;
}

/** What one record says. */
interface Facts {
  country?: string | undefined;
  continent?: Continent | undefined;
  subdivision?: string | undefined;
  city?: string | undefined;
  latitude?: number | undefined;
  longitude?: number | undefined;
  asn?: number | undefined;
}

/** Joins what records say of one address: of each field the first that has it. Coordinates stay together. */
export function locationOf(records: readonly unknown[], prefixLength: number): Location {
  const joined: Facts = {};
  for (const record of records) {
    const facts = factsOf(record);
    joined.country ??= facts.country;
    joined.continent ??= facts.continent;
    joined.subdivision ??= facts.subdivision;
    joined.city ??= facts.city;
    joined.asn ??= facts.asn;
    if (joined.latitude === undefined) {
      joined.latitude = facts.latitude;
      joined.longitude = facts.longitude;
    }
  }
  const { country, subdivision, city, asn } = joined;
  const centroid = country === undefined ? undefined : countryCentroid(country);
  // All fields in one order, known or not: one shape of object for those who read many.
  return Object.freeze({
    country,
    continent: joined.continent ?? (country === undefined ? undefined : continentOf(country)),
    subdivision,
    city,
    latitude: joined.latitude ?? centroid?.lat,
    longitude: joined.longitude ?? centroid?.lon,
    asn,
    prefixLength,
  });
}

export type LocationFact = 'country' | 'continent' | 'subdivision' | 'city' | 'coordinates' | 'asn';

/** Which facts of {@link locationOf} are of which record. What follows from the country (continent, its middle) is of none. */
export function decidedBy(records: readonly unknown[]): LocationFact[][] {
  const known = new Set<LocationFact>();
  return records.map((record) => {
    const { country, continent, subdivision, city, latitude: coordinates, asn } = factsOf(record);
    const own = Object.entries({ country, continent, subdivision, city, coordinates, asn }) as [LocationFact, unknown][];
    const decided = own.filter(([fact, value]) => value !== undefined && !known.has(fact)).map(([fact]) => fact);
    for (const fact of decided) known.add(fact);
    return decided;
  });
}

/** Reads MaxMind's nested records, and flat ones as ip-location-db, DB-IP and IPinfo write them. */
export function factsOf(record: unknown): Facts {
  const country = code(at(record, 'country', 'iso_code') ?? at(record, 'country_code') ?? at(record, 'country'));
  const continent = code(at(record, 'continent', 'code') ?? at(record, 'continent_code') ?? at(record, 'continent'));
  const latitude = number(at(record, 'location', 'latitude') ?? at(record, 'latitude') ?? at(record, 'lat'), 90);
  const longitude = number(at(record, 'location', 'longitude') ?? at(record, 'longitude') ?? at(record, 'lng') ?? at(record, 'lon'), 180);
  const hasBoth = latitude !== undefined && longitude !== undefined;
  return {
    country: country === undefined || NO_COUNTRY.has(country) ? undefined : country,
    continent: continent !== undefined && isContinent(continent) ? continent : REGION_CONTINENT[country ?? ''],
    subdivision: text(
      at(record, 'subdivisions', '0', 'iso_code') ??
        at(record, 'subdivisions', '0', 'names', 'en') ??
        at(record, 'region_code') ??
        at(record, 'state1') ??
        at(record, 'region'),
    ),
    city: text(at(record, 'city', 'names', 'en') ?? at(record, 'city')),
    latitude: hasBoth ? latitude : undefined,
    longitude: hasBoth ? longitude : undefined,
    asn: asNumber(at(record, 'autonomous_system_number') ?? at(record, 'traits', 'autonomous_system_number') ?? at(record, 'asn')),
  };
}

// Two letters that name no country: unknown, or a whole region in older files of MaxMind's.
const NO_COUNTRY = new Set(['ZZ', 'XX', 'A1', 'A2', 'O1', 'AP', 'EU']);
const REGION_CONTINENT: Readonly<Record<string, Continent | undefined>> = { AP: 'AS', EU: 'EU' };

function at(record: unknown, ...path: string[]): unknown {
  let value: unknown = record;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function code(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9]$/.test(value) ? value.toUpperCase() : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function number(value: unknown, most: number): number | undefined {
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof found === 'number' && Math.abs(found) <= most ? found : undefined;
}

function asNumber(value: unknown): number | undefined {
  const found = typeof value === 'string' ? Number(value.replace(/^AS/i, '') || Number.NaN) : value;
  return typeof found === 'number' && Number.isInteger(found) && found >= 0 && found < 2 ** 32 ? found : undefined;
}
