import { equalNames, type SearchName } from '@dnsteer/wire';
import { firstSlot } from './layout.ts';
import { copyOctets, growColumn, OctetArena } from './octet-arena.ts';

const FIRST_SLOT_BITS = 6;

/**
 * The owner names of a zone and every name between them and the apex, each once, numbered as they came: the apex is 0, and a parent comes before
 * its children. The case is that of the first mention.
 */
export class NameTable {
  readonly #octets = new OctetArena();
  #slots = new Int32Array(1 << FIRST_SLOT_BITS);
  #slotBits = FIRST_SLOT_BITS;
  #nameAt = new Int32Array(32);
  #parent = new Int32Array(32);
  #hash = new Int32Array(32);
  #length = new Uint8Array(32);
  readonly #apexLabelCount: number;
  count = 0;

  constructor(apex: SearchName, apexOctets: Uint8Array) {
    this.#apexLabelCount = apex.labelCount;
    this.#insert(apexOctets, 0, apex.length, apex.suffixHashes[0], -1);
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
    while (--label >= 0) {
      const offset = sname.labelOffsets[label];
      found = this.#insert(name, at + offset, sname.length - offset, sname.suffixHashes[label], found);
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

  /** -1 for the apex. */
  parent(name: number): number {
    return this.#parent[name];
  }

  hash(name: number): number {
    return this.#hash[name];
  }

  /** The array that holds the name, at `offset(name)`. */
  chunk(name: number): Uint8Array {
    return this.#octets.chunk(this.#nameAt[name]);
  }

  offset(name: number): number {
    return this.#octets.offset(this.#nameAt[name]);
  }

  /** Octets of the name, the root octet included. */
  length(name: number): number {
    return this.#length[name];
  }

  /** A view of the name. */
  wireName(name: number): Uint8Array {
    const offset = this.offset(name);
    return this.chunk(name).subarray(offset, offset + this.length(name));
  }

  #find(sname: SearchName, label: number): number {
    const hash = sname.suffixHashes[label];
    const mask = (1 << this.#slotBits) - 1;
    for (let i = firstSlot(hash, this.#slotBits); ; i = (i + 1) & mask) {
      const name = this.#slots[i] - 1;
      if (name < 0) return -1;
      if (this.#hash[name] === hash && equalNames(sname.octets, this.chunk(name), sname.labelOffsets[label], this.offset(name)))
        return name;
    }
  }

  #insert(octets: Uint8Array, at: number, length: number, hash: number, parent: number): number {
    const name = this.count++;
    this.#nameAt = growColumn(this.#nameAt, name);
    this.#parent = growColumn(this.#parent, name);
    this.#hash = growColumn(this.#hash, name);
    this.#length = growColumn(this.#length, name);
    const place = this.#octets.reserve(length);
    copyOctets(octets, at, length, this.#octets.chunk(place), this.#octets.offset(place));
    this.#nameAt[name] = place;
    this.#parent[name] = parent;
    this.#hash[name] = hash;
    this.#length[name] = length;
    if (this.count * 2 > this.#slots.length) this.#rehash();
    else this.#place(name);
    return name;
  }

  #rehash(): void {
    this.#slotBits++;
    this.#slots = new Int32Array(1 << this.#slotBits);
    for (let name = 0; name < this.count; name++) this.#place(name);
  }

  #place(name: number): void {
    const mask = (1 << this.#slotBits) - 1;
    let i = firstSlot(this.#hash[name], this.#slotBits);
    while (this.#slots[i] !== 0) i = (i + 1) & mask;
    this.#slots[i] = name + 1;
  }
}
