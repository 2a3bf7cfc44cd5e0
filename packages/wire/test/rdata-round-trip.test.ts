import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalRdata, checkRdata, encodeTypeBitmap, formatRdata, parseRdata, TYPE, typeCode, typeText } from '../src/index.ts';
import { RdataBuilder } from '../src/rdata/cursor.ts';
import { decompressRdata } from '../src/rdata/decompress.ts';
import { DESCRIPTORS, type RdataField } from '../src/rdata/descriptors.ts';
import { fieldEnd } from '../src/rdata/layout.ts';
import { appendSvcParams } from '../src/rdata/svc-params.ts';
import { splitTokens } from '../src/rdata/tokens.ts';
import { decodeMessage, decodeRdata, encodeMessage, encodeRdata } from '../src/records.ts';
import { octets, u16 } from './packets.ts';
import { hex, octetsOf, type Vectors } from './vector.ts';

/** Types whose own text can't hold all that is right on the wire. */
const MAY_LACK_TEXT: readonly number[] = [TYPE.X25, TYPE.GPOS, TYPE.LOC, TYPE.NAPTR, TYPE.APL, TYPE.AMTRELAY];

const RUNS = 60;

const files = readdirSync(new URL('vectors', import.meta.url)).map((file) => file.replace('.ts', ''));
const seeds = new Map<number, readonly Uint8Array[]>();
for (const file of files) {
  const { vectors } = (await import(`./vectors/${file}.ts`)) as { vectors: Vectors };
  seeds.set(
    typeCode(vectors.type)!,
    vectors.good.map((vector) => octetsOf(vector.hex)),
  );
}

const bytes = (minLength: number, maxLength = 12) => fc.uint8Array({ minLength, maxLength });
const label = fc.oneof(
  fc.constantFrom('a', 'B', 'Example', 'COM', '*', '_x').map((text) => new Uint8Array(Buffer.from(text))),
  bytes(1, 6),
  bytes(63, 63),
);
/** Any octets in labels, up to 255 octets in all. */
const name = fc.array(label, { maxLength: 4 }).map((labels) => {
  const fitting = labels.filter((_, i) => labels.slice(0, i + 1).reduce((sum, one) => sum + one.length + 1, 1) <= 255);
  return octets(...fitting.flatMap((one) => [one.length, one]), 0);
});
const string = fc.oneof(bytes(0, 8), bytes(255, 255)).map((text) => octets(text.length, text));
const lists = (octetsEach: number) =>
  fc.array(bytes(octetsEach, octetsEach), { minLength: 1, maxLength: 3 }).map((items) => octets(...items));

const svcParams = fc
  .record(
    {
      1: fc.array(bytes(1, 4), { minLength: 1, maxLength: 3 }).map((ids) => octets(...ids.flatMap((id) => [id.length, id]))),
      3: bytes(2, 2),
      4: lists(4),
      5: bytes(1),
      6: lists(16),
      8: fc.constant(new Uint8Array(0)),
      667: bytes(0),
      65534: bytes(0),
    },
    { requiredKeys: [] },
  )
  .chain((values) => {
    const params = new Map(Object.entries(values).map(([key, value]) => [Number(key), value]));
    const keys = [...params.keys()].sort((a, b) => a - b);
    return fc.subarray(keys).map((mandatory) => {
      if (mandatory.length > 0) params.set(0, octets(...mandatory.map(u16)));
      const builder = new RdataBuilder();
      appendSvcParams(params, builder);
      return builder.take();
    });
  });

function fieldOf(field: Exclude<RdataField, (...args: never[]) => unknown>): fc.Arbitrary<Uint8Array> {
  if (typeof field === 'number') return bytes(field, field);
  switch (field) {
    case 'name':
      return name;
    case 'string':
      return string;
    case 'strings':
      return fc.array(string, { minLength: 1, maxLength: 3 }).map((texts) => octets(...texts));
    case 'octets':
      return bytes(1, 40);
    case 'rest':
      return bytes(0, 40);
    case 'bitmap':
      return fc.array(fc.nat(0xffff), { maxLength: 8 }).map((types) => encodeTypeBitmap(types));
    case 'svcparams':
      return svcParams;
  }
}

const u32 = (max: number) => fc.integer({ min: 0, max }).map((value) => octets(u16(Math.floor(value / 0x10000)), u16(value % 0x10000)));
const around = (degrees: number) =>
  fc.integer({ min: -degrees * 3_600_000, max: degrees * 3_600_000 }).map((angle) => {
    const value = 2 ** 31 + angle;
    return octets(u16(Math.floor(value / 0x10000)), u16(value % 0x10000));
  });
const precision = fc.oneof(
  fc.constant(0),
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(9)).map(([digit, exponent]) => (digit << 4) | exponent),
);

/** RDATA of types with a form of their own: the numbers matter, and not only where a field ends. */
const OWN_FORMS = new Map<number, fc.Arbitrary<Uint8Array>>([
  [
    TYPE.LOC,
    fc
      .tuple(precision, precision, precision, around(90), around(180), u32(0xffffffff))
      .map(([size, horizontal, vertical, ...rest]) => octets(0, size, horizontal, vertical, ...rest)),
  ],
  [
    TYPE.APL,
    fc
      .array(
        fc.constantFrom([1, 4] as const, [2, 16] as const).chain(([family, length]) =>
          fc.tuple(fc.nat(length * 8), fc.boolean(), bytes(0, length)).map(([prefix, isNegated, part]) => {
            const trimmed = part.at(-1) === 0 ? new Uint8Array(0) : part;
            return octets(u16(family), prefix, (isNegated ? 0x80 : 0) | trimmed.length, trimmed);
          }),
        ),
        { maxLength: 4 },
      )
      .map((items) => octets(...items)),
  ],
]);

/** A vector of the type with an octet or more changed, put in or taken out, where it is still RDATA of the type. */
function damagedSeeds(type: number): fc.Arbitrary<Uint8Array> {
  const piece = fc.oneof(bytes(0, 2), name, string);
  return fc.tuple(fc.constantFrom(...seeds.get(type)!), fc.nat(60), fc.nat(3), piece).map(([seed, at, removed, added]) => {
    const place = at % (seed.length + 1);
    const damaged = octets(seed.slice(0, place), added, seed.slice(place + removed));
    return checkRdata(type, damaged, 0, damaged.length) ? damaged : seed;
  });
}

function rdataOf(type: number): fc.Arbitrary<Uint8Array> {
  const fields = DESCRIPTORS.get(type)!.fields;
  const plain = fields.filter((field) => typeof field !== 'function');
  const damaged = damagedSeeds(type);
  const own = OWN_FORMS.get(type);
  if (own !== undefined) return fc.oneof(own, damaged);
  if (plain.length < fields.length) return damaged;
  return fc.oneof(
    fc.tuple(...plain.map(fieldOf)).map((parts) => octets(...parts)),
    damaged,
  );
}

const lowerCaseHex = (rdata: Uint8Array): string => hex(rdata.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet)));

/** RDATA cut into its fields. */
function fieldsOf(fields: readonly RdataField[], rdata: Uint8Array): Uint8Array[] {
  let at = 0;
  return fields.map((field) => {
    const start = at;
    at = fieldEnd(field, rdata, start, rdata.length);
    return rdata.slice(start, at);
  });
}

const every = [...DESCRIPTORS.values()].map((descriptor) => ({ ...descriptor, mnemonic: typeText(descriptor.type) }));

describe.each(every)('$mnemonic: any RDATA', ({ type, mnemonic, names, lowerCase }) => {
  const rdatas = rdataOf(type);
  const check = (property: (rdata: Uint8Array) => void) => fc.assert(fc.property(rdatas, property), { numRuns: RUNS });

  test('to text and back is the same, and its text is the text of that', () => {
    check((rdata) => {
      expect(checkRdata(type, rdata, 0, rdata.length)).toBe(true);
      const text = formatRdata(type, rdata);
      const parsed = parseRdata(type, splitTokens(text));
      expect(hex(parsed)).toBe(hex(rdata));
      expect(formatRdata(type, parsed)).toBe(text);
      if (!MAY_LACK_TEXT.includes(type)) expect(text.startsWith('\\#')).toBe(false);
      expect(hex(parseRdata(type, splitTokens(`\\# ${rdata.length} ${hex(rdata)}`)))).toBe(hex(rdata));
    });
  });

  test('to an object and back is the same', () => {
    check((rdata) => {
      expect(hex(encodeRdata(type, decodeRdata(type, rdata)))).toBe(hex(rdata));
    });
  });

  test('RFC 4034 6.2: canonical form changes the case of letters in names and nothing else', () => {
    check((rdata) => {
      const canonical = canonicalRdata(type, rdata);
      expect(hex(canonicalRdata(type, canonical))).toBe(hex(canonical));
      if (!lowerCase) expect(hex(canonical)).toBe(hex(rdata));
      expect(lowerCaseHex(canonical)).toBe(lowerCaseHex(rdata));
      expect(checkRdata(type, canonical, 0, canonical.length)).toBe(true);
    });
  });

  test('RFC 3597 4: names are compressed in types of RFC 1035 only, and a message has the same RDATA', () => {
    check((rdata) => {
      const record = { name: 'example.com', type: mnemonic, data: decodeRdata(type, rdata) };
      const message = encodeMessage({ type: 'response', answers: [record, record] });
      const isVerbatim = Buffer.from(message).includes(Buffer.from(octets(u16(rdata.length), rdata)));
      if (names !== 'compress') expect(isVerbatim).toBe(true);
      // A compressed name comes out in the case of its target.
      const same = names === 'compress' ? lowerCaseHex : hex;
      for (const { data } of decodeMessage(message).answers) expect(same(encodeRdata(type, data))).toBe(same(rdata));
      expect(hex(decompressRdata(type, rdata, 0, rdata.length)!)).toBe(hex(rdata));
    });
  });
});

const withNames = every.filter(({ fields }) => fields.includes('name'));

test.each(withNames)(
  'RFC 3597 4: $mnemonic: a pointer is followed in RDATA only where names: $names allows it',
  ({ type, fields, names }) => {
    const target = octets('076578616d706c6500');
    const parts = fieldsOf(fields, seeds.get(type)![0]);
    const header = new Uint8Array(12);
    const compressed = octets(header, target, ...parts.map((part, i) => (fields[i] === 'name' ? 'c00c' : part)));
    const whole = octets(...parts.map((part, i) => (fields[i] === 'name' ? target : part)));
    const read = decompressRdata(type, compressed, header.length + target.length, compressed.length);
    expect(read && hex(read)).toBe(names === 'whole' ? undefined : hex(whole));
  },
);

test('RFC 3597 4, RFC 4034 6.2 (RFC 6840 5.1): the types on the lists', () => {
  const mnemonics = (rows: typeof every) => rows.map(({ mnemonic }) => mnemonic);
  expect(mnemonics(every.filter(({ names }) => names === 'compress'))).toEqual([
    'NS',
    'MD',
    'MF',
    'CNAME',
    'SOA',
    'MB',
    'MG',
    'MR',
    'PTR',
    'MINFO',
    'MX',
  ]);
  // DNAME is not on the list; some old senders compress it all the same.
  expect(mnemonics(every.filter(({ names }) => names === 'decompress'))).toEqual([
    'RP',
    'AFSDB',
    'RT',
    'SIG',
    'PX',
    'SRV',
    'NAPTR',
    'DNAME',
  ]);
  expect(mnemonics(every.filter(({ lowerCase }) => lowerCase))).toEqual(
    'NS MD MF CNAME SOA MB MG MR PTR MINFO MX RP AFSDB RT SIG PX SRV NAPTR KX DNAME RRSIG'.split(' '),
  );
  const types = every.map(({ type }) => type);
  expect(types).toEqual([...types].sort((a, b) => a - b));
});
