import { WireError } from '../errors.ts';
import { NameReader } from '../name-reader.ts';
import { AA, AD, CD, DNSSEC_OK, HEADER_OCTETS, QR, RA, RD, TC } from '../protocol.ts';
import { decompressRdata } from '../rdata/decompress.ts';
import { undottedName } from '../rdata/fields.ts';
import { CLASS, TYPE, typeText } from '../types.ts';
import { decodeOptions } from './edns.ts';
import type { Message, OptRecord, Question, ResourceRecord } from './message.ts';
import { classes, opcodes, rcodes } from './mnemonics.ts';
import { decodeRdata } from './rdata.ts';

/** Bit 9, of which RFC 1035 4.1.1 says that it must be zero. */
const Z = 0x0040;

/**
 * A message as objects in dns-packet's shape.
 *
 * @param octets - the message, no more and no less. Nothing of the result looks into it.
 * @throws WireError ERR_WIRE_MESSAGE_MALFORMED, ERR_WIRE_RDATA_MALFORMED; nothing else. The work is bounded by the length.
 */
export function decodeMessage(octets: Uint8Array): Message {
  if (octets.length < HEADER_OCTETS || octets.length > 0xffff) throw malformed(`${octets.length} octets are not a message`);
  const reader = new MessageReader(octets);
  const id = reader.u16();
  const flags = reader.u16();
  const [questionCount, ...recordCounts] = [reader.u16(), reader.u16(), reader.u16(), reader.u16()];
  const questions = reader.list(questionCount, () => reader.question());
  const [answers, authorities] = recordCounts.slice(0, 2).map((count) => reader.list(count, () => reader.record()));
  const additionals = reader.list(recordCounts[2], () => reader.additional());
  if (reader.at !== octets.length) throw malformed(`${octets.length - reader.at} octets after the last record`);
  const opt = additionals.find((record) => record.type === 'OPT') as OptRecord | undefined;
  return {
    id,
    type: flags & QR ? 'response' : 'query',
    flags: flags & ~QR,
    flag_qr: (flags & QR) !== 0,
    flag_aa: (flags & AA) !== 0,
    flag_tc: (flags & TC) !== 0,
    flag_rd: (flags & RD) !== 0,
    flag_ra: (flags & RA) !== 0,
    flag_z: (flags & Z) !== 0,
    flag_ad: (flags & AD) !== 0,
    flag_cd: (flags & CD) !== 0,
    opcode: opcodes.write((flags >> 11) & 15),
    rcode: rcodes.write(((opt?.extendedRcode ?? 0) << 4) | (flags & 15)),
    questions,
    answers,
    authorities,
    additionals,
  };
}

const names = new NameReader();

class MessageReader {
  readonly #octets: Uint8Array;
  at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  u16(): number {
    if (this.at + 2 > this.#octets.length) throw malformed('cut short');
    this.at += 2;
    return (this.#octets[this.at - 2] << 8) | this.#octets[this.at - 1];
  }

  list<T>(count: number, read: () => T): T[] {
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(read());
    return items;
  }

  question(): Question {
    return { name: this.#name(), type: typeText(this.u16()), class: classes.write(this.u16()) };
  }

  record(): ResourceRecord {
    const name = this.#name();
    const type = this.u16();
    const klass = this.u16();
    const ttl = this.u16() * 0x10000 + this.u16();
    const start = this.#rdata();
    return { name, type: typeText(type), ttl, class: classes.write(klass), data: this.#data(type, klass, start) };
  }

  additional(): ResourceRecord | OptRecord {
    const start = this.at;
    const name = this.#name();
    if (this.u16() === TYPE.OPT) return this.#opt(name);
    this.at = start;
    return this.record();
  }

  #opt(name: string): OptRecord {
    if (name !== '.') throw malformed('OPT at another owner than the root (RFC 6891 6.1.2)');
    const udpPayloadSize = this.u16();
    const codeAndVersion = this.u16();
    const flags = this.u16();
    const options = decodeOptions(this.#octets.subarray(this.#rdata(), this.at));
    return {
      name,
      type: 'OPT',
      udpPayloadSize,
      extendedRcode: codeAndVersion >> 8,
      ednsVersion: codeAndVersion & 0xff,
      flags,
      flag_do: (flags & DNSSEC_OK) !== 0,
      options,
    };
  }

  #name(): string {
    const end = names.read(this.#octets, this.at, this.#octets.length);
    if (end < 0) throw malformed('no whole name at octet ' + this.at);
    this.at = end;
    return undottedName(names.octets);
  }

  /** Steps over RDLENGTH and RDATA; returns where RDATA starts. */
  #rdata(): number {
    const octets = this.u16();
    const start = this.at;
    if (start + octets > this.#octets.length) throw malformed('RDATA past the end of the message');
    this.at += octets;
    return start;
  }

  #data(type: number, klass: number, start: number): unknown {
    // Deletions and prerequisites of an UPDATE (RFC 2136 2.4, 2.5).
    if (start === this.at && (klass === CLASS.ANY || klass === CLASS.NONE)) return Buffer.alloc(0);
    const rdata = decompressRdata(type, this.#octets, start, this.at);
    if (rdata === undefined) throw new WireError('ERR_WIRE_RDATA_MALFORMED', `malformed RDATA of ${typeText(type)} at octet ${start}`);
    return decodeRdata(type, rdata);
  }
}

function malformed(what: string): WireError {
  return new WireError('ERR_WIRE_MESSAGE_MALFORMED', 'malformed message: ' + what);
}
