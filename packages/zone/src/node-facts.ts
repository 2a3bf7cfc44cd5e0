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

/** The `group` of a record that is the RRSIG of an NSEC3. */
const NSEC3_RRSIG = TYPE.RRSIG * 0x10000 + TYPE.NSEC3;

/** What is decided about the names of a zone when it is built, by their number. */
export interface NodeFacts {
  flags: Int32Array;
  /** The number of `*.<name>` for each name with WILDCARD_CHILD. */
  wildcards: Map<number, number>;
  /** Whether a name has NO_NODE. */
  hasNoNodes: boolean;
}

/** Goes over the names: parents come before their children. */
export function decideFacts(store: ZoneStore): NodeFacts {
  const { names } = store;
  const flags = new Int32Array(names.count);
  const wildcards = new Map<number, number>();
  for (let name = 0; name < names.count; name++) {
    const parent = names.parent(name);
    const above = parent < 0 ? 0 : flags[parent];
    const occluded = (above & (OCCLUDED | DELEGATION_POINT | HAS_DNAME)) !== 0 ? OCCLUDED : 0;
    flags[name] = occluded | ownFlags(store, name, occluded !== 0);
  }
  const hasChild = new Uint8Array(names.count);
  let hasNoNodes = false;
  for (let name = names.count - 1; name > 0; name--) {
    if ((flags[name] & EMPTY_NON_TERMINAL) !== 0 && hasChild[name] === 0) {
      flags[name] |= NO_NODE;
      hasNoNodes = true;
      continue;
    }
    const parent = names.parent(name);
    hasChild[parent] = 1;
    if (!isWildcard(names.chunk(name), names.offset(name))) continue;
    flags[parent] |= WILDCARD_CHILD;
    wildcards.set(parent, name);
  }
  return { flags, wildcards, hasNoNodes };
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
