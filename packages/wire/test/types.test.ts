import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeTypeBitmap, encodeTypeBitmap, TYPE, typeCode, typeText } from '../src/index.ts';
import { hex, octetsOf } from './vector.ts';

describe('RFC 3597 5: types without a mnemonic', () => {
  test.each([
    ['A', 1],
    ['aaaa', 28],
    ['NSAP-PTR', 23],
    ['TYPE0', 0],
    ['type65535', 65535],
    ['TYPE1', 1],
    ['TYPE65536', undefined],
    ['TYPE', undefined],
    ['TYPE-1', undefined],
    ['TYPE1x', undefined],
    ['', undefined],
    ['toString', undefined],
    ['__proto__', undefined],
  ])('%j is %s', (text, code) => {
    expect(typeCode(text)).toBe(code);
  });

  test('every type has a text, and the text means the type', () => {
    const wrong = Array.from({ length: 0x10000 }, (_, code) => code).filter((code) => typeCode(typeText(code)) !== code);
    expect(wrong).toEqual([]);
    expect(typeText(TYPE.HTTPS)).toBe('HTTPS');
    expect(typeText(65280)).toBe('TYPE65280');
  });
});

describe('RFC 4034 4.1.2: Type Bit Maps', () => {
  test('RFC 4034 4.3: the example', () => {
    const types = [TYPE.A, TYPE.MX, TYPE.RRSIG, TYPE.NSEC, 1234];
    const bitmap = '0006400100000003041b000000000000000000000000000000000000000000000000000020';
    expect(hex(encodeTypeBitmap(types))).toBe(bitmap);
    expect(decodeTypeBitmap(octetsOf(bitmap))).toEqual(types);
  });

  test('no types, no octets', () => {
    expect(encodeTypeBitmap([])).toHaveLength(0);
    expect(decodeTypeBitmap(new Uint8Array(0))).toEqual([]);
  });

  test('any set of types comes back sorted, each once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 40 }), (types) => {
        const expected = [...new Set(types)].sort((a, b) => a - b);
        expect(decodeTypeBitmap(encodeTypeBitmap(types))).toEqual(expected);
      }),
    );
  });

  test.each([
    ['a window without octets', '0000'],
    ['a window of 33 octets', `0021${'01'.repeat(33)}`],
    ['a zero octet at the end', '00024000'],
    ['windows out of order', '010140000140'],
    ['a window twice', '000140000120'],
    ['a window cut short', '000640'],
    ['half a window header', '00'],
  ])('%s is malformed', (_, bitmap) => {
    expect(() => decodeTypeBitmap(octetsOf(bitmap))).toThrow(expect.objectContaining({ code: 'ERR_WIRE_RDATA_MALFORMED' }));
  });
});
