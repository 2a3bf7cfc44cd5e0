import { equalNames, hashName, lowerCaseName, type SearchName } from '@dnsteer/wire';
import type { Answerer } from './answerer.ts';

/** A zone that is served, and what is asked of its apex for every query. */
export interface ServedZone {
  readonly answerer: Answerer;
  /** Lower-case wire name, and nothing behind it. */
  readonly apex: Uint8Array;
  readonly labelCount: number;
}

const LEAST_SLOTS = 16;

/** The zones that are served, by the hash of their apex: open addressing, at most half of the slots taken. */
export class ZoneTable {
  /** [slot] is what the hash of the zone's apex is, where there is one. */
  #hashes = new Int32Array(LEAST_SLOTS);
  #slots: (ServedZone | undefined)[] = new Array(LEAST_SLOTS).fill(undefined);
  #count = 0;
  #maxLabels = -1;

  /** @returns false when a zone of that apex is there already. */
  add(answerer: Answerer): boolean {
    const hash = hashName(answerer.apex);
    for (let slot = hash & (this.#slots.length - 1); this.#slots[slot] !== undefined; slot = (slot + 1) & (this.#slots.length - 1)) {
      if (equalNames(this.#slots[slot]!.apex, answerer.apex)) return false;
    }
    if (2 * ++this.#count > this.#slots.length) this.#grow();
    const apex = lowerCaseName(answerer.apex);
    const labelCount = countLabels(apex);
    this.#put(hash, { answerer, apex, labelCount });
    this.#maxLabels = Math.max(this.#maxLabels, labelCount);
    return true;
  }

  /** The longest enclosing zone, among those with fewer than `belowLabels` labels in their apex; `undefined` when there is none. */
  find(sname: SearchName, belowLabels = 128): ServedZone | undefined {
    const hashes = this.#hashes;
    const slots = this.#slots;
    const mask = hashes.length - 1;
    for (let labels = Math.min(sname.labelCount, this.#maxLabels, belowLabels - 1); labels >= 0; labels--) {
      const label = sname.labelCount - labels;
      const hash = sname.suffixHashes[label]!;
      for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
        const zone = slots[slot];
        if (zone === undefined) break;
        if (hashes[slot] === hash && endsWith(sname, sname.labelOffsets[label]!, zone.apex)) return zone;
      }
    }
    return undefined;
  }

  #put(hash: number, zone: ServedZone): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== undefined) slot = (slot + 1) & mask;
    this.#hashes[slot] = hash;
    this.#slots[slot] = zone;
  }

  #grow(): void {
    const hashes = this.#hashes;
    const slots = this.#slots;
    this.#hashes = new Int32Array(2 * hashes.length);
    this.#slots = new Array(2 * slots.length).fill(undefined);
    slots.forEach((zone, slot) => {
      if (zone !== undefined) this.#put(hashes[slot]!, zone);
    });
  }
}

/** Labels of a wire name, the root not counted. */
function countLabels(name: Uint8Array): number {
  let labels = 0;
  for (let at = 0; name[at] !== 0; at += name[at]! + 1) labels++;
  return labels;
}

function endsWith({ octets, length }: SearchName, start: number, apex: Uint8Array): boolean {
  const count = apex.length;
  if (length - start !== count) return false;
  for (let i = 0; i < count; i++) if (octets[start + i] !== apex[i]) return false;
  return true;
}
