import { equalNames, hashName, lowerCaseName, type SearchName } from '@dnsteer/wire';
import type { Answerer } from './answerer.ts';

/** A zone that is served, and what is asked of it for every query. */
export interface ServedZone {
  readonly answerer: Answerer;
  readonly labelCount: number;
}

const LEAST_SLOTS = 16;
const LEAST_OCTETS = 256;
/** A slot: the hash of the apex, and one more than the place of its octets (0: free). */
const SLOT_SHIFT = 1;

/**
 * The zones that are served, by the hash of their apex: open addressing, at most half of the slots taken. Numbers and names lie in one piece each, so
 * that a zone among thousands is found with few looks into memory.
 */
export class ZoneTable {
  #slots = new Int32Array(LEAST_SLOTS << SLOT_SHIFT);
  /** By slot. */
  #zones: (ServedZone | undefined)[] = new Array(LEAST_SLOTS).fill(undefined);
  /** Apexes in lower case, one behind the other. */
  #octets = new Uint8Array(LEAST_OCTETS);
  #end = 0;
  #count = 0;
  #maxLabels = -1;

  /** @returns false when a zone of that apex is there already. */
  add(answerer: Answerer): boolean {
    const apex = lowerCaseName(answerer.apex);
    const hash = hashName(apex);
    for (let slot = this.#firstSlot(hash); this.#zones[slot] !== undefined; slot = this.#slotAfter(slot)) {
      if (equalNames(this.#octets, apex, this.#apexAt(slot))) return false;
    }
    if (2 * ++this.#count > this.#zones.length) this.#grow();
    const labelCount = countLabels(apex);
    this.#put(hash, this.#keep(apex), { answerer, labelCount });
    this.#maxLabels = Math.max(this.#maxLabels, labelCount);
    return true;
  }

  /** The longest enclosing zone, among those with fewer than `belowLabels` labels in their apex; `undefined` when there is none. */
  find(sname: SearchName, belowLabels = 128): ServedZone | undefined {
    const slots = this.#slots;
    const mask = this.#zones.length - 1;
    for (let labels = Math.min(sname.labelCount, this.#maxLabels, belowLabels - 1); labels >= 0; labels--) {
      const label = sname.labelCount - labels;
      const hash = sname.suffixHashes[label]!;
      for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
        const at = slots[(slot << SLOT_SHIFT) + 1]! - 1;
        if (at < 0) break;
        if (slots[slot << SLOT_SHIFT] === hash && endsWith(sname, sname.labelOffsets[label]!, this.#octets, at)) return this.#zones[slot];
      }
    }
    return undefined;
  }

  #firstSlot(hash: number): number {
    return hash & (this.#zones.length - 1);
  }

  #slotAfter(slot: number): number {
    return (slot + 1) & (this.#zones.length - 1);
  }

  #apexAt(slot: number): number {
    return this.#slots[(slot << SLOT_SHIFT) + 1]! - 1;
  }

  #put(hash: number, apexAt: number, zone: ServedZone): void {
    let slot = this.#firstSlot(hash);
    while (this.#zones[slot] !== undefined) slot = this.#slotAfter(slot);
    this.#slots[slot << SLOT_SHIFT] = hash;
    this.#slots[(slot << SLOT_SHIFT) + 1] = apexAt + 1;
    this.#zones[slot] = zone;
  }

  /** @returns where it lies. */
  #keep(apex: Uint8Array): number {
    if (this.#end + apex.length > this.#octets.length) {
      const octets = new Uint8Array(2 * this.#octets.length);
      octets.set(this.#octets);
      this.#octets = octets;
    }
    this.#octets.set(apex, this.#end);
    this.#end += apex.length;
    return this.#end - apex.length;
  }

  #grow(): void {
    const slots = this.#slots;
    const zones = this.#zones;
    this.#slots = new Int32Array(2 * slots.length);
    this.#zones = new Array(2 * zones.length).fill(undefined);
    zones.forEach((zone, slot) => {
      if (zone !== undefined) this.#put(slots[slot << SLOT_SHIFT]!, slots[(slot << SLOT_SHIFT) + 1]! - 1, zone);
    });
  }
}

/** Labels of a wire name, the root not counted. */
function countLabels(name: Uint8Array): number {
  let labels = 0;
  for (let at = 0; name[at] !== 0; at += name[at]! + 1) labels++;
  return labels;
}

/** Whether the name ends, from `start` on, in the lower-case apex at `at`: a name that ends is at its root, so no length need be known. */
function endsWith({ octets, length }: SearchName, start: number, apexes: Uint8Array, at: number): boolean {
  for (let i = start; i < length; i++) if (octets[i] !== apexes[at + i - start]) return false;
  return true;
}
