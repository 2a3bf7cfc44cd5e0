import { clientSubnetOctets, OptionList, writeClientSubnet } from './edns-options.ts';
import { WireError } from './errors.ts';
import { NameWriter, NO_ROOM } from './name-writer.ts';
import { copyOctets, writeU16 } from './octets.ts';
import { findPointers, type PreparedRecords } from './prepared.ts';
import { AA, DNSSEC_OK, HEADER_OCTETS, OPCODE_BITS, QR, RD, TC } from './protocol.ts';
import { QueryView } from './query.ts';
import { CLASS, RCODE, TYPE } from './types.ts';

/** As `ownerAt` of {@link ResponseWriter.rrset}: the owner is the question's name. */
export const QNAME = -1;

export const SECTION = { ANSWER: 1, AUTHORITY: 2, ADDITIONAL: 3 } as const;
export type Section = (typeof SECTION)[keyof typeof SECTION];

const QNAME_POINTER = 0xc000 | HEADER_OCTETS;
const OPT_OCTETS = 11;
const MAX_MESSAGE_OCTETS = 0xffff;
/** TYPE, CLASS, TTL. */
const FIXED_OCTETS = 8;
const FIELDS_OF_A_MARK = 4;
/** Behind the longest question, every pointer to prepared records and in them is in reach (RFC 1035 4.1.4). */
const MAX_PREPARED_OCTETS = 0x3000;

/**
 * Writes one response at a time into the caller's buffer, with name compression (RFC 1035 4.1.4). Made once, begun for each response.
 *
 * Between `begin` and `finish` the writer owns `out`, and the query must stay as it is.
 */
export class ResponseWriter {
  /** RCODE, 0-4095. One above 15 needs EDNS in the query (RFC 6891 6.1.3); else it goes out as SERVFAIL. */
  rcode = 0;
  /** AA. */
  authoritative = false;
  /** TC. */
  truncated = false;
  /** CLASS of the records, 1-255; IN unless another is set. */
  recordClass: number = CLASS.IN;
  /** SCOPE PREFIX-LENGTH in bits, for a query with a client subnet. */
  scopePrefix = 0;
  /** What OPT tells as our UDP payload size; stays from one response to the next. */
  udpPayloadOctets = 1232;

  #query = new QueryView();
  #out: Uint8Array = new Uint8Array(0);
  #limit = 0;
  /** Octets that the records may fill: OPT and its options come after. */
  #recordsEnd = 0;
  #at = 0;
  #section: number = SECTION.ANSWER;
  #answers = 0;
  #authorities = 0;
  #additionals = 0;
  readonly #names = new NameWriter();
  readonly #options = new OptionList();
  #marks = new Uint32Array(64 * FIELDS_OF_A_MARK);
  #markCount = 0;

  /** Octets written so far, without OPT; after `finish` all of them. */
  get length(): number {
    return this.#at;
  }

  /** Octets that the message has if it is finished now, OPT and its options counted. */
  get messageOctets(): number {
    return this.#query.hasEdns ? this.#at + OPT_OCTETS + clientSubnetOctets(this.#query) + this.#options.length : this.#at;
  }

  /** Octets that records, or options with their four octets of code and length, may still take. */
  get freeOctets(): number {
    return this.#recordsEnd - this.#at;
  }

  /**
   * Starts a response: header and question, its case kept. With EDNS in the query, room for OPT and the client subnet is kept back.
   *
   * @param query - as any status of `parseQuery` but DROP left it.
   * @param limitOctets - the most that the message may have; at most `out.length` and 65535 are used.
   * @throws WireError ERR_WIRE_MESSAGE_LENGTH when not even the question fits (512 octets are always enough).
   */
  begin(query: QueryView, out: Uint8Array, limitOctets: number): void {
    this.#query = query;
    this.#out = out;
    this.#limit = Math.min(limitOctets, out.length, MAX_MESSAGE_OCTETS);
    this.#recordsEnd = this.#limit - (query.hasEdns ? OPT_OCTETS + clientSubnetOctets(query) : 0);
    const { questionEnd } = query;
    if (questionEnd > this.#recordsEnd)
      throw new WireError('ERR_WIRE_MESSAGE_LENGTH', this.#limit + ' octets have no room for the question');
    this.rcode = 0;
    this.authoritative = false;
    this.truncated = false;
    this.recordClass = CLASS.IN;
    this.scopePrefix = 0;
    this.#options.length = 0;
    this.clearSections();
    copyOctets(query.packet, HEADER_OCTETS, out, HEADER_OCTETS, questionEnd - HEADER_OCTETS);
  }

  /**
   * Goes on in another buffer, with what is written so far: for an answer that comes later than the first buffer lasts.
   *
   * @param out - at least as long as the limit of `begin`.
   */
  moveTo(out: Uint8Array): void {
    copyOctets(this.#out, 0, out, 0, this.#at);
    this.#out = out;
    this.#names.moveTo(out);
  }

  /** Takes back every record; RCODE, flags, options and scope stay. Marks made before are void. */
  clearSections(): void {
    this.#at = this.#query.questionEnd;
    this.#section = SECTION.ANSWER;
    this.#answers = this.#authorities = this.#additionals = 0;
    this.#names.begin(this.#out, this.#query.qname, HEADER_OCTETS);
    this.#markCount = 0;
  }

  /**
   * Writes an RRset of class `recordClass`, all of it or nothing.
   *
   * @param section - never lower than that of the call before.
   * @param owner - has the owner's wire name at `ownerAt`; not looked at when that is {@link QNAME}.
   * @param ttlSeconds - 0 to 2^31 - 1.
   * @param rdatas - at `at`, `count` times RDLENGTH (two octets) and RDATA, well-formed, its names uncompressed.
   * Names are compressed in RDATA of the types of RFC 1035 only (RFC 3597 4).
   * @returns false when there is no room; nothing was written then. What to do about it (TC, or leave glue out) is the caller's to know.
   * @throws WireError ERR_WIRE_SECTION_ORDER, ERR_WIRE_NAME_MALFORMED: mistakes in the calling program.
   */
  rrset(
    section: Section,
    owner: Uint8Array,
    ownerAt: number,
    type: number,
    ttlSeconds: number,
    rdatas: Uint8Array,
    at: number,
    count: number,
  ): boolean {
    if (section < this.#section) throw new WireError('ERR_WIRE_SECTION_ORDER', `section ${section} after section ${this.#section}`);
    const start = this.#at;
    const targets = this.#names.targets.count;
    let written = false;
    try {
      written = this.#writeRrset(owner, ownerAt, type, ttlSeconds, rdatas, at, count);
    } finally {
      if (!written) {
        this.#at = start;
        this.#names.targets.truncate(targets);
      }
    }
    if (!written) return false;
    this.#section = section;
    this.#count(section, count);
    return true;
  }

  /**
   * Takes what stands behind the question, to be written again by {@link prepared} and many a time.
   *
   * @returns undefined for what lies too far back to be moved.
   */
  prepare(): PreparedRecords | undefined {
    const { qname, questionEnd } = this.#query;
    const octets = this.#out.slice(questionEnd, this.#at);
    if (octets.length > MAX_PREPARED_OCTETS) return undefined;
    const { targets } = this.#names;
    return {
      octets,
      count: this.#answers + this.#authorities + this.#additionals,
      apexLabelCount: qname.labelCount,
      startAt: questionEnd,
      pointersAt: findPointers(octets),
      hashes: targets.hashesFrom(qname.labelCount),
      offsets: targets.offsetsFrom(qname.labelCount),
    };
  }

  /**
   * Writes prepared records, octet for octet as {@link rrset} would.
   *
   * @param records - prepared for a name at or above the question's.
   * @returns false when that can't be done in one copy (something stands behind the question already, a name in the records may be shortened by more of the
   * question's than their apex, there is no room): nothing was written, and `rrset` is to be used.
   */
  prepared(section: Section, records: PreparedRecords): boolean {
    const { qname, questionEnd } = this.#query;
    const { octets, hashes, pointersAt } = records;
    const start = this.#at;
    const out = this.#out;
    const below = qname.labelCount - records.apexLabelCount;
    if (start !== questionEnd || start + octets.length > this.#recordsEnd || below < 0 || this.recordClass !== CLASS.IN) return false;
    if (below > 0) {
      const childHash = qname.suffixHashes[below - 1];
      for (let i = 0; i < hashes.length; i++) if (hashes[i] === childHash) return false;
    }
    out.set(octets, start);
    const shift = start - records.startAt;
    for (let i = 0; i < pointersAt.length; i++) {
      const at = start + pointersAt[i];
      writeU16(out, at, ((out[at] << 8) | out[at + 1]) + shift);
    }
    this.#names.addPrepared(records, shift);
    this.#at = start + octets.length;
    this.#section = section;
    this.#count(section, records.count);
    return true;
  }

  /** Remembers the state of the sections for {@link rollback}. */
  mark(): number {
    const at = this.#markCount * FIELDS_OF_A_MARK;
    if (at === this.#marks.length) {
      const larger = new Uint32Array(2 * at);
      larger.set(this.#marks);
      this.#marks = larger;
    }
    this.#marks[at] = this.#at;
    this.#marks[at + 1] = this.#section;
    this.#marks[at + 2] = this.#names.targets.count;
    // Sections are written in order, so the count of the present one says it all.
    this.#marks[at + 3] = this.#countOf(this.#section);
    return this.#markCount++;
  }

  /** Takes back the records since the mark, which may be used again; marks made after it are void. */
  rollback(mark: number): void {
    if (!(mark >= 0 && mark < this.#markCount)) throw new WireError('ERR_WIRE_SECTION_ORDER', 'a mark that is void');
    const at = mark * FIELDS_OF_A_MARK;
    this.#at = this.#marks[at];
    this.#section = this.#marks[at + 1];
    this.#names.targets.truncate(this.#marks[at + 2]);
    if (this.#at === this.#query.questionEnd) this.#names.addPrepared(undefined, 0);
    const count = this.#marks[at + 3];
    if (this.#section === SECTION.ANSWER) this.#answers = count;
    if (this.#section <= SECTION.AUTHORITY) this.#authorities = this.#section === SECTION.AUTHORITY ? count : 0;
    this.#additionals = this.#section === SECTION.ADDITIONAL ? count : 0;
    this.#markCount = mark + 1;
  }

  /**
   * Adds an EDNS option, and keeps room for it.
   *
   * @param value - copied.
   * @returns false when it was left out: the query had no EDNS, or there is no room beside what is written already.
   */
  addOption(code: number, value: Uint8Array): boolean {
    return this.#query.hasEdns && this.#keepRoom(this.#options.add(code, value, this.#recordsEnd - this.#at));
  }

  /**
   * Adds an Extended DNS Error (RFC 8914); its text is left out when only the code has room.
   *
   * @returns false when all of it was left out, as by {@link addOption}.
   */
  extendedError(infoCode: number, text = ''): boolean {
    return this.#query.hasEdns && this.#keepRoom(this.#options.addExtendedError(infoCode, text, this.#recordsEnd - this.#at));
  }

  /**
   * Writes OPT, if the query had one, and the header.
   *
   * @returns the octets of the message, from the start of `out`.
   */
  finish(): number {
    const query = this.#query;
    const out = this.#out;
    let additionals = this.#additionals;
    let { rcode } = this;
    if (query.hasEdns) {
      this.#writeOpt(query, out);
      additionals++;
    } else if (rcode > 15) {
      rcode = RCODE.SERVFAIL;
    }
    // CD is cleared: nothing is validated here, whatever a client says (RFC 4035 3.1.6). AD and RA are never set.
    let flags = QR | (query.flags & (OPCODE_BITS | RD)) | (rcode & 15);
    if (this.authoritative) flags |= AA;
    if (this.truncated) flags |= TC;
    writeU16(out, 0, query.id);
    writeU16(out, 2, flags);
    writeU16(out, 4, query.hasQuestion ? 1 : 0);
    writeU16(out, 6, this.#answers);
    writeU16(out, 8, this.#authorities);
    writeU16(out, 10, additionals);
    return this.#at;
  }

  #count(section: Section, count: number): void {
    if (section === SECTION.ANSWER) this.#answers += count;
    else if (section === SECTION.AUTHORITY) this.#authorities += count;
    else this.#additionals += count;
  }

  #countOf(section: number): number {
    if (section === SECTION.ANSWER) return this.#answers;
    return section === SECTION.AUTHORITY ? this.#authorities : this.#additionals;
  }

  #keepRoom(added: boolean): boolean {
    if (added) this.#recordsEnd = this.#limit - OPT_OCTETS - clientSubnetOctets(this.#query) - this.#options.length;
    return added;
  }

  #writeRrset(
    owner: Uint8Array,
    ownerAt: number,
    type: number,
    ttlSeconds: number,
    rdatas: Uint8Array,
    at: number,
    count: number,
  ): boolean {
    const out = this.#out;
    const end = this.#recordsEnd;
    const names = this.#names;
    // Where the records after the first point to; 0 while there is no such place within reach.
    let pointer = ownerAt === QNAME ? QNAME_POINTER : 0;
    const isRoot = ownerAt === QNAME ? this.#query.qname.length === 1 : owner[ownerAt] === 0;
    for (let i = 0; i < count; i++) {
      let to = this.#at;
      // The least that an owner, the fixed fields and RDLENGTH take.
      if (to + 3 + FIXED_OCTETS > end) return false;
      if (isRoot) {
        out[to++] = 0;
      } else if (pointer !== 0) {
        out[to++] = pointer >> 8;
        out[to++] = pointer & 0xff;
      } else {
        const nameAt = to;
        to = names.writeName(owner, ownerAt, to, end);
        if (to === NO_ROOM) return false;
        // A name that is nothing but a pointer lends its target.
        if (out[nameAt] >= 0xc0) pointer = (out[nameAt] << 8) | out[nameAt + 1];
        else if (nameAt <= 0x3fff) pointer = 0xc000 | nameAt;
      }
      if (to + 2 + FIXED_OCTETS > end) return false;
      out[to++] = type >> 8;
      out[to++] = type & 0xff;
      out[to++] = 0;
      out[to++] = this.recordClass;
      out[to++] = ttlSeconds >>> 24;
      out[to++] = ttlSeconds >>> 16;
      out[to++] = ttlSeconds >>> 8;
      out[to++] = ttlSeconds;
      const octets = 2 + ((rdatas[at] << 8) | rdatas[at + 1]);
      to = names.writeRdata(type, rdatas, at, octets, to, end);
      if (to === NO_ROOM) return false;
      this.#at = to;
      at += octets;
    }
    return true;
  }

  /** RFC 6891 6.1.2; DO comes back as it came (RFC 3225 3). The room was kept. */
  #writeOpt(query: QueryView, out: Uint8Array): void {
    const start = this.#at;
    out[start] = 0;
    writeU16(out, start + 1, TYPE.OPT);
    writeU16(out, start + 3, this.udpPayloadOctets);
    out[start + 5] = this.rcode >> 4;
    out[start + 6] = 0;
    writeU16(out, start + 7, query.ednsFlags & DNSSEC_OK);
    let to = start + OPT_OCTETS;
    if (query.hasClientSubnet) to = writeClientSubnet(out, to, query, this.scopePrefix);
    copyOctets(this.#options.octets, 0, out, to, this.#options.length);
    to += this.#options.length;
    writeU16(out, start + 9, to - start - OPT_OCTETS);
    this.#at = to;
  }
}
