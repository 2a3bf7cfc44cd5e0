import { formatName, type Name, toWire } from './names.ts';
import { typeNumber, typeText } from './rdata-samples.ts';
import type { Question } from './walk.ts';

// A codec of its own, so that the oracle owes nothing to what it judges.

export function encodeQuestion({ name, type, mode }: Question, id: number): Buffer {
  const hasEdns = mode.payloadOctets !== undefined;
  const wire = toWire(name);
  const query = Buffer.alloc(12 + wire.length + 4 + (hasEdns ? 11 : 0));
  query.writeUInt16BE(id, 0);
  query[5] = 1;
  query[11] = hasEdns ? 1 : 0;
  query.set(wire, 12);
  let at = 12 + wire.length;
  at = query.writeUInt16BE(typeNumber(type), at);
  at = query.writeUInt16BE(1, at);
  if (hasEdns) {
    query[at + 2] = 41;
    query.writeUInt16BE(mode.payloadOctets!, at + 3);
    query[at + 7] = mode.dnssecOk ? 0x80 : 0;
  }
  return query;
}

export interface ReplyRecord {
  readonly owner: string;
  readonly type: string;
  readonly ttl: number;
  /** Octets in hexadecimal with names written out in lower case; for types of names and for addresses, text. */
  readonly rdata: string;
}

export interface Reply {
  readonly rcode: string;
  readonly flags: readonly string[];
  /** With the case of the letters that came back (0x20). */
  readonly question: string;
  readonly answer: readonly ReplyRecord[];
  readonly authority: readonly ReplyRecord[];
  /** Without OPT. */
  readonly additional: readonly ReplyRecord[];
  readonly edns: 'none' | 'plain' | 'do';
  readonly octets: number;
}

const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN'];
const FLAGS = [
  ['aa', 0x0400],
  ['tc', 0x0200],
  ['rd', 0x0100],
  ['ra', 0x0080],
  ['ad', 0x0020],
  ['cd', 0x0010],
] as const;

/** Octets before the names of an RDATA, how many names, and what follows is octets. */
const NAMES_IN: Readonly<Record<string, readonly [before: number, names: number]>> = {
  NS: [0, 1],
  CNAME: [0, 1],
  SOA: [0, 2],
  TYPE7: [0, 1],
  TYPE8: [0, 1],
  TYPE9: [0, 1],
  PTR: [0, 1],
  MINFO: [0, 2],
  MX: [2, 1],
  RP: [0, 2],
  AFSDB: [2, 1],
  TYPE21: [2, 1],
  TYPE26: [2, 2],
  KX: [2, 1],
  SRV: [6, 1],
  DNAME: [0, 1],
  RRSIG: [18, 1],
  NSEC: [0, 1],
  SVCB: [2, 1],
  HTTPS: [2, 1],
  LP: [2, 1],
};

/** A response as facts. Throws an Error for octets that are none: that too is a finding. */
export function decodeReply(message: Buffer): Reply {
  const bits = message.readUInt16BE(2);
  const counts = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  let at = 12;
  let question = '';
  for (let left = counts[0]!; left > 0; left--) {
    const { name, end } = readName(message, at);
    question += `${formatName(name)} ${typeText(message.readUInt16BE(end))} ${message.readUInt16BE(end + 2)}`;
    at = end + 4;
  }
  let edns: Reply['edns'] = 'none';
  let highRcode = 0;
  const sections = counts.slice(1).map((count) => {
    const records: ReplyRecord[] = [];
    for (let left = count; left > 0; left--) {
      const { name, end } = readName(message, at);
      const type = typeText(message.readUInt16BE(end));
      const rdataEnd = end + 10 + message.readUInt16BE(end + 8);
      if (rdataEnd > message.length) throw new Error('RDATA beyond the end');
      if (type === 'OPT') {
        edns = (message[end + 6]! & 0x80) === 0 ? 'plain' : 'do';
        highRcode = message[end + 4]!;
      } else {
        const rdata = readRdata(message, type, end + 10, rdataEnd);
        records.push({ owner: formatName(name).toLowerCase(), type, ttl: message.readUInt32BE(end + 4), rdata });
      }
      at = rdataEnd;
    }
    return records;
  });
  if (at !== message.length) throw new Error('octets behind the last record');
  const [answer, authority, additional] = sections as [ReplyRecord[], ReplyRecord[], ReplyRecord[]];
  const rcode = highRcode * 16 + (bits & 15);
  return {
    rcode: RCODES[rcode] ?? `RCODE${rcode}`,
    flags: FLAGS.filter(([, bit]) => (bits & bit) !== 0).map(([text]) => text),
    question,
    answer,
    authority,
    additional,
    edns,
    octets: message.length,
  };
}

function readRdata(message: Buffer, type: string, at: number, end: number): string {
  if (type === 'A') return message.subarray(at, end).join('.');
  const layout = NAMES_IN[type];
  if (layout === undefined) return message.toString('hex', at, end);
  const [before, names] = layout;
  const parts: string[] = [];
  if (type === 'RRSIG') {
    parts.push(typeText(message.readUInt16BE(at)), `labels=${message[at + 3]}`, `ttl=${message.readUInt32BE(at + 4)}`);
    parts.push(message.toString('hex', at + 8, at + 18));
  } else if (before > 0) parts.push(message.toString('hex', at, at + before));
  let next = at + before;
  for (let left = names; left > 0; left--) {
    const { name, end: nameEnd } = readName(message, next);
    parts.push(formatName(name).toLowerCase());
    next = nameEnd;
  }
  if (next < end) parts.push(message.toString('hex', next, end));
  return parts.join(' ');
}

function readName(message: Buffer, start: number): { name: Name; end: number } {
  const name: string[] = [];
  let at = start;
  let end = -1;
  for (;;) {
    const length = message[at];
    if (length === undefined) throw new Error('a name beyond the end');
    if (length >= 0xc0) {
      if (end < 0) end = at + 2;
      const target = message.readUInt16BE(at) & 0x3fff;
      if (target >= at) throw new Error('a pointer that does not point back (RFC 1035 4.1.4)');
      at = target;
    } else if (length === 0) return { name, end: end < 0 ? at + 1 : end };
    else {
      name.push(message.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
  }
}

export function formatReply(reply: Reply | undefined): string {
  if (reply === undefined) return 'no answer';
  const lines = (section: string, records: readonly ReplyRecord[]) =>
    records.map(({ owner, ttl, type, rdata }) => `  ${section} ${owner} ${ttl} ${type} ${rdata}`);
  return [
    `${reply.rcode} ${reply.flags.join(' ')} edns=${reply.edns} ${reply.octets} octets`,
    ...lines('an', reply.answer),
    ...lines('au', reply.authority),
    ...lines('ad', reply.additional),
  ].join('\n');
}
