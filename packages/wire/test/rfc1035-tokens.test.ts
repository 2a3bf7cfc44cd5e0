import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatRdata, parseName, parseRdata, type RdataToken, TYPE, typeCode, WireError } from '../src/index.ts';
import { encodeRdata } from '../src/records.ts';
import { hex, octetsOf, tokens, type Vectors } from './vector.ts';

/** The tokens that are text, by type; -1: all. Everywhere else quotes are wrong. */
const TEXTS: Readonly<Record<string, readonly number[]>> = {
  TXT: [-1],
  SPF: [-1],
  AVC: [-1],
  RESINFO: [-1],
  WALLET: [-1],
  HINFO: [-1],
  GPOS: [-1],
  ISDN: [-1],
  X25: [-1],
  NAPTR: [2, 3, 4],
  CAA: [2],
  URI: [2],
  DOA: [3],
};

const files = readdirSync(new URL('vectors', import.meta.url)).map((file) => file.replace('.ts', ''));
const all: Vectors[] = await Promise.all(
  files.map(async (file) => ((await import(`./vectors/${file}.ts`)) as { vectors: Vectors }).vectors),
);

describe.each(all)('RFC 1035 5.1: quotes in RDATA of $type', ({ type, good }) => {
  test.each(good)('$source: $text', ({ text, hex: expected }) => {
    const words = tokens(text);
    const isGeneric = text.startsWith('\\#');
    for (const [index, word] of words.entries()) {
      const isText = !isGeneric && [-1, index].some((one) => TEXTS[type]?.includes(one));
      // In quotes already, or the mark of the generic form, which is no mark in quotes.
      if (word.quoted || (isGeneric && index === 0)) continue;
      const withQuotes = words.with(index, { ...word, quoted: true });
      if (isText) expect(hex(parseRdata(typeCode(type)!, withQuotes))).toBe(expected);
      else expect(thrownBy(type, withQuotes)).toMatchObject({ code: 'ERR_WIRE_RDATA_SYNTAX', tokenIndex: index });
    }
  });
});

test('RFC 1035 5.1: the error about quotes says what is expected there', () => {
  expect(thrownBy('MX', tokens('1 "b"')).message).toMatch(/^expected .+ without quotes, found "b" in quotes$/);
  // What is wrong inside the quotes is not told first.
  expect(thrownBy('A', tokens('"192.0.2"')).message).toContain('without quotes');
});

test('RFC 9460 2.1: quotes are around the value of a SvcParam, and not around all of it', () => {
  expect(hex(parseRdata(TYPE.SVCB, tokens('1 . port="53"')))).toBe('0001000003' + '00020035');
  expect(thrownBy('SVCB', tokens('1 . "port=53"'))).toMatchObject({ tokenIndex: 2 });
  expect(thrownBy('SVCB', tokens('1 . alpn=h2 "53"'))).toMatchObject({ tokenIndex: 3 });
});

test('an object that is presentation format has its quotes around text too', () => {
  expect(hex(encodeRdata('CAA', '0 issue "a b"'))).toBe('000569737375656120' + '62');
  expect(() => encodeRdata('MX', '1 "b"')).toThrow(/without quotes/);
});

const origin = parseName('Zone.example.');

/** Every type with names, `@` for each of them. */
const NAMES: readonly (readonly [type: string, text: string])[] = [
  ...['NS', 'MD', 'MF', 'CNAME', 'MB', 'MG', 'MR', 'PTR', 'NSAP-PTR', 'DNAME'].map((type) => [type, '@'] as const),
  ...['MX', 'AFSDB', 'RT', 'KX', 'LP', 'SVCB', 'HTTPS'].map((type) => [type, '1 @'] as const),
  ...['MINFO', 'RP'].map((type) => [type, '@ @'] as const),
  ['SOA', '@ @ 1 2 3 4 5'],
  ['PX', '1 @ @'],
  ['SRV', '1 2 3 @'],
  ['NAPTR', '1 2 "" "" "" @'],
  ['NSEC', '@ A'],
  ['DSYNC', 'CDS NOTIFY 53 @'],
  ['IPSECKEY', '1 3 0 @'],
  ['AMTRELAY', '1 0 3 @'],
  ['HIP', '2 200100107B1A74DF365639CC39F1D578 AwEAAbdx @ @'],
  ...['RRSIG', 'SIG'].map((type) => [type, 'A 13 1 60 20380119031407 20000101000000 1 @ AAAA'] as const),
];

test.each(NAMES)('RFC 1035 5.1: @ is the origin in %s %s', (type, text) => {
  const rdata = parseRdata(typeCode(type)!, tokens(text), origin);
  expect(hex(rdata)).toBe(hex(parseRdata(typeCode(type)!, tokens(text.replaceAll('@', 'Zone.example.')))));
  expect(formatRdata(typeCode(type)!, rdata)).toContain('Zone.example.');
});

test.each([
  ['TXT', '@ "@"', '01400140'],
  ['HINFO', '@ @', '01400140'],
  ['CAA', '0 a @', '00016140'],
  ['URI', '0 0 @', '0000000040'],
  ['NAPTR', '0 0 @ @ "" .', '00000000014001400000'],
])('RFC 1035 5.1: @ is an octet of the text in %s %s', (type, text, expected) => {
  expect(hex(parseRdata(typeCode(type)!, tokens(text), origin))).toBe(expected);
});

test('RFC 1035 5.1: \\@, a@ and, where there is no origin, @ are labels', () => {
  const zone = hex(origin);
  expect(hex(parseRdata(TYPE.NS, tokens('\\@'), origin))).toBe('0140' + zone);
  expect(hex(parseRdata(TYPE.NS, tokens('a@'), origin))).toBe('026140' + zone);
  expect(hex(parseRdata(TYPE.NS, tokens('@')))).toBe('014000');
});

test('the origin is the name at the start of its octets', () => {
  expect(hex(parseRdata(TYPE.MX, tokens('1 @'), octetsOf('016100 ffff')))).toBe('0001016100');
});

function thrownBy(type: string, words: readonly RdataToken[]): WireError {
  try {
    parseRdata(typeCode(type)!, words, origin);
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error(`${type} ${words.map(({ text }) => text).join(' ')} was read`);
}
