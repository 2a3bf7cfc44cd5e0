import { WireError } from '../errors.ts';
import { parseName } from '../name-text.ts';
import { NameWriter, NO_ROOM } from '../name-writer.ts';
import { writeU16 } from '../octets.ts';
import { DNSSEC_OK, HEADER_OCTETS, OPCODE_BITS, QR } from '../protocol.ts';
import { RdataBuilder } from '../rdata/cursor.ts';
import { readType } from '../rdata/fields.ts';
import { invalid } from '../rdata/form.ts';
import { SearchName } from '../search-name.ts';
import { TYPE } from '../types.ts';
import { encodeOptions } from './edns.ts';
import type { MessageInput, OptRecord, Question, ResourceRecord } from './message.ts';
import { classes, opcodes, rcodes } from './mnemonics.ts';
import { encodeRdata } from './rdata.ts';

const MAX_MESSAGE_OCTETS = 0xffff;
const RCODE_BITS = 0x000f;
const NO_NAME = new SearchName();

/**
 * A message from objects in dns-packet's shape, its names compressed (RFC 1035 4.1.4; in RDATA by RFC 3597 4).
 *
 * @returns octets of their own.
 * @throws WireError ERR_WIRE_RECORD_INVALID and what {@link encodeRdata} throws; ERR_WIRE_MESSAGE_LENGTH past 65535 octets.
 */
export function encodeMessage(message: MessageInput): Uint8Array {
  const { questions = [], answers = [], authorities = [], additionals = [] } = message;
  const rcode = message.rcode === undefined ? undefined : rcodes.read(message.rcode);
  if (rcode !== undefined && rcode > RCODE_BITS && !additionals.some(isOpt))
    throw invalid('an OPT record for an RCODE above 15', message.rcode);
  writer.begin();
  for (const question of questions) writer.question(question);
  for (const record of [...answers, ...authorities]) writer.record(record);
  for (const record of additionals) {
    if (isOpt(record)) writer.opt(record, rcode);
    else writer.record(record);
  }
  const { out } = writer;
  writeU16(out, 0, number16('an ID', message.id));
  writeU16(out, 2, headerFlags(message, rcode));
  for (const [i, section] of [questions, answers, authorities, additionals].entries()) writeU16(out, 4 + 2 * i, section.length);
  return out.slice(0, writer.at);
}

function headerFlags(message: MessageInput, rcode: number | undefined): number {
  let flags = number16('flags', message.flags) & ~QR;
  if (message.type === 'response') flags |= QR;
  if (message.opcode !== undefined) flags = (flags & ~OPCODE_BITS) | (opcodes.read(message.opcode) << 11);
  if (rcode !== undefined) flags = (flags & ~RCODE_BITS) | (rcode & RCODE_BITS);
  return flags;
}

function isOpt(record: ResourceRecord | OptRecord): record is OptRecord {
  return record.type.toUpperCase() === 'OPT';
}

function number16(what: string, value = 0, max = 0xffff): number {
  if (!Number.isInteger(value) || value < 0 || value > max) throw invalid(`${what}, 0 to ${max}`, value);
  return value;
}

/** Kept, since its buffers cost more than what most messages do. */
class MessageWriter {
  readonly out = new Uint8Array(MAX_MESSAGE_OCTETS);
  at: number = HEADER_OCTETS;
  readonly #names = new NameWriter();
  readonly #rdata = new RdataBuilder();

  begin(): void {
    this.at = HEADER_OCTETS;
    this.#names.begin(this.out, NO_NAME, HEADER_OCTETS);
  }

  question(question: Question): void {
    this.#name(question.name);
    this.#u16(readType(question.type));
    this.#u16(classes.read(question.class ?? 'IN'));
  }

  record(record: ResourceRecord): void {
    const type = readType(record.type);
    this.#name(record.name);
    this.#u16(type);
    this.#u16(classes.read(record.class ?? 'IN'));
    const ttl = number16('a TTL', record.ttl, 0xffffffff);
    this.#u16(ttl >>> 16);
    this.#u16(ttl & 0xffff);
    const rdata = isEmptyUpdate(record) ? new Uint8Array(0) : encodeRdata(type, record.data);
    const source = new Uint8Array(rdata.length + 2);
    writeU16(source, 0, rdata.length);
    source.set(rdata, 2);
    this.#wrote(this.#names.writeRdata(type, source, 0, source.length, this.at, MAX_MESSAGE_OCTETS));
  }

  opt(record: OptRecord, rcode: number | undefined): void {
    if (record.name !== '.' && record.name !== '') throw invalid('the root as the owner of OPT', record.name);
    const rdata = this.#rdata.clear();
    encodeOptions(record.options ?? [], rdata);
    const flags = number16('flags', record.flags);
    this.#octets(Uint8Array.of(0));
    this.#u16(TYPE.OPT);
    this.#u16(number16('a payload size', record.udpPayloadSize ?? 1232));
    const extendedRcode = rcode === undefined ? number16('an extended RCODE', record.extendedRcode, 0xff) : rcode >> 4;
    this.#u16((extendedRcode << 8) | number16('an EDNS version', record.ednsVersion, 0xff));
    this.#u16(record.flag_do ? flags | DNSSEC_OK : flags);
    this.#u16(rdata.length);
    this.#octets(rdata.take());
  }

  #name(text: string): void {
    this.#wrote(this.#names.writeName(parseName(text === '' ? '.' : text), 0, this.at, MAX_MESSAGE_OCTETS));
  }

  #u16(value: number): void {
    if (this.at + 2 > MAX_MESSAGE_OCTETS) this.#wrote(NO_ROOM);
    writeU16(this.out, this.at, value);
    this.at += 2;
  }

  #octets(octets: Uint8Array): void {
    if (this.at + octets.length > MAX_MESSAGE_OCTETS) this.#wrote(NO_ROOM);
    this.out.set(octets, this.at);
    this.at += octets.length;
  }

  #wrote(end: number): void {
    if (end === NO_ROOM) throw new WireError('ERR_WIRE_MESSAGE_LENGTH', 'a message of more than 65535 octets');
    this.at = end;
  }
}

const writer = new MessageWriter();

/** Deletions and prerequisites of an UPDATE have no RDATA (RFC 2136 2.4, 2.5). */
function isEmptyUpdate({ class: text = 'IN', data }: ResourceRecord): boolean {
  const empty = data === undefined || (data instanceof Uint8Array && data.length === 0);
  return empty && (text.toUpperCase() === 'ANY' || text.toUpperCase() === 'NONE');
}
