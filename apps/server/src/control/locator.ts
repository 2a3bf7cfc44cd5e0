import { combine, openDatabase } from '@dnsteer/geo';
import type { Locator } from '@dnsteer/steering';

/**
 * Where clients are, by the configured databases, or by the country database that ships with @dnsteer/geo.
 *
 * @throws GeoError (rejects) when a file can't be read.
 */
export async function geoLocator(paths: readonly string[]): Promise<Locator> {
  if (paths.length === 0) return openDatabase();
  return combine(await Promise.all(paths.map((path) => openDatabase(path))));
}
