import { equalNames, hashName, lowerCaseName, type SearchName } from '@dnsteer/wire';
import type { Answerer } from './answerer.ts';

/** A zone that is served, and what is asked of its apex for every query. */
export interface ServedZone {
  readonly answerer: Answerer;
  /** Lower-case wire name, and nothing behind it. */
  readonly apex: Uint8Array;
  readonly labelCount: number;
}

/** The zones that are served, by the hash of their apex. */
export class ZoneTable {
  readonly #byHash = new Map<number, ServedZone[]>();
  #maxLabels = -1;

  /** @returns false when a zone of that apex is there already. */
  add(answerer: Answerer): boolean {
    const hash = hashName(answerer.apex);
    const same = this.#byHash.get(hash) ?? [];
    if (same.some(({ apex }) => equalNames(apex, answerer.apex))) return false;
    const apex = lowerCaseName(answerer.apex);
    const labelCount = countLabels(apex);
    same.push({ answerer, apex, labelCount });
    this.#byHash.set(hash, same);
    this.#maxLabels = Math.max(this.#maxLabels, labelCount);
    return true;
  }

  /** The longest enclosing zone, among those with fewer than `belowLabels` labels in their apex; `undefined` when there is none. */
  find(sname: SearchName, belowLabels = 128): ServedZone | undefined {
    for (let labels = Math.min(sname.labelCount, this.#maxLabels, belowLabels - 1); labels >= 0; labels--) {
      const label = sname.labelCount - labels;
      const same = this.#byHash.get(sname.suffixHashes[label]!);
      if (same === undefined) continue;
      for (let i = 0; i < same.length; i++) if (endsWith(sname, sname.labelOffsets[label]!, same[i]!.apex)) return same[i];
    }
    return undefined;
  }
}

/** Labels of a wire name, the root not counted. */
function countLabels(name: Uint8Array): number {
  let labels = 0;
  for (let at = 0; name[at] !== 0; at += name[at]! + 1) labels++;
  return labels;
}

function endsWith({ octets, length }: SearchName, start: number, apex: Uint8Array): boolean {
  if (length - start !== apex.length) return false;
  for (let i = 0; i < apex.length; i++) if (octets[start + i] !== apex[i]) return false;
  return true;
}
