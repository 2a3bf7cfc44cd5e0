import { formatName, type Name, toWire } from './names.ts';
import type { Random } from './random.ts';

// RDATA of every RR type, as text where BIND, Knot, NSD and PowerDNS all read it, else by `\#` (RFC 3597 5).

/** RDATA from chance and a name that it may point at. */
type Sample = (random: Random, target: Name) => string;

const address = (random: Random) => `192.0.2.${random.between(1, 250)}`;
const address6 = (random: Random) => `2001:db8::${random.between(1, 0xfff0).toString(16)}`;
const hex = (random: Random, octets: number) =>
  Array.from({ length: octets }, () => random.between(0, 255).toString(16).padStart(2, '0')).join('');
const raw = (octets: string | Buffer) => {
  const text = typeof octets === 'string' ? octets : octets.toString('hex');
  return `\\# ${text.length / 2} ${text}`;
};
const word = (random: Random) => random.pick(['"v=spf1 -all"', '"a b"', '"x;y"', '""', '"\\"quoted\\""', '"\\000\\255"']);

export const SAMPLES: Readonly<Record<string, Sample>> = {
  A: address,
  AAAA: address6,
  TXT: word,
  NS: (_, target) => formatName(target),
  CNAME: (_, target) => formatName(target),
  DNAME: (_, target) => formatName(target),
  PTR: (_, target) => formatName(target),
  MX: (random, target) => `${random.between(0, 20)} ${formatName(target)}`,
  SRV: (random, target) => `${random.between(0, 2)} 5 443 ${formatName(target)}`,
  AFSDB: (_, target) => `1 ${formatName(target)}`,
  HINFO: () => '"x86" "none"',
  MINFO: (_, target) => `${formatName(target)} ${formatName(target)}`,
  RP: (_, target) => `${formatName(target)} ${formatName(target)}`,
  LOC: () => '51 30 12.748 N 0 7 39.611 W 0.00m 1m 10000m 10m',
  NAPTR: (random, target) => `${random.between(1, 100)} 10 "S" "SIP+D2U" "" ${formatName(target)}`,
  KX: (_, target) => `10 ${formatName(target)}`,
  CERT: () => '1 1 8 AQIDBAUGBwg=',
  SSHFP: (random) => `4 2 ${hex(random, 32)}`,
  TLSA: (random) => `3 1 1 ${hex(random, 32)}`,
  SMIMEA: (random) => `3 0 1 ${hex(random, 32)}`,
  CDS: (random) => `${random.between(1, 65535)} 13 2 ${hex(random, 32)}`,
  CDNSKEY: () => '257 3 13 AQIDBAUGBwgJCgsMDQ4PEA==',
  OPENPGPKEY: () => 'AQIDBAUGBwg=',
  CSYNC: () => '66 3 A NS AAAA',
  SPF: () => '"v=spf1 -all"',
  NID: () => '10 0014:4fff:ff20:ee64',
  L32: () => '10 10.1.2.0',
  L64: () => '10 2001:0db8:1140:1000',
  LP: (_, target) => `10 ${formatName(target)}`,
  EUI48: () => '00-00-5e-00-53-2a',
  EUI64: () => '00-00-5e-ef-10-00-00-2a',
  URI: () => '10 1 "https://www.example/"',
  DHCID: () => 'AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=',
  IPSECKEY: () => '10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
  KEY: () => '256 3 8 AQIDBA==',
  APL: () => '1:192.0.0.0/12',
  ZONEMD: (random) => `2023 1 1 ${hex(random, 48)}`,
  CAA: (random) => `${random.pick([0, 128])} issue "ca.example"`,
  DS: (random) => `${random.between(1, 65535)} 13 2 ${hex(random, 32)}`,
  SVCB: (_, target) => `0 ${formatName(target)}`,
  HTTPS: (random, target) => `${random.between(1, 3)} ${random.pick([formatName(target), '.'])} alpn=h2`,
  // From here on in the generic form: some peer lacks the mnemonic, or reads its text in another way. (MD and MF are missing: BIND refuses them.)
  TYPE7: (_, target) => raw(toWire(target)), // MB
  TYPE8: (_, target) => raw(toWire(target)), // MG
  TYPE9: (_, target) => raw(toWire(target)), // MR
  TYPE19: () => raw('0c333131303631373030393536'), // X25
  TYPE20: () => raw('0f313530383632303238303033323137'), // ISDN
  TYPE21: (_, target) => raw(`000a${toWire(target).toString('hex')}`), // RT
  TYPE22: () => raw('47000580005a0000000001e133ffffff00016100'), // NSAP
  TYPE24: (_, target) => raw(`0001080200000e10601000005ff00000a1b2${toWire(target).toString('hex')}01020304`), // SIG
  TYPE26: (_, target) => raw(`000a${toWire(target).toString('hex').repeat(2)}`), // PX
  TYPE27: () => raw('0232380233390130'), // GPOS
  TYPE55: () => raw('0402000401020304aabbccdd'), // HIP
  TYPE66: (_, target) => raw(`003b0114e9${toWire(target).toString('hex')}`), // DSYNC
  TYPE258: () => raw('03617663'), // AVC
  TYPE259: () => raw('0000000000000001010a746578742f706c61696e6869'), // DOA
  TYPE260: () => raw('0a01c0000226'), // AMTRELAY
  TYPE261: () => raw('08716e616d656d696e'), // RESINFO
  TYPE262: () => raw('0342544303616263'), // WALLET
  TYPE65280: (random) => raw(hex(random, random.between(0, 8))),
  TYPE731: () => raw(''),
};

/** Types that may stand at any owner that is no CNAME. */
export const PLAIN_TYPES: readonly string[] = Object.keys(SAMPLES).filter((type) => !['CNAME', 'DNAME', 'NS', 'DS'].includes(type));

/** Numbers of the mnemonics here, and of what only servers make. */
export const TYPE_NUMBERS: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  HINFO: 13,
  MINFO: 14,
  RP: 17,
  LOC: 29,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  SSHFP: 44,
  TLSA: 52,
  SMIMEA: 53,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  CSYNC: 62,
  SPF: 99,
  NID: 104,
  L32: 105,
  L64: 106,
  LP: 107,
  EUI48: 108,
  EUI64: 109,
  URI: 256,
  DHCID: 49,
  IPSECKEY: 45,
  KEY: 25,
  APL: 42,
  ZONEMD: 63,
  AFSDB: 18,
  AAAA: 28,
  SRV: 33,
  DNAME: 39,
  OPT: 41,
  DS: 43,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  NSEC3: 50,
  NSEC3PARAM: 51,
  SVCB: 64,
  HTTPS: 65,
  ANY: 255,
  CAA: 257,
};

const textByNumber = new Map(Object.entries(TYPE_NUMBERS).map(([text, number]) => [number, text]));

export function typeNumber(type: string): number {
  return TYPE_NUMBERS[type] ?? Number(type.slice('TYPE'.length));
}

export function typeText(number: number): string {
  return textByNumber.get(number) ?? `TYPE${number}`;
}
