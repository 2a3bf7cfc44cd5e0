import type { AnswerStatus, Exchange } from '@dnsteer/router';
import { SECTION, type Section, TYPE } from '@dnsteer/wire';
import type { Lookup } from './lookup.ts';
import { ANSWERED } from './status.ts';

/**
 * Writes an RRset of the image, and its RRSIGs where the client asked for them.
 *
 * @param owner - wire name at `ownerAt`, or anything when that is QNAME.
 * @param ttlSeconds - TTL of both: an RRSIG goes out with that of what it covers (RFC 4034 3).
 * @returns false when there is no room; then nothing was written.
 */
export function writeRrset(lookup: Lookup, section: Section, owner: Uint8Array, ownerAt: number, row: number, ttlSeconds: number): boolean {
  const { image } = lookup;
  const { response } = lookup.exchange;
  const isSigned = lookup.proves && image.rrsigCount(row) > 0;
  const start = isSigned ? response.mark() : 0;
  if (!response.rrset(section, owner, ownerAt, image.rrsetType(row), ttlSeconds, image.octets, image.rrsetAt(row), image.rrsetCount(row))) {
    return false;
  }
  if (!isSigned) return true;
  if (response.rrset(section, owner, ownerAt, TYPE.RRSIG, ttlSeconds, image.octets, image.rrsigAt(row), image.rrsigCount(row))) return true;
  // An answer without its RRSIG would be taken for a forgery (RFC 4035 3.1.1).
  response.rollback(start);
  return false;
}

/** Writes an RRset of the image into the answer section, at the owner name of this link. */
export function writeAnswer(lookup: Lookup, row: number): boolean {
  const { owner, ownerAt } = lookup.exchange;
  return writeRrset(lookup, SECTION.ANSWER, owner, ownerAt, row, lookup.image.rrsetTtl(row));
}

/** Ends the chain with what the response holds. */
export function finish(exchange: Exchange): AnswerStatus {
  if (!exchange.writeDeferred()) exchange.response.truncated = true;
  return ANSWERED;
}

/** Ends the chain because something needed found no room: whole RRsets stay, and TC sends the client to TCP (RFC 2181 9). */
export function truncate(exchange: Exchange): AnswerStatus {
  exchange.response.truncated = true;
  exchange.dropDeferred();
  return ANSWERED;
}
