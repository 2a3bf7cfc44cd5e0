import { isWithin, keyOf, type Name } from '../../../../../tooling/testkit/differential/names.ts';
import { mapZone, type ZoneMap } from '../../../../../tooling/testkit/differential/places.ts';
import { formatZone, type TestZone, type ZoneRecord } from '../../../../../tooling/testkit/differential/zone.ts';

// Zones that make a right server answer as a wrong one would: the bugs by which the comparison is tested.

function changed(zone: TestZone, records: readonly ZoneRecord[]): TestZone {
  return { ...zone, records, text: formatZone(records) };
}

/** Empty non-terminals with what a wildcard beside them has, as if they did not exist. Zones without such a place are left out. */
export function wildcardsOverEmptyNonTerminals(zones: readonly TestZone[]): TestZone[] {
  return zones.flatMap((zone) => {
    const map = mapZone(zone);
    const added = [...map.names.values()].flatMap((name) => {
      if (map.types.has(keyOf(name)) || name[0] === '*' || isDelegated(map, name)) return [];
      const source = keyOf(['*', ...name.slice(1)]);
      return zone.records
        .filter(({ owner, type }) => keyOf(owner) === source && !['NS', 'DNAME', 'CNAME'].includes(type))
        .map((record) => ({ ...record, owner: name }));
    });
    return added.length === 0 ? [] : [changed(zone, [...zone.records, ...added])];
  });
}

/** Zones whose cuts are gone, so that glue becomes data. */
export function withoutCuts(zones: readonly TestZone[]): TestZone[] {
  return zones.map((zone) => {
    const isCut = ({ owner, type }: ZoneRecord) => (type === 'NS' || type === 'DS') && owner.length > zone.origin.length;
    return changed(
      zone,
      zone.records.filter((record) => !isCut(record)),
    );
  });
}

/** Zones whose parent is served as well. */
export function childrenOf(zones: readonly TestZone[]): TestZone[] {
  return zones.filter((zone) => zones.some((other) => other !== zone && isWithin(zone.origin, other.origin)));
}

function isDelegated(map: ZoneMap, name: Name): boolean {
  for (let at = name; at.length > map.zone.origin.length; at = at.slice(1)) {
    if (map.types.get(keyOf(at))?.has('NS')) return true;
  }
  return false;
}
