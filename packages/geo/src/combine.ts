import type { GeoDatabase } from './database.ts';
import { GeoError } from './errors.ts';
import type { Location } from './location.ts';

/** What can say where an address is. */
export type LocationSource = Pick<GeoDatabase, 'locate' | 'locateText'>;

/**
 * Asks several databases: for each field the first that knows it counts, and the prefix is the longest of all that were asked.
 *
 * @throws GeoError ERR_GEO_EMPTY for an empty list.
 */
export function combine(databases: readonly LocationSource[]): LocationSource {
  const [first, ...others] = databases;
  if (first === undefined) throw new GeoError('ERR_GEO_EMPTY', 'combine: found no database, expected at least one');
  if (others.length === 0) return first;
  // By the first verdict, then the second and so on: the same objects lead to the same object.
  const merged = new WeakMap<Location, WeakMap<Location, Location>>();
  const merge = (a: Location, b: Location): Location => {
    let byOther = merged.get(a);
    if (byOther === undefined) merged.set(a, (byOther = new WeakMap()));
    let location = byOther.get(b);
    if (location === undefined) {
      byOther.set(b, (location = Object.freeze({ ...b, ...a, prefixLength: Math.max(a.prefixLength, b.prefixLength) })));
    }
    return location;
  };
  return {
    locate: (address) => others.reduce((location, database) => merge(location, database.locate(address)), first.locate(address)),
    locateText: (address) =>
      others.reduce((location, database) => merge(location, database.locateText(address)), first.locateText(address)),
  };
}
