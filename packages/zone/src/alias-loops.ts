import { formatName, lowerCaseName, nameLength, TYPE } from '@dnsteer/wire';
import type { ZoneWarningCode } from './errors.ts';
import type { Findings } from './findings.ts';
import { DELEGATION_POINT, HAS_CNAME, HAS_DNAME, OCCLUDED } from './layout.ts';
import type { ZoneStore } from './zone-store.ts';

const MAX_NAME_OCTETS = 255;
const MAX_SHOWN = 4;
/** A label that no zone has, to walk through a DNAME with. */
const ANY_LABEL = Uint8Array.of(3, 0, 0, 0);
/** DNAMEs in a row: more would make a loop of more names than any message shows. */
const MAX_DNAMES = 1000;

interface Link {
  readonly owner: number;
  readonly record: number;
  readonly isCname: boolean;
}

/**
 * Warns of CNAMEs and DNAMEs that lead back to themselves inside the zone (RFC 1034 3.6.2, RFC 6672 2.2): once for each loop, at the record that it was
 * entered by. Every CNAME is followed once.
 */
export function warnOfLoops(store: ZoneStore, found: Findings<ZoneWarningCode>): void {
  const { flags, particular } = store.facts();
  const loops = new AliasLoops(store, found);
  for (const name of particular) {
    if (found.isFull) break;
    if ((flags[name] & (OCCLUDED | DELEGATION_POINT)) !== 0) continue;
    if ((flags[name] & HAS_CNAME) !== 0) loops.follow(name, store.names.wireName(name));
    else if ((flags[name] & HAS_DNAME) !== 0) loops.follow(name, Buffer.concat([ANY_LABEL, store.names.wireName(name)]));
  }
}

class AliasLoops {
  readonly #store: ZoneStore;
  readonly #found: Findings<ZoneWarningCode>;
  /** Owners of links that have been followed to their end. */
  readonly #done = new Set<number>();

  constructor(store: ZoneStore, found: Findings<ZoneWarningCode>) {
    this.#store = store;
    this.#found = found;
  }

  follow(start: number, name: Uint8Array): void {
    if (this.#done.has(start)) return;
    const path: Link[] = [];
    /** Names of the walk, with the number of the link that they lead to. A CNAME is known by its owner, which may be a wildcard. */
    const seen = new Map<string, number>();
    let dnames = 0;
    for (;;) {
      const link = this.#linkOf(name);
      // What was followed before led to no loop, or to one that has been told.
      if (link === undefined || (this.#done.has(link.owner) && link.isCname)) break;
      const key = link.isCname ? String(link.owner) : formatName(lowerCaseName(name));
      const before = seen.get(key);
      if (before !== undefined) {
        this.#report(path.slice(before));
        break;
      }
      seen.set(key, path.length);
      path.push(link);
      const next = link.isCname ? this.#store.records.rdata(link.record) : this.#substituted(link, name);
      dnames = link.isCname ? 0 : dnames + 1;
      if (next === undefined || dnames > MAX_DNAMES) {
        // A DNAME that leads below itself makes longer and longer names.
        const first = path.findIndex(({ owner }) => owner === link.owner);
        if (first < path.length - 1)
          this.#report(
            path.slice(
              first,
              path.findIndex((other, i) => i > first && other.owner === link.owner),
            ),
          );
        break;
      }
      name = next;
    }
    // Where a DNAME leads depends on the name, so it is followed again.
    this.#done.add(start);
    for (const { owner, isCname } of path) if (isCname) this.#done.add(owner);
  }

  /** The alias that a name is answered with, as far as it is in the zone. */
  #linkOf(name: Uint8Array): Link | undefined {
    const { flags, wildcards } = this.#store.facts();
    const { name: closest, isWhole } = this.#store.closest(name);
    if (closest < 0 || (flags[closest] & (OCCLUDED | DELEGATION_POINT)) !== 0) return undefined;
    if (isWhole) return this.#link(closest, TYPE.CNAME, HAS_CNAME);
    if ((flags[closest] & HAS_DNAME) !== 0) return this.#link(closest, TYPE.DNAME, HAS_DNAME);
    const wildcard = wildcards.get(closest);
    return wildcard === undefined ? undefined : this.#link(wildcard, TYPE.CNAME, HAS_CNAME);
  }

  #link(owner: number, type: number, flag: number): Link | undefined {
    const { records } = this.#store;
    if ((this.#store.facts().flags[owner] & flag) === 0) return undefined;
    let record = records.first(owner);
    while (records.type(record) !== type) record = records.next(record);
    return { owner, record, isCname: type === TYPE.CNAME };
  }

  /** RFC 6672 2.2; `undefined` when the name would grow too long. */
  #substituted({ owner, record }: Link, name: Uint8Array): Uint8Array | undefined {
    const target = this.#store.records.rdata(record);
    const kept = nameLength(name) - this.#store.names.length(owner);
    return kept + target.length > MAX_NAME_OCTETS ? undefined : Buffer.concat([name.subarray(0, kept), target]);
  }

  #report(loop: readonly Link[]): void {
    const [first] = loop;
    for (const { owner } of loop) this.#done.add(owner);
    const { names } = this.#store;
    const shown = loop.slice(0, MAX_SHOWN).map(({ owner }) => formatName(names.wireName(owner)));
    if (loop.length > MAX_SHOWN) shown.push('...');
    shown.push(shown[0]);
    const isCname = loop.some((link) => link.isCname);
    const start = loop.find((link) => link.isCname) ?? first;
    this.#found.add(
      isCname ? 'WARN_ZONE_CNAME_LOOP' : 'WARN_ZONE_DNAME_LOOP',
      start.owner,
      start.record,
      `expected an end of these aliases, found a loop: ${shown.join(' -> ')}`,
      0,
    );
  }
}
