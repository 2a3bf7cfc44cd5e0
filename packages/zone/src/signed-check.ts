import { decodeTypeBitmap, equalNames, formatName, nameLength, TYPE, typeText } from '@dnsteer/wire';
import { type ChangePlan, type Complain, octetsOf, type PlannedName, plannedRrset } from './change-plan.ts';
import type { ZoneImage } from './image.ts';
import { DELEGATION_POINT, EMPTY_NON_TERMINAL, OCCLUDED } from './layout.ts';
import type { NsecOrder } from './nsec-order.ts';
import { isSameRecord, rdatasOf } from './owner-records.ts';

/**
 * Holds a change set of a signed zone to bringing its signatures and its chain of NSECs with it (RFC 4035 2.2, 2.3), as the IXFR of a zone does that
 * its primary signs. Nobody signs here, and nothing that is stale may be served. Then `checkChain` holds the chain to its order.
 */
export function checkSignatures(plan: ChangePlan, complain: Complain): void {
  const { image } = plan;
  const apex = plan.names.get(plan.apexKey);
  const willBeSigned = apex === undefined ? image.isSigned : (plannedRrset(apex, TYPE.SOA)?.rrsigs.length ?? 0) > 0;
  if (willBeSigned !== image.isSigned) {
    const message = willBeSigned ? 'the zone is not signed: to sign it, build it anew' : 'the zone is signed: the new SOA needs an RRSIG';
    complain('ERR_ZONE_CHANGE_UNSIGNED', plan.apexKey, message);
    return;
  }
  if (!image.isSigned) return;
  const hasChain = image.rrset(image.apexNode, TYPE.NSEC) >= 0;
  for (const planned of plan.names.values()) {
    if (planned.isAlive) checkName(plan, planned, hasChain, (message) => complain('ERR_ZONE_CHANGE_UNSIGNED', planned.key, message));
  }
}

function checkName(plan: ChangePlan, planned: PlannedName, hasChain: boolean, complain: (message: string) => void): void {
  const flags = plan.flags(planned.key);
  if ((flags & (OCCLUDED | EMPTY_NON_TERMINAL)) !== 0) return;
  const isCut = (flags & DELEGATION_POINT) !== 0;
  for (const rrset of planned.records.sorted()) {
    const { type, row, rrsigs } = rrset;
    if (isCut && type !== TYPE.DS && type !== TYPE.NSEC) continue;
    if (rrsigs.length === 0 && (row < 0 || !planned.isNamed)) complain(`${typeText(type)} is here without an RRSIG`);
    else if (row < 0 && hasStaleSignature(plan, planned, rrset)) complain(`${typeText(type)} has changed, and an RRSIG over it has not`);
  }
  if (!hasChain) return;
  const nsec = plannedRrset(planned, TYPE.NSEC);
  if (nsec === undefined) {
    complain('expected an NSEC, found none');
    return;
  }
  const rdata = nsec.rdatas[0];
  const told = decodeTypeBitmap(rdata.subarray(nameLength(rdata)));
  const types = typesOf(plan, planned, isCut);
  if (nsec.rdatas.length !== 1 || told.length !== types.length || told.some((type, i) => type !== types[i]))
    complain(`expected an NSEC with the types ${types.map(typeText).join(' ')}, found ${told.map(typeText).join(' ')}`);
}

/** What the NSEC of a name has to tell, ascending (RFC 4034 4.1.2); at a delegation point not the addresses that are there (RFC 4035 2.3). */
function typesOf({ image }: ChangePlan, { node, records }: PlannedName, isCut: boolean): number[] {
  const types = new Set<number>([TYPE.RRSIG]);
  for (const { type } of records.sorted()) if (!isCut || type === TYPE.NS || type === TYPE.DS || type === TYPE.NSEC) types.add(type);
  for (let i = 0; node >= 0 && i < image.dynamicsOf(node); i++) types.add(image.dynamicType(node, i));
  return [...types].sort((a, b) => a - b);
}

/** Whether an RRset has other records or another TTL than before, and an RRSIG of then. */
function hasStaleSignature(
  { image }: ChangePlan,
  { node }: PlannedName,
  rrset: { type: number; ttlSeconds: number; rdatas: Uint8Array[]; rrsigs: Uint8Array[] },
): boolean {
  const row = node < 0 ? -1 : image.rrset(node, rrset.type);
  if (row < 0) return false;
  const before = rdatasOf(image, image.rrsetAt(row), image.rrsetCount(row));
  const isSame =
    image.rrsetTtl(row) === rrset.ttlSeconds &&
    before.length === rrset.rdatas.length &&
    before.every((rdata) => rrset.rdatas.some((other) => isSameRecord(rrset.type, rdata, other)));
  if (isSame) return false;
  const signatures = rdatasOf(image, image.rrsigAt(row), image.rrsigCount(row));
  return rrset.rrsigs.some((rrsig) => signatures.some((other) => Buffer.compare(rrsig, other) === 0));
}

/**
 * Whether each NSEC that was written, and the one before it, names the next owner (RFC 4034 4.1.1).
 *
 * @param nodes - of the names, as they were written.
 * @param image - has these nodes.
 */
export function checkChain(
  plan: ChangePlan,
  nodes: ReadonlyMap<string, number>,
  image: ZoneImage,
  order: NsecOrder,
  complain: Complain,
): void {
  if (!plan.image.isSigned || plan.image.rrset(plan.image.apexNode, TYPE.NSEC) < 0) return;
  for (const planned of plan.names.values()) {
    const node = nodes.get(planned.key)!;
    const before = order.before(octetsOf(planned.key));
    for (const owner of [before, ownsNsec(plan, planned, image, node) ? node : -1]) {
      const message = owner < 0 ? '' : wrongNext(image, owner, order);
      if (message !== '') complain('ERR_ZONE_CHANGE_UNSIGNED', planned.key, message);
    }
  }
}

function wrongNext(image: ZoneImage, owner: number, order: NsecOrder): string {
  const { octets } = image;
  const ownerAt = image.ownerAt(owner);
  const nextAt = image.rrsetAt(image.rrset(owner, TYPE.NSEC)) + 2;
  const next = order.after(octets.slice(ownerAt, ownerAt + nameLength(octets, ownerAt)));
  if (equalNames(octets, octets, nextAt, image.ownerAt(next))) return '';
  const expected = formatName(octets, image.ownerAt(next));
  return `expected the NSEC of ${formatName(octets, ownerAt)} to lead to ${expected}, found ${formatName(octets, nextAt)}`;
}

/** Whether an NSEC of a name may be shown. */
export function ownsNsec(plan: ChangePlan, planned: PlannedName, image: ZoneImage, node: number): boolean {
  return planned.isAlive && (plan.flags(planned.key) & OCCLUDED) === 0 && image.rrset(node, TYPE.NSEC) >= 0;
}
