import { equalNames, parseName, RCODE, TYPE, typeCode } from '@dnsteer/wire';
import { encodeRdata } from '@dnsteer/wire/records';
import { ANSWERED, type Answerer, type AnswerStatus, NEXT_LINK, REFUSED_LINK } from './answerer.ts';
import { RouterError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { AnswerRecord, Response } from './reply.ts';

const ANSWER = 1;
const AUTHORITY = 2;
const ADDITIONAL = 3;
const MAX_TTL_SECONDS = 0x7fffffff;
const MAX_RCODE = 0xfff;

/** `[u16 RDLENGTH][RDATA]` of the record that is being written: the response takes a copy at once. Grows when it has to. */
let frame = new Uint8Array(512);

/**
 * Writes a handler's reply into the response of `exchange`; an answer that does not fit sets TC, an additional record that does not fit is left out.
 *
 * @param name - the current name in text, as the handler has seen it.
 * @param zone - the zone that the name is in, if any: its SOA goes with an answer that has no record (RFC 2308 2).
 * @returns REFUSED_LINK where a later link was refused, NEXT_LINK where nothing but a CNAME was answered that was not asked for, and its target was not looked up before.
 * @throws RouterError ERR_ROUTER_RECORD for a record that can't be written; nothing is sent of it.
 */
export function writeReply(reply: Response, name: string, exchange: Exchange, zone: Answerer | undefined): AnswerStatus {
  const { response } = exchange;
  checkRcode(reply.rcode);
  // Behind a CNAME of ours, "not me" ends the chain with what it has (RFC 1034 4.3.2 step 3a): REFUSED would have the CNAME thrown away.
  if (exchange.links > 0 && reply.rcode === RCODE.REFUSED) return REFUSED_LINK;
  if (exchange.links === 0) response.authoritative = reply.authoritative;
  response.rcode = reply.rcode;
  if (reply.extendedError) response.extendedError(reply.extendedError.code, reply.extendedError.text);
  for (const record of reply.answers) {
    const type = recordType(record);
    const isAlias = reply.answers.length === 1 && isAliasOf(record, type, name, exchange);
    if (isAlias && !exchange.mayFollow) break;
    if (!writeRecord(exchange, ANSWER, record, type, name)) {
      response.truncated = true;
      return ANSWERED;
    }
    if (isAlias) return exchange.nextLink(frame, 2) ? NEXT_LINK : ANSWERED;
  }
  for (const record of reply.authorities) {
    const type = recordType(record);
    if (!writeRecord(exchange, AUTHORITY, record, type, name)) response.truncated = true;
  }
  if (reply.answers.length === 0 && reply.authorities.length === 0 && !isRefusal(reply.rcode)) zone?.negative?.(exchange);
  // What earlier links left for the authority section: after the first additional record it is too late.
  if (!exchange.writeDeferred()) response.truncated = true;
  for (const record of reply.additionals) {
    const type = recordType(record);
    writeRecord(exchange, ADDITIONAL, record, type, name);
  }
  return ANSWERED;
}

/** A CNAME at the name that is looked up, by someone who did not ask for it. */
function isAliasOf(record: AnswerRecord, type: number, name: string, { qtype, sname }: Exchange): boolean {
  if (type !== TYPE.CNAME || qtype === TYPE.CNAME || qtype === TYPE.ANY) return false;
  return record.name === undefined || record.name === name || equalNames(wireName(record.name), sname.octets);
}

function checkRcode(rcode: number): void {
  if (Number.isInteger(rcode) && rcode >= 0 && rcode <= MAX_RCODE) return;
  throw new RouterError(
    'ERR_ROUTER_RECORD',
    `rcode: found ${JSON.stringify(rcode)}, expected a number from 0 to ${MAX_RCODE} (RFC 6891 6.1.3)`,
  );
}

/** RCODEs beside which an SOA would be read as a negative answer. */
function isRefusal(rcode: number): boolean {
  return rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN;
}

function writeRecord(exchange: Exchange, section: 1 | 2 | 3, record: AnswerRecord, type: number, asked: string): boolean {
  let { owner, ownerAt } = exchange;
  // Most handlers hand back the name that they were asked for.
  if (record.name !== undefined && record.name !== asked) {
    const name = wireName(record.name);
    // The name asked for goes out in the case in which it was asked.
    if (!equalNames(name, exchange.sname.octets)) {
      owner = name;
      ownerAt = 0;
    }
  }
  fillFrame(recordRdata(record, type));
  return exchange.response.rrset(section, owner, ownerAt, type, ttlOf(record), frame, 0, 1);
}

function fillFrame(rdata: Uint8Array): void {
  if (rdata.length + 2 > frame.length) frame = new Uint8Array(rdata.length + 2);
  frame[0] = rdata.length >> 8;
  frame[1] = rdata.length & 255;
  frame.set(rdata, 2);
}

function wireName(text: string): Uint8Array {
  try {
    return parseName(text);
  } catch (cause) {
    throw new RouterError('ERR_ROUTER_RECORD', `record name ${JSON.stringify(text)}: ${(cause as Error).message}`, { cause });
  }
}

function recordType(record: AnswerRecord): number {
  const type = typeof record?.type === 'string' ? typeCode(record.type) : undefined;
  if (type === undefined) {
    throw new RouterError(
      'ERR_ROUTER_RECORD',
      `record type: found ${JSON.stringify(record?.type)}, expected a mnemonic such as 'A', or 'TYPE65280'`,
    );
  }
  if (record.class !== undefined && record.class !== 'IN') {
    throw new RouterError('ERR_ROUTER_RECORD', `record class: found ${JSON.stringify(record.class)}, expected 'IN' or nothing`);
  }
  return type;
}

function ttlOf(record: AnswerRecord): number {
  const ttl = record.ttl ?? 0;
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > MAX_TTL_SECONDS) {
    throw new RouterError(
      'ERR_ROUTER_RECORD',
      `record ttl: found ${String(ttl)}, expected whole seconds from 0 to ${MAX_TTL_SECONDS} (RFC 2181 8)`,
    );
  }
  return ttl;
}

/**
 * A handler's record in octets, for those who put it elsewhere than into the response.
 *
 * @returns RDATA with names uncompressed. `record.name` is not looked at.
 * @throws RouterError ERR_ROUTER_RECORD.
 */
export function readRecord(record: AnswerRecord): { type: number; ttlSeconds: number; rdata: Uint8Array } {
  const type = recordType(record);
  return { type, ttlSeconds: ttlOf(record), rdata: recordRdata(record, type) };
}

function recordRdata(record: AnswerRecord, type: number): Uint8Array {
  try {
    return encodeRdata(type, record.data);
  } catch (cause) {
    throw new RouterError('ERR_ROUTER_RECORD', `data of a ${record.type} record: ${(cause as Error).message}`, { cause });
  }
}
