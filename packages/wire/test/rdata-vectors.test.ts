import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonicalRdata, checkRdata, formatRdata, parseRdata, typeCode, typeText, WireError } from '../src/index.ts';
import { DESCRIPTORS } from '../src/rdata/descriptors.ts';
import { decodeRdata, encodeRdata } from '../src/records.ts';
import { hex, octetsOf, tokens, type Vectors } from './vector.ts';

const files = readdirSync(new URL('vectors', import.meta.url)).map((file) => file.replace('.ts', ''));
const all: Vectors[] = await Promise.all(
  files.map(async (file) => ((await import(`./vectors/${file}.ts`)) as { vectors: Vectors }).vectors),
);

/** Of these `\# length hex` is the only text. */
const GENERIC = ['null', 'unknown'];

test('every type with a descriptor has its file of vectors', () => {
  const expected = [...DESCRIPTORS.keys()].map((type) => typeText(type).toLowerCase());
  expect(files.filter((file) => !GENERIC.includes(file)).sort()).toEqual(expected.sort());
});

describe.each(all)('$type', ({ type: mnemonic, good, badText, badHex, canonical = [] }) => {
  const type = typeCode(mnemonic)!;

  test.each(good)('$source: $text', ({ text, hex: expected, formatted = text, object }) => {
    const rdata = parseRdata(type, tokens(text));
    expect(hex(rdata)).toBe(expected);
    expect(checkRdata(type, rdata, 0, rdata.length)).toBe(true);
    expect(checkRdata(type, amidZeros(rdata), 1, 1 + rdata.length)).toBe(true);
    expect(formatRdata(type, rdata)).toBe(formatted);
    expect(hex(parseRdata(type, tokens(formatted)))).toBe(expected);
    expect(decodeRdata(type, rdata)).toEqual(object);
    expect(hex(encodeRdata(mnemonic, object))).toBe(expected);
    expect(hex(parseRdata(type, tokens(`\\# ${rdata.length} ${expected}`)))).toBe(expected);
  });

  test.each(badText)('refused as text: $text', ({ text, tokenIndex }) => {
    const error = thrownBy(() => parseRdata(type, tokens(text)));
    expect(error).toBeInstanceOf(WireError);
    expect(error.tokenIndex).toBe(tokenIndex);
  });

  test.each(badHex.map((octets) => ({ octets })))('refused as octets: $octets', ({ octets }) => {
    const rdata = octetsOf(octets);
    expect(checkRdata(type, rdata, 0, rdata.length)).toBe(false);
    expect(checkRdata(type, amidZeros(rdata), 1, 1 + rdata.length)).toBe(false);
    expect(thrownBy(() => formatRdata(type, rdata)).code).toBe('ERR_WIRE_RDATA_MALFORMED');
    expect(thrownBy(() => decodeRdata(type, rdata)).code).toBe('ERR_WIRE_RDATA_MALFORMED');
    expect(thrownBy(() => parseRdata(type, tokens(`\\# ${rdata.length} ${octets}`))).code).toBe('ERR_WIRE_RDATA_MALFORMED');
  });

  test.each(canonical)('RFC 4034 6.2: $from is $to in canonical form', ({ from, to }) => {
    expect(hex(canonicalRdata(type, octetsOf(from)))).toBe(octetsOf(to) && hex(octetsOf(to)));
  });

  test('RFC 4034 6.2: RDATA that is canonical stays', () => {
    for (const { hex: octets } of good) {
      const canonicalOctets = canonicalRdata(type, octetsOf(octets));
      expect(hex(canonicalRdata(type, canonicalOctets))).toBe(hex(canonicalOctets));
      if (canonical.length === 0) expect(hex(canonicalOctets)).toBe(octets);
    }
  });
});

/** As in a message: what is behind the RDATA is not read. */
function amidZeros(rdata: Uint8Array): Uint8Array {
  const octets = new Uint8Array(rdata.length + 300);
  octets.set(rdata, 1);
  return octets;
}

function thrownBy(action: () => unknown): WireError {
  try {
    action();
  } catch (error) {
    return error as WireError;
  }
  throw new Error('nothing was thrown');
}
