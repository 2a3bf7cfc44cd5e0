import { nameLength, SearchName } from '@dnsteer/wire';
import { sortCanonically } from './canonical-order.ts';
import { DynamicTable } from './dynamic-table.ts';
import { zoneError } from './errors.ts';
import { NameTable } from './name-table.ts';
import { decideFacts, type NodeFacts } from './node-facts.ts';
import { RecordTable } from './record-table.ts';
import { arrangeRecords, Mended } from './rrset-order.ts';
import { Scratch } from './scratch.ts';
import type { SourceText } from './source-text.ts';

/** How much there is in a store, or will be. */
export interface ZoneSize {
  readonly names: number;
  readonly nameOctets: number;
  readonly records: number;
  readonly rdataOctets: number;
}

/** Files are not quite as dense at their start as later. */
const ROOM = 1.1;
const MAX_EXPECTED = 2 ** 30;
/** In all columns, and in those of the sort and of the plan of an image; a hash table may be made twice. */
const OCTETS_PER_NAME = 96;
const OCTETS_PER_RECORD = 20;

/** What a ZoneBuilder collects; the checks, the image writer and the iteration read it. */
export class ZoneStore {
  readonly apex: Uint8Array;
  readonly apexLabelCount: number;
  readonly names: NameTable;
  /** Where what is large lies. */
  readonly scratch = new Scratch();
  readonly records = new RecordTable(this.scratch);
  readonly dynamics = new DynamicTable();
  readonly mended = new Mended();
  /** What the records were read from, for the columns of problems. */
  sourceText: SourceText | undefined;
  readonly #sname = new SearchName();
  readonly #found = { name: -1, isWhole: false };
  readonly #files: { fromRecord: number; file: string }[] = [{ fromRecord: 0, file: '' }];
  #order: Int32Array | undefined;
  #facts: NodeFacts | undefined;
  #arranged = 0;
  /** The first file that records came from. */
  mainFile = '';
  #file = '';
  #line = 0;

  constructor(apex: Uint8Array) {
    if (!this.#sname.set(apex)) throw zoneError('ERR_ZONE_NAME', 'the apex is no whole wire name');
    this.apex = apex.slice(0, this.#sname.length);
    this.apexLabelCount = this.#sname.labelCount;
    this.names = new NameTable(this.#sname, this.apex, this.scratch);
  }

  /**
   * The number of the owner name at the start of `owner`; new names are taken in.
   *
   * @throws ZoneError ERR_ZONE_NAME, ERR_ZONE_OUT_OF_ZONE.
   */
  intern(owner: Uint8Array): number {
    const sname = this.#sname;
    if (!sname.set(owner)) throw zoneError('ERR_ZONE_NAME', 'an owner that is no whole wire name');
    if (!this.#isInZone()) throw zoneError('ERR_ZONE_OUT_OF_ZONE', 'an owner that is not at or below the apex');
    return this.names.intern(sname, owner);
  }

  /**
   * The number of the name at the start of `name`, or of its closest encloser in the zone; -1 when it is in no zone of ours. Nothing is taken in.
   *
   * @returns with `isWhole` whether it is the name itself. Valid until the next call.
   */
  closest(name: Uint8Array, at = 0): { readonly name: number; readonly isWhole: boolean } {
    const sname = this.#sname;
    const found = this.#found;
    found.name = sname.set(name, at) && this.#isInZone() ? this.names.closest(sname) : -1;
    found.isWhole = found.name >= 0 && this.names.length(found.name) === sname.length;
    return found;
  }

  setPlace(file: string, line: number): void {
    this.#file = file;
    this.#line = line;
    if (this.mainFile === '') this.mainFile = file;
  }

  /**
   * Appends a record, as `addRecord` does, whose RDATA the caller has written into the arena of the records.
   *
   * @param line - in the file that `setPlace` was told last.
   */
  appendRecord(owner: number, type: number, ttlSeconds: number, length: number, line: number): void {
    this.#takeFile();
    this.records.append(owner, type, ttlSeconds, length, line);
  }

  addRecord(owner: number, type: number, ttlSeconds: number, rdata: Uint8Array): void {
    this.#takeFile();
    this.records.add(owner, type, ttlSeconds, rdata, this.#line);
  }

  /**
   * Says that what has come since `before` is one of `times` equal parts of what will come in all: a guess, so that growing copies nothing. Memory
   * that is never written to costs nothing.
   */
  expectMore(before: ZoneSize, times: number): void {
    if (!(times > 1)) return;
    const { names, records, size } = this;
    const expected = (now: number, then: number) => Math.min(MAX_EXPECTED, Math.ceil(then + (now - then) * times * ROOM));
    const nameCount = expected(size.names, before.names);
    const recordCount = expected(size.records, before.records);
    const nameOctets = expected(size.nameOctets, before.nameOctets);
    const rdataOctets = expected(size.rdataOctets, before.rdataOctets);
    this.scratch.expect(nameCount * OCTETS_PER_NAME + recordCount * OCTETS_PER_RECORD + nameOctets + rdataOctets);
    names.arena.expect(nameOctets);
    names.expect(nameCount);
    records.arena.expect(rdataOctets);
    records.expect(recordCount, names.offsets.length);
  }

  get size(): ZoneSize {
    const { names, records } = this;
    return { names: names.count, nameOctets: names.arena.end, records: records.count, rdataOctets: records.arena.end };
  }

  addDynamic(owner: Uint8Array, types: readonly number[], dynamicId: number, maxTtlSeconds: number): void {
    this.dynamics.checkTypes(types);
    this.#facts = undefined;
    this.dynamics.add(this.intern(owner), types, dynamicId, maxTtlSeconds);
  }

  /** The file that a record was read from. */
  fileOf(record: number): string {
    let low = 0;
    let high = this.#files.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#files[middle].fromRecord <= record) low = middle + 1;
      else high = middle;
    }
    return this.#files[low - 1].file;
  }

  /** Sorts each owner's records into RRsets, without duplicates and with one TTL (RFC 2181 5). */
  arrange(): void {
    if (this.#arranged === this.records.count) return;
    arrangeRecords(this.records, this.mended);
    this.#arranged = this.records.count;
  }

  /** What the names are, by their number. */
  facts(): NodeFacts {
    return (this.#facts ??= decideFacts(this));
  }

  /** Numbers of the names in canonical order. */
  order(): Int32Array {
    if (this.#order?.length !== this.names.count) this.#order = sortCanonically(this.names, this.scratch);
    return this.#order;
  }

  /** Before a record is added: it may be of another file than those before. */
  #takeFile(): void {
    const last = this.#files[this.#files.length - 1];
    this.#facts = undefined;
    if (last.file !== this.#file) this.#files.push({ fromRecord: this.records.count, file: this.#file });
  }

  #isInZone(): boolean {
    const { octets, labelOffsets, labelCount, length } = this.#sname;
    const below = labelCount - this.apexLabelCount;
    if (below < 0) return false;
    let at = labelOffsets[below];
    if (length - at !== nameLength(this.apex)) return false;
    for (const octet of this.apex) {
      const lowerCase = octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
      if (octets[at++] !== lowerCase) return false;
    }
    return true;
  }
}
