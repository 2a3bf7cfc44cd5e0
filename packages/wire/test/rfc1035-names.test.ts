import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalNames, formatName, isSubdomain, lowerCaseName, nameLength, parseName, type WireError } from '../src/index.ts';
import { octets } from './packets.ts';
import { hex } from './vector.ts';

const anyName = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 63 }), { maxLength: 8 })
  .map((labels) => octets(...labels.flatMap((label) => [label.length, label]), 0))
  .filter((name) => name.length <= 255);

describe('RFC 1035 5.1: names in presentation format', () => {
  test.each([
    ['.', '00'],
    ['com.', '03636f6d00'],
    ['com', '03636f6d00'],
    ['WWW.Example.', '03575757074578616d706c6500'],
    ['a\\.b.', '03612e6200'],
    ['\\000\\255.', '0200ff00'],
    ['\\a\\\\.', '02615c00'],
    ['@.', '014000'],
    ['a b.', '03612062 00'.replace(' ', '')],
  ])('%s', (text, expected) => {
    expect(hex(parseName(text))).toBe(expected);
  });

  test('without a final dot a name is relative to the origin', () => {
    const origin = parseName('example.');
    expect(formatName(parseName('www', origin))).toBe('www.example.');
    expect(formatName(parseName('www.', origin))).toBe('www.');
    expect(formatName(parseName('www\\.', origin))).toBe('www\\..example.');
    expect(formatName(parseName('www', parseName('.')))).toBe('www.');
  });

  test('one character is one octet, and one above U+00FF its octets in UTF-8', () => {
    expect(hex(parseName('\u00ff.'))).toBe('01ff00');
    expect(hex(parseName('\u0100.'))).toBe('02c48000');
    expect(hex(parseName('\u{1f642}.'))).toBe('04f09f998200');
  });

  test.each([
    ['', 'ERR_WIRE_NAME_SYNTAX'],
    ['..', 'ERR_WIRE_NAME_SYNTAX'],
    ['.a.', 'ERR_WIRE_NAME_SYNTAX'],
    ['a..b.', 'ERR_WIRE_NAME_SYNTAX'],
    ['a\\', 'ERR_WIRE_ESCAPE_SYNTAX'],
    ['a\\25.', 'ERR_WIRE_ESCAPE_SYNTAX'],
    ['a\\256.', 'ERR_WIRE_ESCAPE_SYNTAX'],
    ['a\\2x5.', 'ERR_WIRE_ESCAPE_SYNTAX'],
    ['a\\\u0100.', 'ERR_WIRE_ESCAPE_SYNTAX'],
    [`${'a'.repeat(64)}.`, 'ERR_WIRE_NAME_LENGTH'],
    ['a'.repeat(64), 'ERR_WIRE_NAME_LENGTH'],
  ])('%j is refused', (text, code) => {
    expect(() => parseName(text)).toThrow(expect.objectContaining({ code }));
  });

  test('RFC 1035 3.1: labels of 63 octets and names of 255 are the limit', () => {
    const label = 'a'.repeat(63);
    const longest = `${label}.${label}.${label}.${'a'.repeat(61)}.`;
    expect(parseName(longest)).toHaveLength(255);
    expect(nameLength(parseName(longest))).toBe(255);
    expect(() => parseName(`a${longest}`)).toThrow(expect.objectContaining({ code: 'ERR_WIRE_NAME_LENGTH' }));
    expect(() => parseName(longest.slice(0, -1), parseName('b.'))).toThrow(expect.objectContaining({ code: 'ERR_WIRE_NAME_LENGTH' }));
    expect(parseName('a.'.repeat(127))).toHaveLength(255);
    expect(() => parseName('a.'.repeat(128))).toThrow(expect.objectContaining({ code: 'ERR_WIRE_NAME_LENGTH' }));
  });

  test('any name is the same after formatName and parseName', () => {
    fc.assert(fc.property(anyName, (name) => hex(parseName(formatName(name))) === hex(name)));
  });

  test('formatName writes printable ASCII only, and escapes what a zone file would take for something else', () => {
    expect(formatName(octets('0a', Buffer.from('.;()@$" \\\x7f'), 0))).toBe('\\.\\;\\(\\)\\@\\$\\"\\032\\\\\\127.');
  });

  test('names may lie inside other octets', () => {
    const inside = octets('ffff', parseName('a.b.'), 'ff');
    expect(formatName(inside, 2)).toBe('a.b.');
    expect(formatName(inside, 4)).toBe('b.');
    expect(nameLength(inside, 2)).toBe(5);
  });

  test.each(['', '01', '0161', '40', 'c000', '026100', `${'3f'.padEnd(128, '61').repeat(4)}00`])('%s is no name', (text) => {
    const bad = octets(text);
    expect(() => nameLength(bad)).toThrow(expect.objectContaining({ code: 'ERR_WIRE_NAME_MALFORMED' } satisfies Partial<WireError>));
    expect(() => formatName(bad)).toThrow(expect.objectContaining({ code: 'ERR_WIRE_NAME_MALFORMED' }));
    expect(equalNames(bad, bad)).toBe(false);
  });
});

describe('RFC 4343: ASCII letters compare without case', () => {
  test.each([
    ['WWW.example.', 'www.EXAMPLE.', true],
    ['www.example.', 'www.example.com.', false],
    ['a.', 'b.', false],
    ['\\193.', '\\225.', false],
    ['[.', '{.', false],
    ['@.', '`.', false],
    ['.', '.', true],
  ])('%s and %s: %s', (a, b, equal) => {
    expect(equalNames(parseName(a), parseName(b))).toBe(equal);
    expect(equalNames(octets('ff', parseName(a)), octets('ffff', parseName(b)), 1, 2)).toBe(equal);
  });

  test('lowerCaseName folds A-Z, nothing else, and leaves its argument', () => {
    const name = parseName('AZaz@[\\192\\222.Q.');
    expect(formatName(lowerCaseName(name))).toBe('azaz\\@\\091\\192\\222.q.');
    expect(formatName(name)).toBe('AZaz\\@\\091\\192\\222.Q.');
  });

  test('a label of 65 to 90 octets would be a length that looks like a letter; there is none, so length octets stay', () => {
    fc.assert(fc.property(anyName, (name) => equalNames(lowerCaseName(name), name)));
  });
});

describe('RFC 9499: subdomain', () => {
  test.each([
    ['example.', 'example.', true],
    ['www.EXAMPLE.', 'example.', true],
    ['a.b.c.example.', 'c.example.', true],
    ['example.', '.', true],
    ['.', '.', true],
    ['.', 'example.', false],
    ['badexample.', 'example.', false],
    ['www.example.', 'www.example.com.', false],
    // The octets of the ancestor stand at the end, but inside a label.
    ['a\\007example.', 'example.', false],
  ])('%s below %s: %s', (name, ancestor, below) => {
    expect(isSubdomain(parseName(name), parseName(ancestor))).toBe(below);
  });
});
