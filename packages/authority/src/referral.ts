import type { AnswerStatus } from '@dnsteer/router';
import { equalNames, SECTION, TYPE } from '@dnsteer/wire';
import { writeAddresses } from './additional.ts';
import { deferNoDs } from './denial.ts';
import type { Lookup } from './lookup.ts';
import { finish, truncate, writeRrset } from './write.ts';

/** Refers to the name servers of the zone below a cut (RFC 1034 4.3.2 step 3b), with proof whether it is signed (RFC 4035 3.1.4). */
export function refer(lookup: Lookup, node: number): AnswerStatus {
  const { exchange, image } = lookup;
  if (exchange.links === 0) exchange.response.authoritative = false;
  const nsRow = image.rrset(node, TYPE.NS);
  if (!writeRrset(lookup, SECTION.AUTHORITY, image.octets, image.ownerAt(node), nsRow, image.rrsetTtl(nsRow))) return truncate(exchange);
  if (lookup.proves) {
    const dsRow = image.rrset(node, TYPE.DS);
    if (dsRow < 0) deferNoDs(lookup, node);
    else if (!writeRrset(lookup, SECTION.AUTHORITY, image.octets, image.ownerAt(node), dsRow, image.rrsetTtl(dsRow)))
      return truncate(exchange);
  }
  const status = finish(exchange);
  // Glue without which nobody gets on must be there, or TC says that it is not (RFC 9471 3.1); other addresses may be left out.
  if (!addGlue(lookup, node, nsRow, true)) exchange.response.truncated = true;
  else addGlue(lookup, node, nsRow, false);
  return status;
}

/**
 * Adds the addresses of the name servers at or below the cut (`inDomain`), or of the others that this zone knows.
 *
 * @returns false when something found no room.
 */
function addGlue(lookup: Lookup, node: number, nsRow: number, inDomain: boolean): boolean {
  const { image, target } = lookup;
  const { octets } = image;
  const cutAt = image.ownerAt(node);
  const cutLabels = countLabels(octets, cutAt);
  let at = image.rrsetAt(nsRow);
  for (let left = image.rrsetCount(nsRow); left > 0; left--) {
    target.set(octets, at + 2);
    const isInDomain =
      target.labelCount >= cutLabels && equalNames(target.octets, octets, target.labelOffsets[target.labelCount - cutLabels], cutAt);
    if (isInDomain === inDomain && !writeAddresses(lookup, octets, at + 2)) return false;
    at += 2 + ((octets[at] << 8) | octets[at + 1]);
  }
  return true;
}

function countLabels(name: Uint8Array, at: number): number {
  let count = 0;
  for (; name[at] !== 0; at += name[at] + 1) count++;
  return count;
}
