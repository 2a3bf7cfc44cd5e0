import { TYPE } from '@dnsteer/wire';
import { copyOctets, growColumn, OctetArena, widenColumn } from './octet-arena.ts';

/**
 * Records in columns of typed arrays, numbered as they came and chained by owner.
 *
 * RDATA lies in an arena as [u16 RDLENGTH][RDATA], the form it has in the image.
 */
export class RecordTable {
  readonly arena = new OctetArena();
  #type = new Uint16Array(64);
  #ttl = new Int32Array(64);
  #rdataAt = new Int32Array(64);
  /** The next record of the owner + 1. */
  #next = new Int32Array(64);
  #line = new Int32Array(64);
  /** Of owners: the first record + 1 and the last one. */
  #first = new Int32Array(32);
  #last = new Int32Array(32);
  count = 0;
  /** Whether there ever were records of types that lie in an image in a way of their own: RRSIG, NSEC, NSEC3. */
  hasProofs = false;

  /** Says how many records and owners there will be, so that growing copies nothing. */
  expect(count: number, owners = 0): void {
    if (owners > this.#first.length) {
      this.#first = widenColumn(this.#first, owners);
      this.#last = widenColumn(this.#last, owners);
    }
    if (count <= this.#type.length) return;
    this.#type = widenColumn(this.#type, count);
    this.#ttl = widenColumn(this.#ttl, count);
    this.#rdataAt = widenColumn(this.#rdataAt, count);
    this.#next = widenColumn(this.#next, count);
    this.#line = widenColumn(this.#line, count);
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
    this.#type[record] = type;
    this.#ttl[record] = ttlSeconds;
    this.#rdataAt[record] = at;
    this.#line[record] = line;
    // 0 is none, so that new columns need not be filled.
    if (this.#first[owner] === 0) this.#first[owner] = record + 1;
    else this.#next[this.#last[owner]] = record + 1;
    this.#last[owner] = record;
  }

  /** The first record of an owner, -1 when it has none. */
  first(owner: number): number {
    return owner < this.#first.length ? this.#first[owner] - 1 : -1;
  }

  /** The only record of an owner, if that is one of no particular type; else -1. */
  only(owner: number): number {
    const record = this.first(owner);
    return record < 0 || this.#next[record] !== 0 || isProof(this.#type[record]) ? -1 : record;
  }

  /** The next record of the same owner, or -1. */
  next(record: number): number {
    return this.#next[record] - 1;
  }

  type(record: number): number {
    return this.#type[record];
  }

  ttlSeconds(record: number): number {
    return this.#ttl[record];
  }

  line(record: number): number {
    return this.#line[record];
  }

  /** The array that holds [u16 RDLENGTH][RDATA], at `offset(record)`. */
  chunk(_record: number): Uint8Array {
    return this.arena.octets;
  }

  offset(record: number): number {
    return this.#rdataAt[record];
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
    const type = this.#type[record];
    if (type !== TYPE.RRSIG) return type * 0x10000;
    const chunk = this.chunk(record);
    const offset = this.offset(record) + 2;
    return type * 0x10000 + ((chunk[offset] << 8) | chunk[offset + 1]);
  }

  /** Chains exactly these records of `owner`, in this order. Those left out are gone. */
  relink(owner: number, records: readonly number[]): void {
    this.#first[owner] = records.length === 0 ? 0 : records[0] + 1;
    for (let i = 0; i < records.length; i++) this.#next[records[i]] = i + 1 < records.length ? records[i + 1] + 1 : 0;
    this.#last[owner] = records.length === 0 ? 0 : records[records.length - 1];
  }

  lowerTtl(record: number, ttlSeconds: number): void {
    if (ttlSeconds < this.#ttl[record]) this.#ttl[record] = ttlSeconds;
  }

  #grow(record: number, owner: number): void {
    if (record >= this.#type.length) this.expect(Math.max(record + 1, this.#type.length * 2));
    if (owner < this.#first.length) return;
    this.#first = growColumn(this.#first, owner);
    this.#last = growColumn(this.#last, owner);
  }
}

function isProof(type: number): boolean {
  return type === TYPE.RRSIG || type === TYPE.NSEC || type === TYPE.NSEC3;
}
