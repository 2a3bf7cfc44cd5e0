import { equalNames, type SearchName } from '@dnsteer/wire';
import { firstSlot } from './layout.ts';
import { copyOctets, grownLength, OctetArena, widened } from './octet-arena.ts';
import type { Scratch } from './scratch.ts';

const FIRST_SLOT_BITS = 6;

/**
 * The owner names of a zone and every name between them and the apex, each once, numbered as they came: the apex is 0, and a parent comes before
 * its children. The case is that of the first mention.
 *
 * A hash slot holds number + 1 in its low `slotBits` bits and low bits of the name's hash above them, so that most slots of other names are told
 * by themselves.
 */
export class NameTable {
  /** Names in wire form; one that came together with a name below it is the end of that one's octets. */
  readonly arena: OctetArena;
  /** At most two thirds are taken, as in an image. */
  slots: Int32Array = new Int32Array(1 << FIRST_SLOT_BITS);
  slotBits = FIRST_SLOT_BITS;
  // Columns by number, valid until the next name is put in; those who go over all names take them as they are.
  /** Where in the arena a name lies. */
  offsets: Int32Array = new Int32Array(32);
  parents: Int32Array = new Int32Array(32);
  lengths: Uint8Array = new Uint8Array(32);
  #hash: Int32Array = new Int32Array(32);
  readonly #apexLabelCount: number;
  count = 0;

  readonly #scratch: Scratch;

  constructor(apex: SearchName, apexOctets: Uint8Array, scratch: Scratch) {
    this.#scratch = scratch;
    this.arena = new OctetArena(scratch);
    this.#apexLabelCount = apex.labelCount;
    this.add(this.#copy(apexOctets, 0, apex.length), apex.length, apex.suffixHashes[0], -1);
  }

  /** Says how many names there will be, so that growing copies nothing. */
  expect(count: number): void {
    let bits = this.slotBits;
    // A table that is larger than it has to be costs more than to make a larger one once more.
    while (count * 1.25 > 2 ** bits && bits < 30) bits++;
    if (bits > this.slotBits) this.#rehash(bits);
    if (count > this.offsets.length) this.#widen(count);
  }

  /**
   * The number of a name at or below the apex; the name and what is missing between it and the apex are put in.
   *
   * @param name - `sname` in the case it was given in, at `at`.
   */
  intern(sname: SearchName, name: Uint8Array, at = 0): number {
    let label = 0;
    let found = -1;
    const below = sname.labelCount - this.#apexLabelCount;
    while (label < below) {
      found = this.#find(sname, label);
      if (found >= 0) break;
      label++;
    }
    if (found < 0) found = 0;
    if (label === 0) return found;
    const nameAt = this.#copy(name, at, sname.length);
    while (--label >= 0) {
      const offset = sname.labelOffsets[label];
      found = this.add(nameAt + offset, sname.length - offset, sname.suffixHashes[label], found);
    }
    return found;
  }

  /**
   * The number of a name at or below the apex, or of the closest encloser that the table has: then `length` of it is less than that of `sname`.
   * Nothing is put in.
   */
  closest(sname: SearchName): number {
    for (let label = 0; label < sname.labelCount - this.#apexLabelCount; label++) {
      const found = this.#find(sname, label);
      if (found >= 0) return found;
    }
    return 0;
  }

  /**
   * The number of the name one label below `parent`, or -1.
   *
   * @param hash - of the name.
   * @param octets - the label, in any case, at `at`.
   */
  child(parent: number, hash: number, octets: Uint8Array, at: number): number {
    const { slots, slotBits } = this;
    const mask = (1 << slotBits) - 1;
    const tag = hash << slotBits;
    for (let i = firstSlot(hash, slotBits); ; i = (i + 1) & mask) {
      const slot = slots[i];
      if (slot === 0) return -1;
      if ((slot & ~mask) !== tag) continue;
      const name = (slot & mask) - 1;
      if (this.parents[name] === parent && sameLabel(this.arena.octets, this.offsets[name], octets, at)) return name;
    }
  }

  /**
   * Puts a name in that isn't there.
   *
   * @param at - where it lies in the arena.
   * @param length - octets.
   */
  add(at: number, length: number, hash: number, parent: number): number {
    const name = this.count++;
    if (name === this.offsets.length) this.#widen(grownLength(name, name));
    this.offsets[name] = at;
    this.parents[name] = parent;
    this.#hash[name] = hash;
    this.lengths[name] = length;
    if (this.count * 1.5 > this.slots.length) this.#rehash(this.slotBits + 1);
    else this.#place(name, hash);
    return name;
  }

  /** -1 for the apex. */
  parent(name: number): number {
    return this.parents[name];
  }

  hash(name: number): number {
    return this.#hash[name];
  }

  /** The array that holds the name, at `offset(name)`. */
  chunk(_name: number): Uint8Array {
    return this.arena.octets;
  }

  offset(name: number): number {
    return this.offsets[name];
  }

  /** Octets of the name, the root octet included. */
  length(name: number): number {
    return this.lengths[name];
  }

  /** A view of the name. */
  wireName(name: number): Uint8Array {
    const offset = this.offset(name);
    return this.arena.octets.subarray(offset, offset + this.length(name));
  }

  #copy(name: Uint8Array, at: number, length: number): number {
    const to = this.arena.room(length);
    copyOctets(name, at, length, this.arena.octets, to);
    return this.arena.take(length);
  }

  #find(sname: SearchName, label: number): number {
    const { slots, slotBits } = this;
    const hash = sname.suffixHashes[label];
    const mask = (1 << slotBits) - 1;
    const tag = hash << slotBits;
    for (let i = firstSlot(hash, slotBits); ; i = (i + 1) & mask) {
      const slot = slots[i];
      if (slot === 0) return -1;
      if ((slot & ~mask) !== tag) continue;
      const name = (slot & mask) - 1;
      if (equalNames(sname.octets, this.arena.octets, sname.labelOffsets[label], this.offsets[name])) return name;
    }
  }

  #widen(length: number): void {
    const scratch = this.#scratch;
    this.offsets = widened(this.offsets, scratch.int32(length));
    this.parents = widened(this.parents, scratch.int32(length));
    this.#hash = widened(this.#hash, scratch.int32(length));
    this.lengths = widened(this.lengths, scratch.uint8(length));
  }

  #rehash(slotBits: number): void {
    this.slotBits = slotBits;
    this.slots = this.#scratch.int32(1 << slotBits);
    for (let name = 0; name < this.count; name++) this.#place(name, this.#hash[name]);
  }

  #place(name: number, hash: number): void {
    const { slots, slotBits } = this;
    const mask = (1 << slotBits) - 1;
    let i = firstSlot(hash, slotBits);
    while (slots[i] !== 0) i = (i + 1) & mask;
    slots[i] = (hash << slotBits) | (name + 1);
  }
}

/** Whether two labels are the same but for the case of their letters (RFC 4343 3). */
function sameLabel(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): boolean {
  const length = a[aAt];
  if (b[bAt] !== length) return false;
  for (let left = length; left > 0; left--) {
    const one = a[++aAt];
    const other = b[++bAt];
    if (one === other) continue;
    const letter = one | 0x20;
    if (letter !== (other | 0x20) || letter < 0x61 || letter > 0x7a) return false;
  }
  return true;
}
