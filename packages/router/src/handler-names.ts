import { equalNames, SearchName } from '@dnsteer/wire';
import type { Pattern } from './pattern.ts';
import type { Route } from './route-table.ts';
import type { ServedZone, ZoneTable } from './zone-table.ts';

interface ZonePattern {
  readonly pattern: Pattern;
  readonly zone: ServedZone;
}

/**
 * The names inside zones that exist because a handler answers at or below them, whatever the zone has: what has names below it is there itself
 * (RFC 4592 2.2.2), and NXDOMAIN for it would deny them all (RFC 8020 2).
 */
export class HandlerNames {
  /** Patterns by the hash of their literal suffix, each with its zone. */
  readonly #bySuffix = new Map<number, ZonePattern[]>();
  /** Names between an apex and a literal suffix, by their hash. */
  readonly #above = new Map<number, Uint8Array[]>();

  /** @param zones - all of them: a route belongs to the longest one that encloses its literal suffix. */
  constructor(routes: Iterable<Route>, zones: ZoneTable) {
    const suffix = new SearchName();
    for (const { pattern } of routes) {
      suffix.set(pattern.suffix);
      const zone = zones.find(suffix);
      if (zone === undefined) continue;
      push(this.#bySuffix, pattern.suffixHash, { pattern, zone });
      for (let label = 1; label < suffix.labelCount - zone.labelCount; label++)
        push(this.#above, suffix.suffixHashes[label]!, pattern.suffix.subarray(suffix.labelOffsets[label]!));
    }
  }

  /** Whether a handler's pattern stands for `sname`, or for names below it. `zone` is the zone that `sname` is looked up in. */
  has(sname: SearchName, zone: ServedZone): boolean {
    const above = this.#above.get(sname.suffixHashes[0]!);
    if (above?.some((name) => equalNames(name, sname.octets))) return true;
    for (let before = 0; before <= sname.labelCount - zone.labelCount; before++) {
      const patterns = this.#bySuffix.get(sname.suffixHashes[before]!);
      // A pattern of a zone further down says nothing of its apex in the parent, where the DS is asked for.
      if (patterns?.some((one) => one.zone === zone && reaches(one.pattern, sname, before))) return true;
    }
    return false;
  }
}

/** Whether the pattern stands for the name or for names below it, when `before` labels of the name come before the literal ones. */
function reaches({ suffix, open, params }: Pattern, { octets, labelOffsets }: SearchName, before: number): boolean {
  return (open || before <= params.length) && equalNames(suffix, octets, 0, labelOffsets[before]!);
}

function push<T>(map: Map<number, T[]>, key: number, value: T): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
