import { equalNames, SECTION, TYPE } from '@dnsteer/wire';
import { DELEGATION_POINT, MISSING } from '@dnsteer/zone';
import type { Lookup } from './lookup.ts';
import { writeRrset } from './write.ts';

/**
 * Adds what a client will ask next, as far as this zone knows it and there is room (RFC 1034 4.3.2 step 6): the addresses of the names in NS, MX
 * (RFC 1035 3.3.9, 3.3.11), SRV (RFC 2782) and SVCB/HTTPS (RFC 9460 4.1). Steered addresses are not added: their choice would have to be made first.
 *
 * @param node - where the RRset stands, the wildcard of a synthesised one.
 * @param rdatas - at `at`, `count` times [u16 RDLENGTH][RDATA].
 */
export function addAdditional(lookup: Lookup, node: number, type: number, rdatas: Uint8Array, at: number, count: number): void {
  const targetAt = targetOffset(type);
  if (targetAt < 0) return;
  for (let left = count; left > 0; left--) {
    const nameAt = at + 2 + targetAt;
    const fits = isServiceBinding(type)
      ? addBindingTarget(lookup, node, type, rdatas, nameAt)
      : writeAddresses(lookup, rdatas, nameAt, type === TYPE.NS);
    if (!fits) return;
    at += 2 + ((rdatas[at] << 8) | rdatas[at + 1]);
  }
}

/**
 * Writes the A and AAAA RRsets of a name that this zone knows.
 *
 * @param name - holds a wire name at `at`.
 * @param withGlue - what lies at or below a delegation point too: it is there for the sake of name servers (RFC 1034 4.2.1), and nobody else's.
 * @returns false when one of them found no room.
 */
export function writeAddresses(lookup: Lookup, name: Uint8Array, at: number, withGlue = true): boolean {
  const node = findTarget(lookup, name, at, withGlue);
  return node < 0 || writeAddressesOf(lookup, node, name, at);
}

function writeAddressesOf(lookup: Lookup, node: number, name: Uint8Array, at: number): boolean {
  return writeOnce(lookup, node, TYPE.A, name, at) && writeOnce(lookup, node, TYPE.AAAA, name, at);
}

function addBindingTarget(lookup: Lookup, ownerNode: number, type: number, rdatas: Uint8Array, nameAt: number): boolean {
  const { owner, ownerAt } = lookup.exchange;
  if (rdatas[nameAt] === 0) {
    // "." is the owner name itself, or in AliasMode (SvcPriority 0) no service at all (RFC 9460 2.5).
    const isAlias = rdatas[nameAt - 2] === 0 && rdatas[nameAt - 1] === 0;
    return isAlias || writeAddressesOf(lookup, ownerNode, owner, ownerAt);
  }
  const node = findTarget(lookup, rdatas, nameAt, false);
  if (node < 0) return true;
  // The target may be the owner name: its own RRset is in the answer section already.
  const answered = node === ownerNode || writeOnce(lookup, node, type, rdatas, nameAt);
  return answered && writeAddressesOf(lookup, node, rdatas, nameAt) && proveGaps(lookup, node, type, rdatas, nameAt);
}

/** Adds the NSEC of a target that lacks one of the types a client will ask for (RFC 9460 4.1). */
function proveGaps(lookup: Lookup, node: number, type: number, name: Uint8Array, at: number): boolean {
  const { image } = lookup;
  if (!lookup.proves || image.dynamicsOf(node) > 0) return true;
  const hasAll = image.rrset(node, TYPE.A) >= 0 && image.rrset(node, TYPE.AAAA) >= 0 && image.rrset(node, type) >= 0;
  return hasAll || writeOnce(lookup, node, TYPE.NSEC, name, at);
}

/**
 * Finds the node that has the addresses of a name: a wildcard too, where no proof has to go with it.
 *
 * @returns -1 when this zone does not know the name.
 */
function findTarget(lookup: Lookup, name: Uint8Array, at: number, withGlue: boolean): number {
  const { image, target, targetMatch } = lookup;
  const node = image.findNode(name, at);
  if (node >= 0 && !withGlue && ((image.flags(node) & DELEGATION_POINT) !== 0 || image.isOccluded(node))) return -1;
  if (node >= 0 || lookup.proves || !target.set(name, at)) return node;
  const apexLabel = target.labelCount - image.apexLabelCount;
  if (apexLabel < 0 || !equalNames(target.octets, image.octets, target.labelOffsets[apexLabel], image.apexAt)) return -1;
  return image.find(target, targetMatch) === MISSING ? targetMatch.wildcard : -1;
}

/** Writes an RRset of a node under `name`; none, or one that is there already, fits. */
function writeOnce(lookup: Lookup, node: number, type: number, name: Uint8Array, at: number): boolean {
  const { image } = lookup;
  const row = image.rrset(node, type);
  if (row < 0 || !lookup.addAdditionalRow(row)) return true;
  return writeRrset(lookup, SECTION.ADDITIONAL, name, at, row, image.rrsetTtl(row));
}

function targetOffset(type: number): number {
  switch (type) {
    case TYPE.NS:
      return 0;
    case TYPE.MX:
    case TYPE.SVCB:
    case TYPE.HTTPS:
      return 2;
    case TYPE.SRV:
      return 6;
    default:
      return -1;
  }
}

function isServiceBinding(type: number): boolean {
  return type === TYPE.SVCB || type === TYPE.HTTPS;
}
