import { decodeTypeBitmap, encodeTypeBitmap, lowerCaseName, TYPE } from '@dnsteer/wire';
import { WILDCARD_CHILD } from '@dnsteer/zone';
import { deferSigned } from './defer-signed.ts';
import type { Lookup } from './lookup.ts';
import { typesWithout } from './nsec.ts';

/** Octets of NSEC3 RDATA in front of the salt, its length among them (RFC 5155 3.2). */
const BEFORE_SALT = 5;

/**
 * Proves that SNAME does not exist, nor a wildcard that could stand for it (RFC 5155 7.2.2).
 *
 * @returns false when the chain says that one of them does (RFC 5155 7.2.9).
 */
export function deferNsec3NameDenial(lookup: Lookup): boolean {
  const { image } = lookup;
  const { closestEncloser } = lookup.match;
  const provable = provableEncloser(lookup, closestEncloser);
  const isDenied = deferEncloserProof(lookup, closestEncloser, nextCloserLabel(lookup));
  // At an encloser above the closest one, which was opted out of, there may be a wildcard; it is not for SNAME.
  if ((image.flags(provable) & WILDCARD_CHILD) !== 0) return isDenied;
  return deferNsec3(lookup, image.nsec3CoveringWildcard(provable)) && isDenied;
}

/**
 * Proves that a node has no RRset of the type (RFC 5155 7.2.3, and 7.2.4 for DS, with erratum 3441), or that a delegation has no DS (7.2.7). Where the
 * node was opted out of, that nothing is known of it.
 */
export function deferNsec3TypeDenial(lookup: Lookup, node: number): void {
  deferEncloserProof(lookup, node, -1);
}

/** Proves that the wildcard which SNAME is answered by has no RRset of the type (RFC 5155 7.2.5), once it is proven that nothing is closer. */
export function deferNsec3WildcardTypeDenial(lookup: Lookup, wildcard: number): void {
  const { image } = lookup;
  deferEncloserProof(lookup, lookup.match.closestEncloser, -1);
  const row = image.nsec3Of(wildcard);
  deferNsec3(lookup, row >= 0 ? row : image.nsec3CoveringNode(wildcard));
}

/**
 * Proves that nothing is closer to SNAME than the wildcard it is answered by (RFC 5155 7.2.6).
 *
 * @returns false when the chain says that something is (RFC 5155 7.2.9).
 */
export function deferNsec3NoCloserMatch(lookup: Lookup): boolean {
  return deferNsec3(lookup, lookup.image.nsec3Covering(lookup.exchange.sname, nextCloserLabel(lookup)));
}

/**
 * Makes the NSEC3 that the node would have without the type, signs it and puts it at the end of the authority section, with what else a NODATA needs.
 * As for `deferMintedNsec`.
 */
export function deferMintedNsec3(lookup: Lookup, node: number, type: number, ttlSeconds: number): boolean {
  const { exchange, image, rdatas, signatures, zone } = lookup;
  const row = image.nsec3Of(node);
  if (row < 0) return false;
  const rrset = image.nsec3Rrset(row);
  const rdata = withoutType(image.octets, image.rrsetAt(rrset), type, lookup.choice.typesNow);
  const owner = lowerCaseName(image.octets.subarray(image.nsec3OwnerAt(row)));
  signatures.fill(zone.signer!.sign(owner, TYPE.NSEC3, image.rrsetTtl(rrset), [rdata], image.apexLabelCount + 1));
  if (signatures.count === 0) return false;
  rdatas.clear();
  rdatas.append(rdata);
  if (lookup.synthesised) deferEncloserProof(lookup, lookup.match.closestEncloser, nextCloserLabel(lookup));
  // It stands in the place of the one that the zone has, should the proof have needed that too.
  const nsec3TtlSeconds = Math.min(image.rrsetTtl(rrset), ttlSeconds);
  exchange.deferAuthority(owner, 0, TYPE.NSEC3, nsec3TtlSeconds, rdatas.octets, 0, rdatas.count);
  exchange.deferAuthority(owner, 0, TYPE.RRSIG, nsec3TtlSeconds, signatures.octets, 0, signatures.count);
  return true;
}

/** The NSEC3 RDATA at `at` (behind its RDLENGTH) without a type in its bitmap, and with others in its place. */
function withoutType(octets: Uint8Array, at: number, type: number, others: readonly number[]): Uint8Array {
  const rdata = octets.subarray(at + 2, at + 2 + ((octets[at] << 8) | octets[at + 1]));
  const nextAt = BEFORE_SALT + rdata[BEFORE_SALT - 1];
  const bitmapAt = nextAt + 1 + rdata[nextAt];
  const types = typesWithout(decodeTypeBitmap(rdata.subarray(bitmapAt)), type, others);
  const bitmap = encodeTypeBitmap(types);
  const shorter = new Uint8Array(bitmapAt + bitmap.length);
  shorter.set(rdata.subarray(0, bitmapAt));
  shorter.set(bitmap, bitmapAt);
  return shorter;
}

/**
 * Proves which is the closest encloser as far as the chain knows, and that the next closer name does not exist or was opted out of (RFC 5155 7.2.1).
 *
 * @param encloser - the closest encloser of SNAME, or a node that is SNAME itself. Where no NSEC3 matches it, the next ancestor is proven that has one.
 * @param nextCloser - the label of SNAME where the name below the closest encloser starts; -1 when SNAME is a node, or that name was proven before.
 * @returns false when the chain says that the next closer name exists.
 */
function deferEncloserProof(lookup: Lookup, encloser: number, nextCloser: number): boolean {
  const { exchange, image } = lookup;
  const provable = provableEncloser(lookup, encloser);
  deferNsec3(lookup, image.nsec3Of(provable));
  if (provable === encloser) return nextCloser < 0 || deferNsec3(lookup, image.nsec3Covering(exchange.sname, nextCloser));
  let below = encloser;
  while (image.parent(below) !== provable) below = image.parent(below);
  return deferNsec3(lookup, image.nsec3CoveringNode(below));
}

/** The node itself, or its next ancestor, that an NSEC3 matches. */
function provableEncloser({ image }: Lookup, encloser: number): number {
  let node = encloser;
  // The apex has one.
  while (image.nsec3Of(node) < 0) node = image.parent(node);
  return node;
}

/** The label of SNAME where the name right below its closest encloser starts. */
function nextCloserLabel(lookup: Lookup): number {
  return lookup.exchange.sname.labelCount - lookup.match.closestEncloserLabels - 1;
}

/** Each NSEC3 goes once into a response (RFC 5155 7.2). @returns false when there is none. */
function deferNsec3(lookup: Lookup, row: number): boolean {
  const { image } = lookup;
  if (row < 0) return false;
  deferSigned(lookup, image.nsec3OwnerAt(row), TYPE.NSEC3, image.nsec3Rrset(row));
  return true;
}
