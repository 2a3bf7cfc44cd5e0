import { formatName, TYPE, typeText } from '@dnsteer/wire';
import type { ZoneErrorCode, ZoneProblem } from './errors.ts';
import { Findings } from './findings.ts';
import { DELEGATION_POINT, HAS_DNAME, OCCLUDED } from './layout.ts';
import { MAX_NSEC3_ITERATIONS, nsec3Params } from './nsec3-chain.ts';
import { TYPE_WORD } from './source-text.ts';
import type { ZoneStore } from './zone-store.ts';

/** Types that other records at or below their owner must agree with. */
const PARTICULAR: ReadonlySet<number> = new Set([TYPE.CNAME, TYPE.DNAME, TYPE.SOA]);
/** Types that may stand beside a CNAME (RFC 4035 2.5; KEY: RFC 2136 by way of RFC 3007 3). */
export const BESIDE_CNAME: ReadonlySet<number> = new Set([TYPE.CNAME, TYPE.RRSIG, TYPE.NSEC, TYPE.KEY, TYPE.SIG, TYPE.NXT]);
/** Types that may stand below a DNAME at the apex (RFC 6672 2.4). */
const BELOW_APEX_DNAME: ReadonlySet<number> = new Set([TYPE.NSEC3, TYPE.RRSIG]);

/**
 * What no name server could serve, in the order of the names' first mention; up to 100 problems.
 *
 * @param store - arranged.
 */
export function checkZone(store: ZoneStore): ZoneProblem[] {
  const check = new ZoneCheck(store);
  check.apex();
  for (const name of store.facts().particular) {
    if (check.found.isFull) break;
    check.owner(name);
  }
  return check.found.problems();
}

class ZoneCheck {
  readonly found: Findings<ZoneErrorCode>;
  readonly #store: ZoneStore;
  readonly #flags: Int32Array;

  constructor(store: ZoneStore) {
    this.#store = store;
    this.found = new Findings(store);
    this.#flags = store.facts().flags;
  }

  apex(): void {
    if (this.#find(0, TYPE.SOA) < 0)
      this.found.add('ERR_ZONE_SOA_MISSING', 0, -1, `expected an SOA record at the apex ${this.#text(0)}, found none`);
    if (this.#find(0, TYPE.NS) < 0)
      this.found.add('ERR_ZONE_NS_MISSING', 0, -1, `expected NS records at the apex ${this.#text(0)}, found none`);
    for (const { iterations, record } of nsec3Params(this.#store)) {
      if (iterations <= MAX_NSEC3_ITERATIONS) continue;
      this.found.add(
        'ERR_ZONE_NSEC3_ITERATIONS',
        0,
        record,
        `expected at most ${MAX_NSEC3_ITERATIONS} iterations of NSEC3, found ${iterations}`,
      );
    }
  }

  owner(name: number): void {
    const { records, dynamics } = this.#store;
    if (dynamics.of(name).length > 0) this.#dynamicOwner(name);
    let isOrdinary = (this.#flags[name] & OCCLUDED) === 0;
    for (let record = records.first(name); record >= 0; record = records.next(record)) {
      if (PARTICULAR.has(records.type(record))) isOrdinary = false;
    }
    // Nearly all owners.
    if (isOrdinary) return;
    this.#single(name, TYPE.CNAME, 'ERR_ZONE_CNAME_TWICE');
    this.#single(name, TYPE.DNAME, 'ERR_ZONE_DNAME_TWICE');
    this.#single(name, TYPE.SOA, 'ERR_ZONE_SOA_TWICE');
    if (this.#staticCname(name) >= 0) this.#besideCname(name);
    const soa = this.#find(name, TYPE.SOA);
    if (name !== 0 && soa >= 0) {
      this.found.add('ERR_ZONE_SOA_PLACE', name, soa, `expected the SOA at the apex ${this.#text(0)}, found one at ${this.#text(name)}`);
    }
    const dname = this.#find(name, TYPE.DNAME);
    if (dname >= 0 && (this.#flags[name] & DELEGATION_POINT) !== 0) {
      this.found.add(
        'ERR_ZONE_DNAME_AND_NS',
        name,
        dname,
        `${this.#text(name)} has NS records, so a DNAME here belongs into the zone that is delegated`,
      );
    }
    if ((this.#flags[name] & OCCLUDED) !== 0) this.#belowDname(name);
  }

  /** RFC 1034 3.6.2, RFC 2181 10.1: a CNAME is alone at its name. */
  #besideCname(name: number): void {
    const { records } = this.#store;
    const cname = name === 0 ? this.#staticCname(0) : -1;
    if (cname >= 0) {
      const message = `${this.#text(0)} is the apex, where SOA and NS stand, so expected no CNAME there, found one`;
      this.found.add('ERR_ZONE_CNAME_AND_OTHER', 0, cname, message, TYPE_WORD);
      return;
    }
    for (let record = records.first(name); record >= 0; record = records.next(record)) {
      const type = records.type(record);
      if (BESIDE_CNAME.has(type) || this.#store.dynamics.replaces(name, type)) continue;
      this.found.add(
        'ERR_ZONE_CNAME_AND_OTHER',
        name,
        record,
        `${this.#text(name)} has a CNAME, so expected no other record there, found ${typeText(type)}`,
        TYPE_WORD,
      );
      return;
    }
  }

  /** RFC 6672 2.4: nothing stands below a DNAME. Below a delegation point first is another matter: glue. */
  #belowDname(name: number): void {
    const { names, records } = this.#store;
    let above = names.parent(name);
    while ((this.#flags[above] & (DELEGATION_POINT | HAS_DNAME)) === 0) above = names.parent(above);
    if ((this.#flags[above] & HAS_DNAME) === 0) return;
    for (let record = records.first(name); record >= 0; record = records.next(record)) {
      if (above === 0 && BELOW_APEX_DNAME.has(records.type(record))) continue;
      this.found.add(
        'ERR_ZONE_BELOW_DNAME',
        name,
        record,
        `expected nothing below the DNAME at ${this.#text(above)}, found ${this.#text(name)}`,
      );
      return;
    }
  }

  #dynamicOwner(name: number): void {
    const { dynamics } = this.#store;
    const flags = this.#flags[name];
    const text = this.#text(name);
    if ((flags & (OCCLUDED | DELEGATION_POINT)) !== 0) {
      this.found.add(
        'ERR_ZONE_DYNAMIC_PLACE',
        name,
        -1,
        `${text} is dynamic, but at or below a delegation point or below a DNAME, where nothing of this zone is asked for`,
      );
    }
    const cname = this.#staticCname(name);
    if (cname >= 0) this.found.add('ERR_ZONE_DYNAMIC_PLACE', name, cname, `${text} is dynamic, so expected no CNAME there, found one`);
    if (!dynamics.replaces(name, TYPE.CNAME)) return;
    if (dynamics.of(name).length > 1)
      this.found.add('ERR_ZONE_CNAME_AND_OTHER', name, -1, `${text} has a dynamic CNAME, so expected no other dynamic type there`);
    this.#besideCname(name);
  }

  #single(name: number, type: number, code: ZoneErrorCode): void {
    const { records, dynamics } = this.#store;
    const first = this.#find(name, type);
    const second = first < 0 ? -1 : records.next(first);
    if (second < 0 || records.type(second) !== type || dynamics.replaces(name, type)) return;
    this.found.add(code, name, second, `expected one ${typeText(type)} record at ${this.#text(name)}, found another`);
  }

  #staticCname(name: number): number {
    return this.#store.dynamics.replaces(name, TYPE.CNAME) ? -1 : this.#find(name, TYPE.CNAME);
  }

  #find(name: number, type: number): number {
    const { records } = this.#store;
    let record = records.first(name);
    while (record >= 0 && records.type(record) !== type) record = records.next(record);
    return record;
  }

  #text(name: number): string {
    return formatName(this.#store.names.chunk(name), this.#store.names.offset(name));
  }
}
