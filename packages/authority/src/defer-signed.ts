import { TYPE } from '@dnsteer/wire';
import type { Lookup } from './lookup.ts';

/** Puts an RRset of the image, with its RRSIGs, at the end of the authority section; each goes there once (RFC 4035 3.1.3.2, RFC 5155 7.2). */
export function deferSigned(lookup: Lookup, ownerAt: number, type: number, row: number): void {
  const { exchange, image } = lookup;
  const { octets } = image;
  const ttlSeconds = image.rrsetTtl(row);
  exchange.deferAuthority(octets, ownerAt, type, ttlSeconds, octets, image.rrsetAt(row), image.rrsetCount(row));
  exchange.deferAuthority(octets, ownerAt, TYPE.RRSIG, ttlSeconds, octets, image.rrsigAt(row), image.rrsigCount(row));
}
