import { TYPE, typeText } from '@dnsteer/wire';
import { type ChangePlan, type Complain, type PlannedName, plannedRrset } from './change-plan.ts';
import type { Change } from './change-set.ts';
import { BESIDE_CNAME } from './check.ts';
import type { ZoneErrorCode } from './errors.ts';
import { DELEGATION_POINT, HAS_CNAME, HAS_DNAME, HAS_DYNAMIC, OCCLUDED } from './layout.ts';

/** Types that an overlay can't change: proofs by NSEC3 need an index by hash. */
const NSEC3_TYPES: ReadonlySet<number> = new Set([TYPE.NSEC3, TYPE.NSEC3PARAM]);

/** What `check.ts` says of a whole zone, of the names that a change set has written anew. */
export function checkPlan(plan: ChangePlan, changes: readonly Change[], complain: Complain): void {
  const { image, apexKey } = plan;
  if (image.nsec3Count > 0 || changes.some(({ type }) => NSEC3_TYPES.has(type)))
    complain('ERR_ZONE_CHANGE_NSEC3', apexKey, 'a zone with NSEC3 is not changed in place: build it anew');
  checkApex(plan, complain);
  for (const planned of plan.names.values()) {
    if (planned.isAlive) checkName(plan, planned, (code, message) => complain(code, planned.key, message));
  }
}

function checkApex(plan: ChangePlan, complain: Complain): void {
  const { image, apexKey } = plan;
  const apex = plan.names.get(apexKey);
  const soa = apex && plannedRrset(apex, TYPE.SOA);
  if (apex !== undefined && plannedRrset(apex, TYPE.NS) === undefined)
    complain('ERR_ZONE_NS_MISSING', apexKey, 'expected NS records at the apex, found none');
  if (apex !== undefined && soa === undefined) {
    complain('ERR_ZONE_SOA_MISSING', apexKey, 'expected an SOA record at the apex, found none');
    return;
  }
  const rdata = soa?.rdatas[0];
  const serial = rdata === undefined ? image.serial : new DataView(rdata.buffer, rdata.byteOffset).getUint32(rdata.length - 20);
  if (!isSerialAfter(serial, image.serial))
    complain('ERR_ZONE_CHANGE_SERIAL', apexKey, `expected an SOA with a serial after ${image.serial}, found ${serial}`);
}

/** RFC 1982 3.2: serials go round; half of the round is after a serial. */
export function isSerialAfter(serial: number, before: number): boolean {
  const distance = (serial - before) >>> 0;
  return distance > 0 && distance < 0x80000000;
}

function checkName(plan: ChangePlan, planned: PlannedName, complain: (code: ZoneErrorCode, message: string) => void): void {
  const { image, apexKey } = plan;
  const { key, node } = planned;
  const flags = plan.flags(key);
  const rrsets = planned.records.sorted();
  const single = (type: number, code: ZoneErrorCode): void => {
    if ((plannedRrset(planned, type)?.rdatas.length ?? 0) > 1) complain(code, `expected one ${typeText(type)} record, found another`);
  };
  single(TYPE.CNAME, 'ERR_ZONE_CNAME_TWICE');
  single(TYPE.DNAME, 'ERR_ZONE_DNAME_TWICE');
  single(TYPE.SOA, 'ERR_ZONE_SOA_TWICE');
  if (key !== apexKey && plannedRrset(planned, TYPE.SOA)) complain('ERR_ZONE_SOA_PLACE', 'expected the SOA at the apex, found one here');
  const hasDynamicCname = node >= 0 && image.dynamicId(node, TYPE.CNAME) >= 0;
  if ((flags & HAS_CNAME) !== 0 || hasDynamicCname) {
    const beside = rrsets.find(({ type }) => !BESIDE_CNAME.has(type));
    if (beside !== undefined)
      complain('ERR_ZONE_CNAME_AND_OTHER', `a CNAME is here, so expected no other record, found ${typeText(beside.type)}`);
  }
  if ((flags & DELEGATION_POINT) !== 0 && plannedRrset(planned, TYPE.DNAME))
    complain('ERR_ZONE_DNAME_AND_NS', 'NS records are here, so a DNAME belongs into the zone that is delegated');
  const above = plan.hiddenBy(key);
  const isBelowDname = above !== undefined && rrsets.length > 0 && (plan.flags(above) & HAS_DNAME) !== 0;
  if (isBelowDname || ((flags & HAS_DNAME) !== 0 && plan.hasDescendant(key, planned.imageNode)))
    complain('ERR_ZONE_BELOW_DNAME', 'expected nothing below a DNAME, found records');
  if ((flags & HAS_DYNAMIC) !== 0 && (flags & (OCCLUDED | DELEGATION_POINT | HAS_CNAME)) !== 0)
    complain('ERR_ZONE_DYNAMIC_PLACE', 'is dynamic, so expected no CNAME here, and no delegation here or above');
  if ((flags & DELEGATION_POINT) !== 0 && image.dynamicOwnerCount > 0 && hasDynamicBelow(plan, planned))
    complain('ERR_ZONE_DYNAMIC_PLACE', 'expected no dynamic name below a delegation, found one');
}

function hasDynamicBelow(plan: ChangePlan, { key, imageNode, node }: PlannedName): boolean {
  const { image } = plan;
  // As before the change set.
  if (node >= 0 && (image.flags(node) & DELEGATION_POINT) !== 0) return false;
  return plan.descendants([{ key, imageNode }]).some((other) => {
    const below = plan.findNode(other);
    return below >= 0 && image.dynamicsOf(below) > 0;
  });
}
