import { nsecRdata } from '@dnsteer/dnssec';
import { decodeTypeBitmap, nameLength, type SearchName, TYPE } from '@dnsteer/wire';
import { deferSigned } from './defer-signed.ts';
import type { Lookup } from './lookup.ts';
import { signMade } from './sign-made.ts';

/** The types of a node without one, and with others in its place; ascending, none twice. */
export function typesWithout(types: readonly number[], type: number, others: readonly number[]): number[] {
  const left = types.filter((other) => other !== type);
  return others.length === 0 ? left : [...new Set([...left, ...others])].sort((a, b) => a - b);
}

/** Proves that there is nothing at `name`, by the NSEC that covers it (RFC 4035 3.1.3). */
export function deferCoveringNsec(lookup: Lookup, name: SearchName): void {
  deferNsecOf(lookup, lookup.image.nsecAtOrBefore(name));
}

/** Puts the NSEC of a node, if it has one, at the end of the authority section. */
export function deferNsecOf(lookup: Lookup, node: number): void {
  const { image } = lookup;
  const row = node < 0 ? -1 : image.rrset(node, TYPE.NSEC);
  if (row >= 0) deferSigned(lookup, image.ownerAt(node), TYPE.NSEC, row);
}

/**
 * Makes the NSEC that the node would have without the type (and with those that it has in its place now), signs it and puts it at the end of the authority section. Nothing else in it changes, so
 * whatever a cache concludes from it about other names is true (RFC 8198 5).
 *
 * @param ttlSeconds - how long it may be believed at most.
 * @returns false when there is no signature for it.
 */
export function deferMintedNsec(lookup: Lookup, node: number, type: number, ttlSeconds: number): boolean {
  const { exchange, image, rdatas, signatures } = lookup;
  const row = image.rrset(node, TYPE.NSEC);
  if (row < 0) return false;
  const rdataAt = image.rrsetAt(row) + 2;
  const nextLength = nameLength(image.octets, rdataAt);
  const bitmap = image.octets.subarray(rdataAt + nextLength, rdataAt + ((image.octets[rdataAt - 2] << 8) | image.octets[rdataAt - 1]));
  const types = typesWithout(decodeTypeBitmap(bitmap), type, lookup.choice.typesNow);
  const rdata = nsecRdata(image.octets.subarray(rdataAt, rdataAt + nextLength), types);
  if (!signMade(lookup, TYPE.NSEC, image.rrsetTtl(row), [rdata])) return false;
  rdatas.clear();
  rdatas.append(rdata);
  const ownerAt = image.ownerAt(node);
  const nsecTtlSeconds = Math.min(image.rrsetTtl(row), ttlSeconds);
  exchange.deferAuthority(image.octets, ownerAt, TYPE.NSEC, nsecTtlSeconds, rdatas.octets, 0, rdatas.count);
  exchange.deferAuthority(image.octets, ownerAt, TYPE.RRSIG, nsecTtlSeconds, signatures.octets, 0, signatures.count);
  if (lookup.synthesised) {
    // Where the wildcard's NSEC covers SNAME too, the minted one does: two NSECs of one owner would be one RRset that no signature fits.
    const covering = image.nsecAtOrBefore(exchange.sname);
    if (covering !== node) deferNsecOf(lookup, covering);
  }
  return true;
}
