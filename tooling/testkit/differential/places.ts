import { isWithin, keyOf, type Name } from './names.ts';
import type { TestZone } from './zone.ts';

/** Where a question falls in the zones, named after the rule that the answer follows. For reports and tables only: what is right, the peers say. */
export const PLACES = {
  outside: 'REFUSED: no zone of ours',
  dsAtCut: "RFC 4035 3.1.4.1: DS is the parent's",
  dsAtApex: 'RFC 4035 3.1.4.1: DS at an apex whose parent is elsewhere',
  cut: 'RFC 1034 4.3.2 3b: at a cut',
  belowCut: 'RFC 1034 4.3.2 3b: below a cut',
  belowDname: 'RFC 6672 3.2: below a DNAME',
  data: 'RFC 1034 4.3.2 3a: data',
  any: 'RFC 8482: QTYPE ANY',
  cname: 'RFC 1034 3.6.2: CNAME',
  noData: 'RFC 2308 2.2: no data of this type',
  emptyNonTerminal: 'RFC 4592 2.2.2: an empty non-terminal exists',
  wildcardData: 'RFC 4592 3.3.1: synthesised from a wildcard',
  wildcardNoData: 'RFC 4592 2.2.1: a wildcard without this type',
  wildcardCname: 'RFC 4592 4.4: a CNAME at a wildcard',
  wildcardNs: 'RFC 4592 4.2: NS at a wildcard',
  wildcardDname: 'RFC 4592 4.4: DNAME at a wildcard',
  nxdomain: 'RFC 2308 2.1: no such name',
} as const;
export type Place = keyof typeof PLACES;

/** Owners and empty non-terminals of a zone. */
export interface ZoneMap {
  readonly zone: TestZone;
  readonly types: ReadonlyMap<string, ReadonlySet<string>>;
  /** Every name that exists, by its key. */
  readonly names: ReadonlyMap<string, Name>;
}

export function mapZone(zone: TestZone): ZoneMap {
  const types = new Map<string, Set<string>>();
  const names = new Map<string, Name>();
  for (const { owner, type } of zone.records) {
    const key = keyOf(owner);
    types.set(key, (types.get(key) ?? new Set()).add(type));
    for (let name: Name = owner; name.length >= zone.origin.length; name = name.slice(1)) names.set(keyOf(name), name);
  }
  return { zone, types, names };
}

/** The zone that answers for `name` and `type`; DS belongs to the zone above, when that is served too. */
export function zoneFor(zones: readonly ZoneMap[], name: Name, type: string): ZoneMap | undefined {
  const enclosing = zones
    .filter(({ zone }) => isWithin(name, zone.origin))
    .sort((one, other) => other.zone.origin.length - one.zone.origin.length);
  const [closest, parent] = enclosing;
  return type === 'DS' && parent !== undefined && closest!.zone.origin.length === name.length ? parent : closest;
}

export function placeOf(zones: readonly ZoneMap[], name: Name, type: string): Place {
  const map = zoneFor(zones, name, type);
  if (map === undefined) return 'outside';
  const typesAt = (at: Name) => map.types.get(keyOf(at)) ?? new Set<string>();
  const apexLength = map.zone.origin.length;
  for (let length = apexLength; length <= name.length; length++) {
    const at = name.slice(name.length - length);
    const types = typesAt(at);
    if (length > apexLength && types.has('NS')) {
      if (length < name.length) return 'belowCut';
      return type === 'DS' ? 'dsAtCut' : 'cut';
    }
    if (length < name.length && types.has('DNAME')) return 'belowDname';
    if (!map.names.has(keyOf(at))) return missing(typesAt(['*', ...at.slice(1)]), map.names.has(keyOf(['*', ...at.slice(1)])), type);
  }
  const types = typesAt(name);
  if (type === 'DS' && name.length === apexLength) return 'dsAtApex';
  if (types.size === 0) return 'emptyNonTerminal';
  if (type === 'ANY') return 'any';
  if (types.has(type)) return 'data';
  return types.has('CNAME') ? 'cname' : 'noData';
}

function missing(source: ReadonlySet<string>, isThere: boolean, type: string): Place {
  if (!isThere) return 'nxdomain';
  if (source.has('NS')) return 'wildcardNs';
  if (source.has('DNAME')) return 'wildcardDname';
  if (source.has(type)) return 'wildcardData';
  return source.has('CNAME') ? 'wildcardCname' : 'wildcardNoData';
}
