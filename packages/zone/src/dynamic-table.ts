import { TYPE, typeText } from '@dnsteer/wire';
import { zoneError } from './errors.ts';
import { MAX_EXTRA_ROWS } from './layout.ts';

/** One type of an owner whose RDATA is chosen when it is asked for. */
export interface DynamicType {
  type: number;
  /** What the chooser knows it by; handed back by `ZoneImage.dynamicId`. */
  dynamicId: number;
  maxTtlSeconds: number;
}

/** Types that make the zone what it is, so they can't depend on who asks. */
const STATIC_TYPES: ReadonlySet<number> = new Set([
  TYPE.NS,
  TYPE.SOA,
  TYPE.DNAME,
  TYPE.DS,
  TYPE.SIG,
  TYPE.RRSIG,
  TYPE.NSEC,
  TYPE.DNSKEY,
  TYPE.NSEC3,
  TYPE.NSEC3PARAM,
  TYPE.CDS,
  TYPE.CDNSKEY,
]);

/** Whether records of this type are never zone data: 0, OPT, and QTYPEs and meta-TYPEs (RFC 6895 3.1). */
export function isMetaType(type: number): boolean {
  return type === 0 || type === TYPE.OPT || (type >= 128 && type <= 255);
}

const NONE: readonly DynamicType[] = [];

/** The dynamic types of a zone by the number of their owner. */
export class DynamicTable {
  readonly #byOwner = new Map<number, DynamicType[]>();

  get isEmpty(): boolean {
    return this.#byOwner.size === 0;
  }

  /** @throws ZoneError ERR_ZONE_DYNAMIC_TYPE. */
  checkTypes(types: readonly number[]): void {
    if (types.length === 0) throw zoneError('ERR_ZONE_DYNAMIC_TYPE', 'expected at least one dynamic type');
    for (const type of types) {
      if (!STATIC_TYPES.has(type) && !isMetaType(type)) continue;
      throw zoneError('ERR_ZONE_DYNAMIC_TYPE', `${typeText(type)} can't be dynamic; it has to be in the zone`);
    }
  }

  /** @throws ZoneError ERR_ZONE_DYNAMIC_TYPE when a type is dynamic already at this owner. */
  add(owner: number, types: readonly number[], dynamicId: number, maxTtlSeconds: number): void {
    const all = [...this.of(owner)];
    for (const type of types) {
      if (all.some((other) => other.type === type))
        throw zoneError('ERR_ZONE_DYNAMIC_TYPE', `${typeText(type)} is dynamic twice at one owner`);
      all.push({ type, dynamicId, maxTtlSeconds });
    }
    // One more row may be needed for a wildcard.
    if (all.length >= MAX_EXTRA_ROWS) throw zoneError('ERR_ZONE_DYNAMIC_TYPE', 'more than 254 dynamic types at one owner');
    all.sort((a, b) => a.type - b.type);
    this.#byOwner.set(owner, all);
  }

  /** Sorted by type. */
  of(owner: number): readonly DynamicType[] {
    return this.#byOwner.size === 0 ? NONE : (this.#byOwner.get(owner) ?? NONE);
  }

  replaces(owner: number, type: number): boolean {
    return this.#byOwner.size > 0 && this.of(owner).some((dynamic) => dynamic.type === type);
  }
}
