import { LOWER_CASE } from './name-hash.ts';
import type { SearchName } from './search-name.ts';

/** No pointer reaches farther (RFC 1035 4.1.4). */
const MAX_TARGET = 0x3fff;
const SLOTS = 1024;
/** Half of the slots, so that a search ends soon; names past that many are still found a target, but become none. */
const MAX_TARGETS = 512;
const SLOT_SHIFT = 22;

/**
 * The names of a message that a compression pointer may point to, by the hash of each suffix.
 *
 * Targets are forgotten in the reverse order of their making only; that leaves open addressing whole without tombstones.
 */
export class CompressionTargets {
  /** [slot] is the index of a target plus 1; 0: free. */
  readonly #slots = new Uint16Array(SLOTS);
  readonly #targetSlots = new Uint16Array(MAX_TARGETS);
  readonly #hashes = new Int32Array(MAX_TARGETS);
  readonly #offsets = new Uint16Array(MAX_TARGETS);
  count = 0;

  /** Forgets all but the first `count` targets. */
  truncate(count: number): void {
    while (this.count > count) this.#slots[this.#targetSlots[--this.count]] = 0;
  }

  /** Makes `offset` a target for the suffix with that hash, if it is near enough and there is room. */
  add(hash: number, offset: number): void {
    if (offset > MAX_TARGET || this.count === MAX_TARGETS) return;
    let slot = hash >>> SLOT_SHIFT;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
    this.#targetSlots[this.count] = slot;
    this.#hashes[this.count] = hash;
    this.#offsets[this.count] = offset;
    this.#slots[slot] = ++this.count;
  }

  /** The hashes of the targets from `first` on, in the order of their making. */
  hashesFrom(first: number): Int32Array {
    return this.#hashes.slice(first, this.count);
  }

  /** The offsets of the targets from `first` on, in the order of their making. */
  offsetsFrom(first: number): Uint16Array {
    return this.#offsets.slice(first, this.count);
  }

  /** Where in `message` the suffix of `name` from `label` on is written already, in any case; -1: nowhere. */
  find(message: Uint8Array, name: SearchName, label: number): number {
    const hash = name.suffixHashes[label];
    let slot = hash >>> SLOT_SHIFT;
    for (;;) {
      const target = this.#slots[slot] - 1;
      if (target < 0) return -1;
      if (this.#hashes[target] === hash && namesMatch(message, this.#offsets[target], name.octets, name.labelOffsets[label])) {
        return this.#offsets[target];
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
  }
}

/** Whether the name that we wrote at `message[at]`, compressed or not, is the lower-case name at `name[nameAt]`. */
function namesMatch(message: Uint8Array, at: number, name: Uint8Array, nameAt: number): boolean {
  for (;;) {
    let lengthOctet = message[at];
    while (lengthOctet >= 0xc0) {
      at = ((lengthOctet & 0x3f) << 8) | message[at + 1];
      lengthOctet = message[at];
    }
    if (lengthOctet !== name[nameAt]) return false;
    if (lengthOctet === 0) return true;
    for (let i = 1; i <= lengthOctet; i++) {
      if (LOWER_CASE[message[at + i]] !== name[nameAt + i]) return false;
    }
    at += lengthOctet + 1;
    nameAt += lengthOctet + 1;
  }
}
