import { TYPE } from '@dnsteer/wire';
import {
  APEX,
  DELEGATION_POINT,
  EMPTY_NON_TERMINAL,
  HAS_CNAME,
  HAS_DNAME,
  HAS_DYNAMIC,
  NO_NODE,
  OCCLUDED,
  WILDCARD_CHILD,
} from './layout.ts';
import type { ZoneStore } from './zone-store.ts';

/** What is below is occluded. */
const HIDES = OCCLUDED | DELEGATION_POINT | HAS_DNAME;
/** The `group` of a record that is the RRSIG of an NSEC3. */
const NSEC3_RRSIG = TYPE.RRSIG * 0x10000 + TYPE.NSEC3;

/** What is decided about the names of a zone when it is built, by their number. */
export interface NodeFacts {
  flags: Int32Array;
  /** The number of `*.<name>` for each name with WILDCARD_CHILD. */
  wildcards: Map<number, number>;
  /** Ascending: the names that a check has to look at. All others own data and no more, and are neither occluded nor dynamic. */
  particular: readonly number[];
  /** Whether a name has NO_NODE. */
  hasNoNodes: boolean;
}

/** What is at or below a name, or asks for other names, decides about more than itself; all other types are data and no more. */
const PARTICULAR = new Uint8Array(0x10000);
for (const type of [TYPE.NS, TYPE.CNAME, TYPE.SOA, TYPE.MX, TYPE.SRV, TYPE.DNAME, TYPE.RRSIG, TYPE.NSEC3, TYPE.NSEC3PARAM])
  PARTICULAR[type] = 1;

/** Goes over the names: parents come before their children. */
export function decideFacts(store: ZoneStore): NodeFacts {
  const { names, records, dynamics, scratch } = store;
  const { count, parents, offsets } = names;
  const { octets } = names.arena;
  records.expect(0, count);
  const { firsts, nexts, types } = records;
  const flags = scratch.int32(count);
  const hasChild = scratch.uint8(count);
  const particular: number[] = [];
  const emptyNonTerminals: number[] = [];
  const wildcardNames: number[] = [];
  for (let name = 0; name < count; name++) {
    const parent = parents[name];
    const above = parent < 0 ? 0 : flags[parent];
    const first = firsts[name] - 1;
    const isPlain = first >= 0 && nexts[first] === 0 && PARTICULAR[types[first]] === 0 && name > 0 && dynamics.isEmpty;
    if (isPlain && (above & HIDES) === 0) {
      hasChild[parent] = 1;
    } else {
      particular.push(name);
      const occluded = (above & HIDES) === 0 ? 0 : OCCLUDED;
      flags[name] = occluded | ownFlags(store, name, occluded !== 0);
      if ((flags[name] & EMPTY_NON_TERMINAL) !== 0) emptyNonTerminals.push(name);
      else if (name > 0) hasChild[parent] = 1;
    }
    if (isWildcard(octets, offsets[name])) wildcardNames.push(name);
  }
  let hasNoNodes = false;
  for (let i = emptyNonTerminals.length - 1; i >= 0; i--) {
    const name = emptyNonTerminals[i];
    if (name === 0) continue;
    if (hasChild[name] === 0) {
      flags[name] |= NO_NODE;
      hasNoNodes = true;
    } else {
      hasChild[parents[name]] = 1;
    }
  }
  const wildcards = new Map<number, number>();
  for (const name of wildcardNames) {
    if (name === 0 || (flags[name] & NO_NODE) !== 0) continue;
    flags[parents[name]] |= WILDCARD_CHILD;
    wildcards.set(parents[name], name);
  }
  return { flags, wildcards, particular, hasNoNodes };
}

function ownFlags({ records, dynamics }: ZoneStore, name: number, occluded: boolean): number {
  const replaced = dynamics.of(name);
  let hasNs = false;
  let hasDname = false;
  let isEmpty = replaced.length === 0;
  let flags = name === 0 ? APEX : 0;
  if (replaced.length > 0) flags |= HAS_DYNAMIC;
  for (let record = records.first(name); record >= 0; record = records.next(record)) {
    const type = records.type(record);
    // For whoever asks by name, NSEC3 records are not there (RFC 5155 7.2.8).
    if (type !== TYPE.NSEC3 && records.group(record) !== NSEC3_RRSIG) isEmpty = false;
    if (type === TYPE.NS) hasNs = true;
    else if (type === TYPE.DNAME) hasDname = true;
    else if (type === TYPE.CNAME && !dynamics.replaces(name, type)) flags |= HAS_CNAME;
  }
  if (isEmpty) flags |= EMPTY_NON_TERMINAL;
  if (hasNs && name !== 0 && !occluded) flags |= DELEGATION_POINT;
  // At a delegation point a DNAME belongs to the child (RFC 6672 2.3 has them together at an apex only).
  else if (hasDname && !occluded) flags |= HAS_DNAME;
  return flags;
}

/** Whether the leftmost label is `*` (RFC 4592 2.1.1). */
function isWildcard(octets: Uint8Array, at: number): boolean {
  return octets[at] === 1 && octets[at + 1] === 0x2a;
}
