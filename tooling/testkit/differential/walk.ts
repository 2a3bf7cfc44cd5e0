import { formatName, isName, isWithin, keyOf, type Name, parseName } from './names.ts';
import { mapZone, PLACES, type Place, placeOf, type ZoneMap, zoneFor } from './places.ts';
import type { Random } from './random.ts';
import { PLAIN_TYPES } from './rdata-samples.ts';
import type { TestZone } from './zone.ts';

/** How a question is put: without EDNS, or with a payload size and the DO bit. */
export interface Mode {
  readonly payloadOctets?: number;
  readonly dnssecOk: boolean;
}

export interface Question {
  /** As it goes out: in capitals here and there. */
  readonly name: Name;
  readonly type: string;
  readonly mode: Mode;
  readonly place: Place;
  readonly zone: TestZone | undefined;
  /** Apexes of zones below `zone` that are served too. */
  readonly childOrigins: readonly Name[];
}

const PLAIN: readonly Mode[] = [{ dnssecOk: false }, { payloadOctets: 1232, dnssecOk: false }, { payloadOctets: 512, dnssecOk: false }];
const WITH_DO: readonly Mode[] = [
  { payloadOctets: 1232, dnssecOk: true },
  { payloadOctets: 1232, dnssecOk: true },
  { payloadOctets: 4096, dnssecOk: true },
  { payloadOctets: 512, dnssecOk: true },
  { payloadOctets: 700, dnssecOk: true },
];
const ALWAYS = ['A', 'NS', 'DS', 'TXT', 'CNAME'];
const SOMETIMES = ['SOA', 'AAAA', 'MX', 'DNAME', 'NSEC', 'NSEC3', 'NSEC3PARAM', 'RRSIG', 'DNSKEY', 'ANY', ...PLAIN_TYPES];
const DNSSEC_TYPES = ['DNSKEY', 'NSEC', 'NSEC3PARAM'];

/**
 * Every name of `zones`, its parent, children and siblings, with all types that stand there or would be synthesised, the types that rules are about, and
 * some others.
 *
 * @param served - all that the servers serve, `zones` among them: it decides which zone a question belongs to.
 */
export function walk(zones: readonly TestZone[], served: readonly ZoneMap[], random: Random): Question[] {
  const questions: Question[] = [];
  for (const zone of zones) {
    const near = served.filter((map) => isWithin(map.zone.origin, zone.origin) || isWithin(zone.origin, map.zone.origin));
    const origins = near.map((map) => map.zone.origin);
    for (const name of namesAround(mapZone(zone))) {
      for (const type of typesFor(near, name, random)) {
        const owner = zoneFor(near, name, type)?.zone;
        const isSigned = owner !== undefined && owner.signed !== 'no';
        questions.push({
          name: random.chance(0.1) ? name.map((label) => otherCase(label, random)) : name,
          type,
          mode: random.pick(isSigned ? [...WITH_DO, ...WITH_DO, ...PLAIN] : [...PLAIN, ...PLAIN, ...WITH_DO]),
          place: placeOf(near, name, type),
          zone: owner,
          childOrigins: origins.filter((origin) => owner !== undefined && origin !== owner.origin && isWithin(origin, owner.origin)),
        });
      }
    }
  }
  return questions;
}

function namesAround(map: ZoneMap): Name[] {
  const { origin } = map.zone;
  const names = new Map<string, Name>();
  const add = (name: Name) => isName(name) && names.set(keyOf(name), name);
  add(['outside', 'elsewhere']);
  add(origin.slice(1));
  for (const name of [...map.names.values(), ...map.zone.records.flatMap(targetOf)]) {
    if (!isWithin(name, origin)) continue;
    add(name);
    if (isOccluded(map, name)) continue;
    add(['x', ...name]);
    add(['y', 'x', ...name]);
    add(['*', ...name]);
    add(name.slice(1));
    if (name.length > origin.length) {
      const [first, ...rest] = name;
      add([`${first!}z`.slice(-63), ...rest]);
      add([`0${first!}`.slice(0, 63), ...rest]);
    }
    // Substitution that grows beyond 255 octets (RFC 6672 2.2).
    if (map.types.get(keyOf(name))?.has('DNAME')) add([...['p', 'q'].map((octet) => octet.repeat(60)), ...name]);
  }
  return [...names.values()].filter((name) => name.length > 0);
}

/** Below a cut: all names there have the same answer, so that their neighbours are not asked for. */
function isOccluded(map: ZoneMap, name: Name): boolean {
  for (let above = name.slice(1); above.length > map.zone.origin.length; above = above.slice(1)) {
    if (map.types.get(keyOf(above))?.has('NS')) return true;
  }
  return false;
}

const POINTERS = ['CNAME', 'DNAME', 'NS'];

function targetOf({ type, rdata }: { type: string; rdata: string }): Name[] {
  return POINTERS.includes(type) ? [parseName(rdata)] : [];
}

function typesFor(zones: readonly ZoneMap[], name: Name, random: Random): Set<string> {
  const map = zoneFor(zones, name, 'A');
  const there = map?.types.get(keyOf(name)) ?? [];
  const synthesised = map?.types.get(keyOf(['*', ...name.slice(1)])) ?? [];
  const types = [...ALWAYS, ...there, ...synthesised, ...random.some(SOMETIMES, 3)];
  if (map !== undefined && map.zone.signed !== 'no') types.push(random.pick(DNSSEC_TYPES));
  return new Set(types);
}

function otherCase(label: string, random: Random): string {
  return label.replace(/[a-zA-Z]/g, (letter) => (random.chance(0.5) ? letter.toUpperCase() : letter.toLowerCase()));
}

export function formatQuestion({ name, type, mode, place }: Question): string {
  const edns = mode.payloadOctets === undefined ? 'no EDNS' : `EDNS ${mode.payloadOctets}${mode.dnssecOk ? ' DO' : ''}`;
  return `${formatName(name)} ${type} (${edns}) [${PLACES[place]}]`;
}
