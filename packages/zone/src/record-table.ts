import { TYPE } from '@dnsteer/wire';
import { copyOctets, growColumn, OctetArena } from './octet-arena.ts';

/**
 * Records in columns of typed arrays, numbered as they came and chained by owner.
 *
 * RDATA lies in an arena as [u16 RDLENGTH][RDATA], the form it has in the image.
 */
export class RecordTable {
  readonly #octets = new OctetArena();
  #type = new Uint16Array(64);
  #ttl = new Int32Array(64);
  #rdataAt = new Int32Array(64);
  #next = new Int32Array(64);
  #line = new Int32Array(64);
  #first = new Int32Array(32).fill(-1);
  #last = new Int32Array(32).fill(-1);
  count = 0;

  /** Appends a record to those of `owner`; `line` is 0 when it stands in no file. */
  add(owner: number, type: number, ttlSeconds: number, rdata: Uint8Array, line: number): void {
    const record = this.count++;
    this.#grow(record, owner);
    const at = this.#octets.reserve(rdata.length + 2);
    const chunk = this.#octets.chunk(at);
    const offset = this.#octets.offset(at);
    chunk[offset] = rdata.length >>> 8;
    chunk[offset + 1] = rdata.length & 0xff;
    copyOctets(rdata, 0, rdata.length, chunk, offset + 2);
    this.#type[record] = type;
    this.#ttl[record] = ttlSeconds;
    this.#rdataAt[record] = at;
    this.#line[record] = line;
    this.#next[record] = -1;
    if (this.#first[owner] < 0) this.#first[owner] = record;
    else this.#next[this.#last[owner]] = record;
    this.#last[owner] = record;
  }

  /** The first record of an owner, -1 when it has none. */
  first(owner: number): number {
    return owner < this.#first.length ? this.#first[owner] : -1;
  }

  /** The next record of the same owner, or -1. */
  next(record: number): number {
    return this.#next[record];
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
  chunk(record: number): Uint8Array {
    return this.#octets.chunk(this.#rdataAt[record]);
  }

  offset(record: number): number {
    return this.#octets.offset(this.#rdataAt[record]);
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
    this.#first[owner] = records.length === 0 ? -1 : records[0];
    for (let i = 0; i < records.length; i++) this.#next[records[i]] = i + 1 < records.length ? records[i + 1] : -1;
    this.#last[owner] = records.length === 0 ? -1 : records[records.length - 1];
  }

  lowerTtl(record: number, ttlSeconds: number): void {
    if (ttlSeconds < this.#ttl[record]) this.#ttl[record] = ttlSeconds;
  }

  #grow(record: number, owner: number): void {
    this.#type = growColumn(this.#type, record);
    this.#ttl = growColumn(this.#ttl, record);
    this.#rdataAt = growColumn(this.#rdataAt, record);
    this.#next = growColumn(this.#next, record);
    this.#line = growColumn(this.#line, record);
    const owners = this.#first.length;
    if (owner < owners) return;
    this.#first = growColumn(this.#first, owner).fill(-1, owners);
    this.#last = growColumn(this.#last, owner).fill(-1, owners);
  }
}
