import { TYPE } from '@dnsteer/wire';
import { copyOctets, grownLength, OctetArena, widened } from './octet-arena.ts';
import type { Scratch } from './scratch.ts';

/**
 * Records in columns of typed arrays, numbered as they came and chained by owner.
 *
 * RDATA lies in an arena as [u16 RDLENGTH][RDATA], the form it has in the image.
 */
export class RecordTable {
  readonly arena: OctetArena;
  readonly #scratch: Scratch;
  // Columns by record, valid until the next is added; those who go over all records take them as they are.
  types: Uint16Array = new Uint16Array(64);
  ttls: Int32Array = new Int32Array(64);
  /** Where in the arena its RDATA lies. */
  offsets: Int32Array = new Int32Array(64);
  /** The next record of the owner + 1; 0: none. */
  nexts: Int32Array = new Int32Array(64);
  #line: Int32Array = new Int32Array(64);
  /** By owner: its first record + 1; 0, or no place at all: none. */
  firsts: Int32Array = new Int32Array(32);
  #last: Int32Array = new Int32Array(32);
  /** Owners of more than one record, as they came. */
  #several: Int32Array = new Int32Array(32);
  #severalCount = 0;
  count = 0;
  /** Whether there ever were RRSIG, NSEC or NSEC3 records. */
  hasProofs = false;

  constructor(scratch: Scratch) {
    this.#scratch = scratch;
    this.arena = new OctetArena(scratch);
  }

  /** Says how many records and owners there will be, so that growing copies nothing. */
  expect(count: number, owners: number): void {
    const scratch = this.#scratch;
    if (owners > this.firsts.length) {
      this.firsts = widened(this.firsts, scratch.int32(owners));
      this.#last = widened(this.#last, scratch.int32(owners));
    }
    if (count <= this.types.length) return;
    this.types = widened(this.types, scratch.uint16(count));
    this.ttls = widened(this.ttls, scratch.int32(count));
    this.offsets = widened(this.offsets, scratch.int32(count));
    this.nexts = widened(this.nexts, scratch.int32(count));
    this.#line = widened(this.#line, scratch.int32(count));
  }

  /** Appends a record to those of `owner`; `line` is 0 when it stands in no file. */
  add(owner: number, type: number, ttlSeconds: number, rdata: Uint8Array, line: number): void {
    const at = this.arena.room(rdata.length + 2);
    copyOctets(rdata, 0, rdata.length, this.arena.octets, at + 2);
    this.append(owner, type, ttlSeconds, rdata.length, line);
  }

  /** As `add`, of RDATA that the caller has written into the arena, two octets behind its end. */
  append(owner: number, type: number, ttlSeconds: number, length: number, line: number): void {
    const record = this.count++;
    this.#grow(record, owner);
    const at = this.arena.take(length + 2);
    const { octets } = this.arena;
    octets[at] = length >>> 8;
    octets[at + 1] = length & 0xff;
    if (isProof(type)) this.hasProofs = true;
    this.types[record] = type;
    this.ttls[record] = ttlSeconds;
    this.offsets[record] = at;
    this.#line[record] = line;
    // 0 is none, so that new columns need not be filled.
    if (this.firsts[owner] === 0) this.firsts[owner] = record + 1;
    else this.#chain(owner, record);
    this.#last[owner] = record;
  }

  /** The first record of an owner, -1 when it has none. */
  first(owner: number): number {
    return owner < this.firsts.length ? this.firsts[owner] - 1 : -1;
  }

  /** The owners that have, or had, more than one record, ascending. */
  severalOwners(): Int32Array {
    return this.#several.slice(0, this.#severalCount).sort();
  }

  /** The next record of the same owner, or -1. */
  next(record: number): number {
    return this.nexts[record] - 1;
  }

  type(record: number): number {
    return this.types[record];
  }

  ttlSeconds(record: number): number {
    return this.ttls[record];
  }

  line(record: number): number {
    return this.#line[record];
  }

  /** The array that holds [u16 RDLENGTH][RDATA], at `offset(record)`. */
  chunk(_record: number): Uint8Array {
    return this.arena.octets;
  }

  offset(record: number): number {
    return this.offsets[record];
  }

  /** RDLENGTH. */
  length(record: number): number {
    const chunk = this.chunk(record);
    const offset = this.offset(record);
    return (chunk[offset] << 8) | chunk[offset + 1];
  }

  /** A view of the RDATA, valid until the next record is added. */
  rdata(record: number): Uint8Array {
    const offset = this.offset(record) + 2;
    return this.chunk(record).subarray(offset, offset + this.length(record));
  }

  /** TYPE, and for an RRSIG the type it covers (the first field of its RDATA, RFC 4034 3.1): records of one value belong together. */
  group(record: number): number {
    const type = this.types[record];
    if (type !== TYPE.RRSIG) return type * 0x10000;
    const chunk = this.chunk(record);
    const offset = this.offset(record) + 2;
    return type * 0x10000 + ((chunk[offset] << 8) | chunk[offset + 1]);
  }

  /** Chains exactly these records of `owner`, in this order. Those left out are gone. */
  relink(owner: number, records: readonly number[]): void {
    this.firsts[owner] = records.length === 0 ? 0 : records[0] + 1;
    for (let i = 0; i < records.length; i++) this.nexts[records[i]] = i + 1 < records.length ? records[i + 1] + 1 : 0;
    this.#last[owner] = records.length === 0 ? 0 : records[records.length - 1];
  }

  lowerTtl(record: number, ttlSeconds: number): void {
    if (ttlSeconds < this.ttls[record]) this.ttls[record] = ttlSeconds;
  }

  #chain(owner: number, record: number): void {
    const last = this.#last[owner];
    this.nexts[last] = record + 1;
    if (this.firsts[owner] !== last + 1) return;
    const length = this.#several.length;
    if (this.#severalCount === length) this.#several = widened(this.#several, new Int32Array(length * 2));
    this.#several[this.#severalCount++] = owner;
  }

  #grow(record: number, owner: number): void {
    if (record >= this.types.length) this.expect(grownLength(this.types.length, record), 0);
    if (owner >= this.firsts.length) this.expect(0, grownLength(this.firsts.length, owner));
  }
}

/** Whether records of a type lie in an image in a way of their own. */
export function isProof(type: number): boolean {
  return type === TYPE.RRSIG || type === TYPE.NSEC || type === TYPE.NSEC3;
}
