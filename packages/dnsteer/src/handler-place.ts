import type { Route } from '@dnsteer/router';
import { formatName, SearchName } from '@dnsteer/wire';
import { BELOW_CUT, DELEGATION_POINT, DNAME, EXACT, ZoneError, type ZoneImage, ZoneMatch } from '@dnsteer/zone';

/**
 * Checks that a handler for all types of one name stands where its zone is asked, as owners of the zone have to.
 *
 * @param route - for a name at or below the apex of `image`.
 * @throws ZoneError ERR_ZONE_DYNAMIC_PLACE at or below a delegation point, or below a DNAME (RFC 1034 4.2.1, RFC 6672 2.4).
 */
export function checkHandlerPlace({ pattern }: Route, image: ZoneImage): void {
  const name = new SearchName();
  name.set(pattern.suffix);
  const match = new ZoneMatch();
  const status = image.find(name, match);
  const isCut = status === EXACT && (image.flags(match.node) & DELEGATION_POINT) !== 0;
  if (status !== BELOW_CUT && status !== DNAME && !isCut) return;
  const message = `${formatName(pattern.suffix)} has a handler, but is at or below a delegation point or below a DNAME, where nothing of this zone is asked for`;
  throw new ZoneError([{ code: 'ERR_ZONE_DYNAMIC_PLACE', message, file: '', line: 0, column: 0 }]);
}
