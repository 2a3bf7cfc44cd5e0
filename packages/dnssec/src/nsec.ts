import { encodeTypeBitmap, lowerCaseName } from '@dnsteer/wire';

/**
 * The RDATA of an NSEC (RFC 4034 4.1).
 *
 * The next owner goes in lower case: some validators still fold it as RFC 4034 6.2 had it, others don't (RFC 6840 5.1), and so both agree.
 *
 * @param nextOwner - wire name of the next owner in canonical order; the apex after the last.
 * @param types - all types at the owner, NSEC and RRSIG included, in any order.
 */
export function nsecRdata(nextOwner: Uint8Array, types: Iterable<number>): Uint8Array {
  const next = lowerCaseName(nextOwner);
  const bitmap = encodeTypeBitmap(types);
  const rdata = new Uint8Array(next.length + bitmap.length);
  rdata.set(next);
  rdata.set(bitmap, next.length);
  return rdata;
}
