import { formatName, formatRdata, parseName, parseRdata, TYPE, typeCode, typeText } from '@dnsteer/wire';
import { ZoneBuilder } from '@dnsteer/zone';

export const name = (text: string) => parseName(text);
export const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');

/** One RRset or type of a zone, as text. */
export interface TextRrset {
  readonly owner: string;
  readonly type: string;
  readonly ttlSeconds: number;
  readonly rdatas: string[];
  readonly rrsigs: string[];
}

/** A zone from lines `owner [TTL] TYPE RDATA`, absolute names, no quotes. The TTL is 300 unless given. */
export function zoneOf(apex: string, lines: readonly string[]): ZoneBuilder {
  const builder = new ZoneBuilder(name(apex));
  for (const line of lines) {
    const [, owner, ttl = '300', type, rdata] = /^(\S+)\s+(?:(\d+)\s+)?(\S+)\s+(.*)$/.exec(line)!;
    const code = typeCode(type)!;
    const tokens = rdata.split(/\s+/).map((text) => ({ text, quoted: false }));
    builder.add(name(owner), code, Number(ttl), parseRdata(code, tokens));
  }
  return builder;
}

export function textOf(builder: ZoneBuilder): TextRrset[] {
  return Array.from(builder.rrsets(), ({ owner, type, ttlSeconds, rdatas, rrsigs }) => ({
    owner: formatName(owner),
    type: typeText(type),
    ttlSeconds,
    rdatas: rdatas.map((rdata) => formatRdata(type, rdata)),
    rrsigs: rrsigs.map((rrsig) => formatRdata(TYPE.RRSIG, rrsig)),
  }));
}

/** The lines of a zone file, one record each. */
export function zoneLines(builder: ZoneBuilder): string[] {
  return textOf(builder).flatMap(({ owner, type, ttlSeconds, rdatas, rrsigs }) => [
    ...rdatas.map((rdata) => `${owner} ${ttlSeconds} IN ${type} ${rdata}`),
    ...rrsigs.map((rrsig) => `${owner} ${ttlSeconds} IN RRSIG ${rrsig}`),
  ]);
}

/** What there is to get wrong: glue, insecure and secure cuts, names below them, a wildcard, empty non-terminals, a DNAME, mixed case. */
export const MIXED_ZONE = [
  'example. 3600 SOA Ns1.example. hostmaster.example. 1 3600 600 86400 60',
  'example. NS Ns1.Example.',
  'example. NS ns2.sub.example.',
  'Ns1.example. A 192.0.2.1',
  'a.b.c.example. A 192.0.2.2',
  'a.b.c.example. 600 AAAA 2001:db8::2',
  '*.w.example. MX 10 Mail.example.',
  'mail.example. A 192.0.2.9',
  'mail.example. A 192.0.2.3',
  'alias.example. CNAME WWW.example.',
  'WWW.example. A 192.0.2.7',
  'sub.example. NS ns1.sub.example.',
  'sub.example. NS ns2.sub.example.',
  'sub.example. A 192.0.2.40',
  'ns1.sub.example. A 192.0.2.4',
  'ns2.sub.example. A 192.0.2.5',
  'deep.er.sub.example. NS ns1.sub.example.',
  'secure.example. NS ns1.sub.example.',
  'secure.example. DS 60485 13 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A',
  'd.example. DNAME other.example.',
  'u.example. TYPE65280 \\# 2 0102',
] as const;
