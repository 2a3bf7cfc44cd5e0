import { formatName, TYPE, typeText } from '@dnsteer/wire';
import type { ZoneWarningCode } from './errors.ts';
import type { Findings } from './findings.ts';
import { DELEGATION_POINT, HAS_CNAME, HAS_DNAME } from './layout.ts';
import type { ZoneStore } from './zone-store.ts';

/** Types whose RDATA names a host: where the name is in the RDATA, and which word it is. */
const TARGETS: ReadonlyMap<number, { at: number; word: number }> = new Map([
  [TYPE.NS, { at: 0, word: 0 }],
  [TYPE.MX, { at: 2, word: 1 }],
  [TYPE.SRV, { at: 6, word: 3 }],
]);

/** The host that a record names has to have an address, by its own name (RFC 2181 10.3, RFC 2782). */
export function warnOfTarget(store: ZoneStore, found: Findings<ZoneWarningCode>, owner: number, record: number): void {
  const { records, names } = store;
  const type = records.type(record);
  const { at, word } = TARGETS.get(type)!;
  const rdata = records.rdata(record);
  const { name: closest, isWhole } = store.closest(rdata, at);
  // The root names no host (RFC 7505 3, RFC 2782).
  if (closest < 0 || rdata[at] === 0) return;
  const { flags, wildcards } = store.facts();
  let host = isWhole ? closest : -1;
  const cut = cutAt(store, closest);
  if (cut >= 0) {
    if (type !== TYPE.NS || hasAddress(store, host)) return;
    const target = formatName(rdata, at);
    const kind = cut === owner || owner === 0 ? 'glue' : 'glue (of a sibling)';
    found.add(
      'WARN_ZONE_GLUE_MISSING',
      owner,
      record,
      `expected an A or AAAA record of ${target} as ${kind}: it is ${cut === host ? 'the' : 'below the'} delegation point ${formatName(names.wireName(cut))}; found none`,
      word,
    );
    return;
  }
  if (host < 0 && (flags[closest] & HAS_DNAME) === 0) host = wildcards.get(closest) ?? -1;
  if (hasAddress(store, host)) return;
  const target = formatName(rdata, at);
  const isAlias =
    host >= 0 ? (flags[host] & HAS_CNAME) !== 0 || store.dynamics.replaces(host, TYPE.CNAME) : (flags[closest] & HAS_DNAME) !== 0;
  if (isAlias) {
    const how = host >= 0 ? 'has a CNAME' : `is below the DNAME at ${formatName(names.wireName(closest))}`;
    found.add(
      'WARN_ZONE_TARGET_ALIAS',
      owner,
      record,
      `expected ${typeText(type)} to name a host with an address, found ${target}, which ${how}`,
      word,
    );
    return;
  }
  found.add(
    'WARN_ZONE_ADDRESS_MISSING',
    owner,
    record,
    `expected an A or AAAA record of ${target}, which ${typeText(type)} names, found none${hint(target, formatName(names.wireName(0)))}`,
    word,
  );
}

/** The highest delegation point at or above a name, or -1. */
function cutAt(store: ZoneStore, name: number): number {
  const { flags } = store.facts();
  let cut = -1;
  for (; name > 0; name = store.names.parent(name)) if ((flags[name] & DELEGATION_POINT) !== 0) cut = name;
  return cut;
}

function hasAddress({ records, dynamics }: ZoneStore, name: number): boolean {
  if (name < 0) return false;
  if (dynamics.replaces(name, TYPE.A) || dynamics.replaces(name, TYPE.AAAA)) return true;
  for (let record = records.first(name); record >= 0; record = records.next(record)) {
    const type = records.type(record);
    if (type === TYPE.A || type === TYPE.AAAA) return true;
  }
  return false;
}

/** What was likely written instead. */
function hint(target: string, apex: string): string {
  const relative = target.slice(0, target.length - apex.length);
  if (/^(\d+\.){4}$/.test(relative)) return '; it looks like an address, where a name belongs';
  if (relative.toLowerCase().endsWith(`.${apex.toLowerCase()}`) || relative.toLowerCase() === apex.toLowerCase())
    return '; is a final dot missing?';
  return '';
}
