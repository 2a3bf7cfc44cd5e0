import { equalNames, parseName, RCODE, TYPE, typeCode } from '@dnsteer/wire';
import { encodeRdata } from '@dnsteer/wire/records';
import type { Answerer } from './answerer.ts';
import { RouterError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { AnswerRecord, Response } from './reply.ts';

const ANSWER = 1;
const AUTHORITY = 2;
const ADDITIONAL = 3;
const MAX_TTL_SECONDS = 0x7fffffff;

/**
 * Writes a handler's reply into the response of `exchange`; an answer that does not fit sets TC, an additional record that does not fit is left out.
 *
 * @param zone - the zone that the name is in, if any: its SOA goes with an answer that has no record (RFC 2308 2).
 * @returns the target of a CNAME at the current name where nothing but that CNAME was answered and it was not asked for, so that the chain may go on.
 * @throws RouterError ERR_ROUTER_RECORD for a record that can't be written; nothing is sent of it.
 */
export function writeReply(reply: Response, exchange: Exchange, zone: Answerer | undefined): Uint8Array | undefined {
  const { response } = exchange;
  if (exchange.links === 0) response.authoritative = reply.authoritative;
  response.rcode = reply.rcode;
  if (reply.extendedError) response.extendedError(reply.extendedError.code, reply.extendedError.text);
  for (const record of reply.answers) {
    const type = recordType(record);
    const rdatas = framedRdata(record, type);
    if (!writeRecord(exchange, ANSWER, record, type, rdatas)) {
      response.truncated = true;
      return undefined;
    }
    if (type === TYPE.CNAME && reply.answers.length === 1 && exchange.qtype !== TYPE.CNAME && exchange.qtype !== TYPE.ANY)
      return rdatas.subarray(2);
  }
  for (const record of reply.authorities) {
    const type = recordType(record);
    if (!writeRecord(exchange, AUTHORITY, record, type, framedRdata(record, type))) response.truncated = true;
  }
  if (reply.answers.length === 0 && reply.authorities.length === 0 && !isRefusal(reply.rcode)) zone?.negative?.(exchange);
  // What earlier links left for the authority section: after the first additional record it is too late.
  if (!exchange.writeDeferred()) response.truncated = true;
  for (const record of reply.additionals) {
    const type = recordType(record);
    writeRecord(exchange, ADDITIONAL, record, type, framedRdata(record, type));
  }
  return undefined;
}

/** RCODEs beside which an SOA would be read as a negative answer. */
function isRefusal(rcode: number): boolean {
  return rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN;
}

function writeRecord(exchange: Exchange, section: 1 | 2 | 3, record: AnswerRecord, type: number, rdatas: Uint8Array): boolean {
  let owner = exchange.owner;
  let ownerAt = exchange.ownerAt;
  if (record.name !== undefined) {
    const name = wireName(record.name);
    // The name asked for goes out in the case in which it was asked.
    if (!equalNames(name, exchange.sname.octets)) {
      owner = name;
      ownerAt = 0;
    }
  }
  return exchange.response.rrset(section, owner, ownerAt, type, ttlOf(record), rdatas, 0, 1);
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

/** `[u16 RDLENGTH][RDATA]` of one record. */
function framedRdata(record: AnswerRecord, type: number): Uint8Array {
  const rdata = recordRdata(record, type);
  const framed = new Uint8Array(rdata.length + 2);
  framed[0] = rdata.length >> 8;
  framed[1] = rdata.length & 255;
  framed.set(rdata, 2);
  return framed;
}
