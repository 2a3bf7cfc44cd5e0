import { hashName, nameLength, type SearchName } from '@dnsteer/wire';
import type { Answerer } from './answerer.ts';

/** The zones that are served, by the hash of their apex. */
export class ZoneTable {
  readonly #byHash = new Map<number, Answerer[]>();
  #maxLabels = -1;

  /** @returns false when a zone of that apex is there already. */
  add(answerer: Answerer): boolean {
    const hash = hashName(answerer.apex);
    const same = this.#byHash.get(hash) ?? [];
    if (same.some((other) => sameOctets(other.apex, answerer.apex))) return false;
    same.push(answerer);
    this.#byHash.set(hash, same);
    this.#maxLabels = Math.max(this.#maxLabels, countLabels(answerer.apex));
    return true;
  }

  /** The longest enclosing zone, among those with fewer than `belowLabels` labels in their apex; `undefined` when there is none. */
  find(sname: SearchName, belowLabels = 128): Answerer | undefined {
    for (let labels = Math.min(sname.labelCount, this.#maxLabels, belowLabels - 1); labels >= 0; labels--) {
      const same = this.#byHash.get(sname.suffixHashes[sname.labelCount - labels]!);
      if (same === undefined) continue;
      for (let i = 0; i < same.length; i++) if (endsWith(sname, sname.labelCount - labels, same[i]!.apex)) return same[i];
    }
    return undefined;
  }
}

/** Labels of a wire name, the root not counted. */
export function countLabels(name: Uint8Array): number {
  let labels = 0;
  for (let at = 0; name[at] !== 0; at += name[at]! + 1) labels++;
  return labels;
}

function endsWith(sname: SearchName, label: number, apex: Uint8Array): boolean {
  const start = sname.labelOffsets[label]!;
  if (sname.length - start !== nameLength(apex)) return false;
  for (let i = 0; i < apex.length; i++) if (sname.octets[start + i] !== lower(apex[i]!)) return false;
  return true;
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => lower(octet) === lower(b[i]!));
}

function lower(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet;
}
