import type { GeoDatabase, LocationFact } from '@dnsteer/geo';

/** A file that a location came from. */
export interface LocatedBy {
  /** As the configuration has it; `undefined`: the country database that ships with @dnsteer/geo. */
  readonly file: string | undefined;
  /** As the file has it, such as GeoLite2-City. */
  readonly type: string;
  /** Day on which it was built, ISO 8601. */
  readonly built: string;
  /** What it was the first to know: country, continent, subdivision, city, coordinates, asn. */
  readonly facts: readonly LocationFact[];
}

/** @param address - 4 or 16 octets. @returns the files that knew something, in the order of the configuration. */
export type LocationSources = (address: Uint8Array) => LocatedBy[];

/** @param files - `geo.databases`, of which `database` was made; none: that of the package. */
export function locationSources(database: GeoDatabase, files: readonly string[]): LocationSources {
  return (address) =>
    database
      .sourcesOf(address)
      .map(({ databaseType, builtAt, facts }, i) => ({
        file: files[i],
        type: databaseType,
        built: builtAt.toISOString().slice(0, 10),
        facts,
      }))
      .filter(({ facts }) => facts.length > 0);
}
