import { parseName, SearchName } from '@dnsteer/wire';
import { describe, expect, test } from 'vitest';
import { compilePattern, matchesPattern, patternParams } from '../src/pattern.ts';

function sname(text: string): SearchName {
  const name = new SearchName();
  name.set(parseName(text));
  return name;
}

describe('QNAME patterns', () => {
  test.each([
    ['www.example.com', 'www.example.com.', true],
    ['WWW.Example.com.', 'www.example.com.', true],
    ['www.example.com', 'a.www.example.com.', false],
    ['www.example.com', 'example.com.', false],
    [':shard.cdn.example.com', 's7.cdn.example.com.', true],
    [':shard.cdn.example.com', 'a.s7.cdn.example.com.', false],
    [':shard.cdn.example.com', 'cdn.example.com.', false],
    ['*.example.com', 'a.example.com.', true],
    ['*.example.com', 'a.b.example.com.', true],
    ['*.example.com', 'example.com.', false],
    ['*.:tenant.example.com', 'x.y.acme.example.com.', true],
    ['*.:tenant.example.com', 'acme.example.com.', false],
    ['*', '.', true],
    ['*', 'anything.at.all.', true],
    ['a\\.b.example.com', 'a\\.b.example.com.', true],
    ['a\\.b.example.com', 'a.b.example.com.', false],
    ['a\\..example.com', 'a\\..example.com.', true],
    ['a\\\\.example.com', 'a\\\\.example.com.', true],
    ['www.a\\.', 'www.a\\..', true],
    ['\\065.example.com', 'a.example.com.', true],
    ['.', '.', true],
    ['.', 'com.', false],
  ])('%s against %s: %s', (pattern, name, expected) => {
    expect(matchesPattern(compilePattern(pattern), sname(name))).toBe(expected);
  });

  test('parameters hold lower-case labels, `*` what it stood for', () => {
    const pattern = compilePattern('*.:tenant.example.com');
    expect({ ...patternParams(pattern, 'x.y.acme.example.com.') }).toEqual({ '*': 'x.y', tenant: 'acme' });
  });

  test('`*` alone holds the whole name, and nothing for the root', () => {
    expect({ ...patternParams(compilePattern('*'), 'www.example.com.') }).toEqual({ '*': 'www.example.com' });
    expect({ ...patternParams(compilePattern('*'), '.') }).toEqual({ '*': '' });
  });

  test('a label with a dot stays one parameter, escaped', () => {
    expect(patternParams(compilePattern(':who.example.com'), 'j\\.doe.example.com.')['who']).toBe('j\\.doe');
  });

  test.each(['www.:x.com', 'a.*.com', ':x.:x.com', 'a..com', `${'a'.repeat(64)}.com`])('%s is an error with a code', (text) => {
    expect(() => compilePattern(text)).toThrow(expect.objectContaining({ code: 'ERR_ROUTER_PATTERN' }));
  });
});
