import type { Peer } from './judge.ts';
import { formatName, isName, isWithin, keyOf, type Name } from './names.ts';

export interface ZoneRecord {
  readonly owner: Name;
  readonly ttl: number;
  readonly type: string;
  readonly rdata: string;
}

/** A zone to be served, and what of it the walk and the naming of rules want to know. */
export interface TestZone {
  readonly origin: Name;
  /** Of an unsigned zone: what was put in. Of a signed zone the same, without what signing added. */
  readonly records: readonly ZoneRecord[];
  readonly signed: 'no' | 'nsec' | 'nsec3' | 'nsec3-opt-out';
  readonly text: string;
  /** Peers that won't load it: they have no voice in it. */
  readonly refusedBy: readonly Peer[];
}

export function formatZone(records: readonly ZoneRecord[]): string {
  return records.map(({ owner, ttl, type, rdata }) => `${formatName(owner)} ${ttl} IN ${type} ${rdata}\n`).join('');
}

/** Records that every server loads: what would be an error of the zone is not taken. */
export class ZoneDraft {
  readonly origin: Name;
  readonly #nodes = new Map<string, { name: Name; types: Map<string, ZoneRecord[]> }>();

  constructor(origin: Name) {
    this.origin = origin;
  }

  /** False when the record has no place here. */
  add(owner: Name, type: string, rdata: string, ttl: number): boolean {
    if (!isName(owner) || !isWithin(owner, this.origin) || !this.#hasPlace(owner, type)) return false;
    const key = keyOf(owner);
    const node = this.#nodes.get(key) ?? { name: owner, types: new Map() };
    const rrset: ZoneRecord[] = node.types.get(type) ?? [];
    if (rrset.some((record) => record.rdata.toLowerCase() === rdata.toLowerCase())) return false;
    // One TTL for an RRset (RFC 2181 5.2).
    rrset.push({ owner: node.name, ttl: rrset[0]?.ttl ?? ttl, type, rdata });
    node.types.set(type, rrset);
    this.#nodes.set(key, node);
    return true;
  }

  owners(): Name[] {
    return [...this.#nodes.values()].map(({ name }) => name);
  }

  typesAt(owner: Name): string[] {
    return [...(this.#nodes.get(keyOf(owner))?.types.keys() ?? [])];
  }

  records(): ZoneRecord[] {
    return [...this.#nodes.values()].flatMap(({ types }) => [...types.values()].flat());
  }

  #hasPlace(owner: Name, type: string): boolean {
    const there = this.typesAt(owner);
    // RFC 2181 10.1, RFC 6672 2.3 and 2.4.
    if (type === 'CNAME' ? there.length > 0 : there.includes('CNAME')) return false;
    if (['DNAME', 'SOA'].includes(type) && there.includes(type)) return false;
    const isApex = keyOf(owner) === keyOf(this.origin);
    if (!isApex && type === 'NS' && there.includes('DNAME')) return false;
    if (!isApex && type === 'DNAME' && there.includes('NS')) return false;
    if (isApex && type === 'DS') return false;
    if (type === 'DNAME' && this.owners().some((other) => other.length > owner.length && isWithin(other, owner))) return false;
    for (let above = owner.slice(1); above.length >= this.origin.length; above = above.slice(1)) {
      if (this.typesAt(above).includes('DNAME')) return false;
    }
    return true;
  }
}
