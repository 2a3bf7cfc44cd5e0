import type { AnswerStatus } from '@dnsteer/router';
import { QNAME, RCODE, SECTION } from '@dnsteer/wire';
import { deferNameDenial, deferTypeDenial, failDenial } from './denial.ts';
import type { Lookup } from './lookup.ts';
import { finish, truncate, writeRrset } from './write.ts';

/** Answers NXDOMAIN: neither the name exists, nor a wildcard for it (RFC 2308 2.1). */
export function denyName(lookup: Lookup): AnswerStatus {
  lookup.exchange.response.rcode = RCODE.NXDOMAIN;
  if (!writeSoa(lookup, lookup.image.negativeTtlSeconds)) return truncate(lookup.exchange);
  if (lookup.proves && !deferNameDenial(lookup)) return failDenial(lookup.exchange);
  return finish(lookup.exchange);
}

/** Answers NODATA: the name exists, or a wildcard for it, but no RRset of the type (RFC 2308 2.2). */
export function denyType(lookup: Lookup, node: number): AnswerStatus {
  if (!writeSoa(lookup, lookup.image.negativeTtlSeconds)) return truncate(lookup.exchange);
  if (lookup.proves) deferTypeDenial(lookup, node);
  return finish(lookup.exchange);
}

/**
 * Writes the SOA into the authority section; its TTL says how long the negative answer may be kept (RFC 2308 3).
 *
 * @returns false when there is no room.
 */
export function writeSoa(lookup: Lookup, ttlSeconds: number): boolean {
  const { exchange, image, zone } = lookup;
  // Almost every negative answer of a zone differs in the question alone.
  if (exchange.ownerAt === QNAME && ttlSeconds === image.negativeTtlSeconds) {
    const prepared = zone.soa.of(lookup.proves);
    if (prepared !== undefined && exchange.response.prepared(SECTION.AUTHORITY, prepared)) return true;
  }
  return writeRrset(lookup, SECTION.AUTHORITY, image.octets, image.apexAt, zone.soaRow, ttlSeconds);
}
