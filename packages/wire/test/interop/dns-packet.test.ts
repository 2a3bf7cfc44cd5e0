import { typeCode } from '@dnsteer/wire';
import { decodeRdata, encodeRdata } from '@dnsteer/wire/records';
import dnsPacket from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { hex, octetsOf, type Vector } from '../vector.ts';
import { allVectors } from './all-vectors.ts';

/** dns-packet's codec of one type: RDLENGTH and RDATA. Its typings leave it out. */
interface RecordCodec {
  encode(data: unknown): Buffer;
  decode(octets: Buffer): unknown;
}
const { record } = dnsPacket as unknown as { record(type: string): RecordCodec };

/** The types that dns-packet 5.6 has a codec for; the others are octets there. */
const TYPES = [
  ...['A', 'NS', 'CNAME', 'SOA', 'NULL', 'PTR', 'HINFO', 'MX', 'TXT', 'RP', 'AAAA', 'SRV', 'NAPTR', 'DNAME', 'DS', 'SSHFP', 'RRSIG'],
  ...['NSEC', 'DNSKEY', 'NSEC3', 'TLSA', 'CAA'],
];

/** Vectors that dns-packet gets wrong. Each row is met by a vector that it does get wrong, or the test fails. */
const WRONG: readonly { types: readonly string[]; text: RegExp; why: string }[] = [
  { types: ['AAAA'], text: /^::FFFF:192/, why: 'IPv4-mapped addresses without the dotted quad (RFC 5952 5)' },
  { types: ['NS', 'CNAME', 'PTR', 'DNAME', 'SOA', 'RP'], text: /\\/, why: 'names are UTF-8 there, and a dot in a label divides it' },
  { types: ['CAA', 'HINFO', 'NAPTR'], text: /\\255/, why: 'texts are UTF-8 there, so that octets are lost' },
  { types: ['NSEC', 'NSEC3', 'RRSIG'], text: /TYPE\d+|NXNAME/, why: 'a type that it does not know is UNKNOWN_1234 there (RFC 3597 5)' },
  { types: ['DNSKEY'], text: /^\d+ 4 /, why: 'a protocol other than 3 is an error there' },
  { types: ['SSHFP'], text: /^1 3 /, why: 'a fingerprint of an unknown type is lost' },
];

const hasRow = (type: string, { text }: Vector): boolean => WRONG.some((row) => row.types.includes(type) && row.text.test(text));

/** Whether its object is ours, and octets come of either object there and here. */
function agrees(type: string, octets: string): boolean {
  const rdata = octetsOf(octets);
  const framed = Buffer.from([rdata.length >> 8, rdata.length & 0xff, ...rdata]);
  try {
    const theirs = record(type).decode(Buffer.from(framed));
    const ours = decodeRdata(typeCode(type)!, rdata);
    return (
      JSON.stringify(theirs) === JSON.stringify(ours) &&
      hex(encodeRdata(type, theirs)) === octets &&
      // Last, since it changes what it is given.
      record(type).encode(ours).equals(framed)
    );
  } catch {
    return false;
  }
}

describe.each(TYPES)('%s as dns-packet has it', (type) => {
  const { good } = allVectors.find((vectors) => vectors.type === type)!;

  test.each(good.filter((vector) => !hasRow(type, vector)))('$text', ({ hex: octets }) => {
    expect(agrees(type, octets)).toBe(true);
  });

  test('but for the table', () => {
    expect(good.filter((vector) => hasRow(type, vector) && agrees(type, vector.hex)).map(({ text }) => text)).toEqual([]);
  });
});

test.each(WRONG)('dns-packet on $types $text: $why', ({ types, text }) => {
  for (const type of types) expect(allVectors.find((one) => one.type === type)!.good.some((vector) => text.test(vector.text))).toBe(true);
});
