import { equalNames, type SearchName } from '@dnsteer/wire';
import { zoneError } from './errors.ts';
import {
  firstSlot,
  HEADER,
  NODE_FLAGS,
  NODE_NAME_AT,
  NODE_SHIFT,
  ORDER_WORDS,
  OVERLAY,
  OVERLAY_HEADER_WORDS,
  OVERLAY_MAGIC,
  OVERLAY_SLOT_WORDS,
  TOMBSTONE,
  VERSION,
} from './layout.ts';
import { NsecIndex } from './nsec-index.ts';

/** The overlay has nothing of the name: what the image says holds. */
export const UNCHANGED = -1;
/** The name is gone. */
export const GONE = -2;

/** Which nodes behind an image a version of the zone has: read in place, by any thread. Nobody writes to it. */
export class Overlay {
  readonly shared: SharedArrayBuffer;
  readonly header: Int32Array;
  readonly #words: Int32Array;
  readonly #imageWords: Int32Array;
  readonly #octets: Uint8Array;
  readonly #nodes: number;
  readonly #nsecs: NsecIndex;
  readonly #slotBits: number;
  readonly #slotMask: number;
  readonly #order: number;
  readonly #orderCount: number;

  /**
   * @param imageHeader - of the image that it lies over, and so are `imageWords` and `octets`.
   * @throws ZoneError ERR_ZONE_IMAGE when `shared` holds no overlay of this image.
   */
  constructor(shared: SharedArrayBuffer, imageHeader: Int32Array, imageWords: Int32Array, octets: Uint8Array) {
    const words = new Int32Array(shared, 0, shared.byteLength >> 2);
    const fits =
      words.length >= OVERLAY_HEADER_WORDS &&
      words[OVERLAY.MAGIC] === OVERLAY_MAGIC &&
      words[OVERLAY.VERSION] === VERSION &&
      words[OVERLAY.IMAGE_OCTETS] === imageHeader[HEADER.IMAGE_OCTETS];
    if (!fits) throw zoneError('ERR_ZONE_IMAGE', 'the shared memory holds no overlay of this zone image');
    this.shared = shared;
    this.header = words.subarray(0, OVERLAY_HEADER_WORDS);
    this.#words = words;
    this.#imageWords = imageWords;
    this.#octets = octets;
    this.#nodes = imageHeader[HEADER.NODES_AT];
    this.#nsecs = new NsecIndex(imageHeader, imageWords, octets);
    this.#slotBits = words[OVERLAY.SLOT_BITS];
    this.#slotMask = (1 << this.#slotBits) - 1;
    this.#order = words[OVERLAY.ORDER_AT];
    this.#orderCount = words[OVERLAY.ORDER_COUNT];
  }

  /** The node of the name from label `label` of sname on; UNCHANGED or GONE. */
  node(sname: SearchName, label: number): number {
    return this.nodeOf(sname.octets, sname.labelOffsets[label], sname.suffixHashes[label]);
  }

  /** The node of a name with this hash, in any case; UNCHANGED or GONE. */
  nodeOf(name: Uint8Array, at: number, hash: number): number {
    const words = this.#words;
    const imageWords = this.#imageWords;
    for (let i = firstSlot(hash, this.#slotBits); ; i = (i + 1) & this.#slotMask) {
      const slot = OVERLAY_HEADER_WORDS + i * OVERLAY_SLOT_WORDS;
      const node = words[slot + 1];
      if (node === 0) return UNCHANGED;
      if (words[slot] !== hash) continue;
      const row = this.#nodes + (node << NODE_SHIFT);
      if (equalNames(this.#octets, name, imageWords[row + NODE_NAME_AT], at))
        return (imageWords[row + NODE_FLAGS] & TOMBSTONE) === 0 ? node : GONE;
    }
  }

  /**
   * The owner of the NSEC that matches `sname`, or else covers it, in this version.
   *
   * @param last - the last entry of the image's NSEC index that is at or before sname; -1: none.
   * @returns -1 when there is none.
   */
  nsecAtOrBefore(sname: SearchName, last: number): number {
    const words = this.#words;
    const nsecs = this.#nsecs;
    for (let entry = this.#orderAtOrBefore(sname) - 1; entry >= 0; entry--) {
      const at = this.#order + entry * ORDER_WORDS;
      const first = words[at];
      const second = words[at + 1];
      // An entry of the index behind this node is there: a run that holds it would have been met before.
      if (first >= 0) return last >= second ? nsecs.node(last) : first;
      if (last > second) break;
      // Between the run and what the index has before it there may be a node.
      last = Math.min(last, ~first - 1);
    }
    return last < 0 ? -1 : nsecs.node(last);
  }

  /** All nodes behind the image that this version has, tombstones too, in no order. */
  *nodes(): Generator<number, void, undefined> {
    for (let i = 0; i <= this.#slotMask; i++) {
      const node = this.#words[OVERLAY_HEADER_WORDS + i * OVERLAY_SLOT_WORDS + 1];
      if (node !== 0) yield node;
    }
  }

  /** How many entries of the order begin at or before a name. */
  #orderAtOrBefore(sname: SearchName): number {
    const nsecs = this.#nsecs;
    let low = 0;
    let high = this.#orderCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const first = this.#words[this.#order + middle * ORDER_WORDS];
      if (nsecs.compare(first >= 0 ? first : nsecs.node(~first), sname) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
