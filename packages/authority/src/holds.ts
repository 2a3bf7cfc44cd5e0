import type { Exchange } from '@dnsteer/router';
import { TYPE } from '@dnsteer/wire';
import { DELEGATION_POINT, EXACT, HAS_CNAME, MISSING } from '@dnsteer/zone';
import type { Lookup } from './lookup.ts';

/**
 * Whether the zone has an answer of its own for the current link, which is not synthesised from a wildcard: the RRset at exactly that name, a CNAME there, a
 * delegation at or above it, or a DNAME above it.
 */
export function holdsLink({ image, match }: Lookup, { sname, qtype }: Exchange): boolean {
  const status = image.find(sname, match);
  if (status !== EXACT) return status !== MISSING;
  const { node } = match;
  if ((image.flags(node) & (DELEGATION_POINT | HAS_CNAME)) !== 0) return true;
  if (qtype === TYPE.ANY) return image.rrsetsOf(node) + image.dynamicsOf(node) > 0;
  return image.rrset(node, qtype) >= 0 || image.dynamicId(node, qtype) >= 0 || image.dynamicId(node, TYPE.CNAME) >= 0;
}
