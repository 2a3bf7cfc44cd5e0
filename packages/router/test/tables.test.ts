import { parseName, SearchName } from '@dnsteer/wire';
import { describe, expect, test } from 'vitest';
import { ANSWERED, type Answerer } from '../src/index.ts';
import { compilePattern } from '../src/pattern.ts';
import { RouteTable } from '../src/route-table.ts';
import { ZoneTable } from '../src/zone-table.ts';

function sname(text: string): SearchName {
  const name = new SearchName();
  expect(name.set(parseName(text))).toBe(true);
  return name;
}

describe('routes', () => {
  const A = 1;
  const AAAA = 28;
  const ANY = 255;

  /** Patterns, each with its types in brackets: 'www.test [1 28]'. */
  function finder(...patterns: readonly string[]) {
    const table = new RouteTable();
    for (const text of patterns) {
      const [pattern = '', types] = text.split(' [');
      table.add({ pattern: compilePattern(pattern), types: types?.slice(0, -1).split(' ').map(Number), handler: () => {} });
    }
    return (name: string, type = A, minLabels = 0) => {
      const found = { nameMatched: true };
      const route = table.find(sname(name), type, minLabels, found);
      return route?.pattern.text ?? found;
    };
  }

  test('an exact name comes before a parameter, a parameter before "*", whatever the order in which they were added', () => {
    const patterns = ['*.example.com', ':a.example.com', 'www.example.com', '*', ':a.:b.example.com', '*.:b.example.com'];
    for (const order of [patterns, patterns.toReversed()]) {
      const find = finder(...order);
      expect(find('www.example.com')).toBe('www.example.com');
      expect(find('ftp.example.com')).toBe(':a.example.com');
      expect(find('a.ftp.example.com')).toBe(':a.:b.example.com');
      expect(find('x.a.ftp.example.com')).toBe('*.:b.example.com');
      expect(find('example.com')).toBe('*');
      expect(find('.')).toBe('*');
    }
  });

  test('more literal labels come first: "*.www.example.com" before ":a.:b.example.com"', () => {
    const find = finder(':a.:b.example.com', '*.www.example.com', ':a.:b.:c.com');
    expect(find('x.www.example.com')).toBe('*.www.example.com');
    expect(find('x.ftp.example.com')).toBe(':a.:b.example.com');
    expect(find('x.y.z.com')).toBe(':a.:b.:c.com');
  });

  test('of equals, the one that was added first', () => {
    expect(finder(':first.test', ':second.test')('x.test')).toBe(':first.test');
  });

  test('a route that has not the type leaves it to the next; ANY goes to the first', () => {
    const find = finder(`www.test [${A}]`, `:name.test [${AAAA}]`, '*.test [16 15]');
    expect(find('www.test', A)).toBe('www.test');
    expect(find('www.test', AAAA)).toBe(':name.test');
    expect(find('www.test', 16)).toBe('*.test');
    expect(find('www.test', ANY)).toBe('www.test');
  });

  test('the name matched, no route has the type: told from a name of nobody', () => {
    const find = finder(`www.test [${A}]`);
    expect(find('www.test', AAAA)).toEqual({ nameMatched: true });
    expect(find('ftp.test', AAAA)).toEqual({ nameMatched: false });
    expect(find('a.www.test', A)).toEqual({ nameMatched: false });
  });

  test('patterns with fewer literal labels than the zone has are not looked at', () => {
    const find = finder('*', '*.com', ':a.example.com');
    expect(find('www.example.com', A, 2)).toBe(':a.example.com');
    expect(find('www.example.org', A, 2)).toEqual({ nameMatched: false });
    expect(find('www.other.com', A, 1)).toBe('*.com');
    expect(find('www.other.com', A, 2)).toEqual({ nameMatched: false });
  });

  test('RFC 4343 3: case does not count', () => {
    expect(finder('WWW.Example.COM')('www.eXample.com')).toBe('WWW.Example.COM');
  });

  test('an empty table says so', () => {
    const table = new RouteTable();
    expect(table.isEmpty).toBe(true);
    table.add({ pattern: compilePattern('*'), types: undefined, handler: () => {} });
    expect(table.isEmpty).toBe(false);
  });
});

describe('zones', () => {
  const zone = (apex: string): Answerer => ({ apex: parseName(apex), answer: () => ANSWERED });

  function zones(...apexes: readonly string[]) {
    const table = new ZoneTable();
    for (const apex of apexes) expect(table.add(zone(apex))).toBe(true);
    return table;
  }

  test('RFC 1034 4.3.2 step 2: the zone with the longest apex that encloses the name', () => {
    const all = ['com.', 'example.com.', 'a.b.example.com.', 'example.org.'].map(zone);
    const table = new ZoneTable();
    for (const one of all) table.add(one);
    const [com, example, ab] = all;
    expect(table.find(sname('www.example.com'))).toMatchObject({ answerer: example });
    expect(table.find(sname('example.com'))).toMatchObject({ answerer: example });
    expect(table.find(sname('b.example.com'))).toMatchObject({ answerer: example });
    expect(table.find(sname('a.b.example.com'))).toMatchObject({ answerer: ab });
    expect(table.find(sname('x.y.a.b.example.com'))).toMatchObject({ answerer: ab });
    expect(table.find(sname('other.com'))).toMatchObject({ answerer: com });
    expect(table.find(sname('net'))).toBeUndefined();
    expect(table.find(sname('.'))).toBeUndefined();
  });

  test('labels count, not octets: notexample.com is not below example.com', () => {
    expect(zones('example.com.').find(sname('notexample.com'))).toBeUndefined();
    expect(zones('b.c.').find(sname('a\\.b.c'))).toBeUndefined();
  });

  test('RFC 4343 3: an apex in capitals encloses names in lower case, and is the same apex', () => {
    const table = zones('EXAMPLE.com.');
    expect(table.find(sname('www.example.com'))).toBeDefined();
    expect(table.add(zone('example.COM.'))).toBe(false);
  });

  test('RFC 4035 3.1.4.1: above the apex only, for its DS', () => {
    const table = zones('com.', 'example.com.');
    const name = sname('example.com');
    expect(table.find(name, name.labelCount)).toBe(table.find(sname('com')));
    expect(zones('example.com.').find(name, name.labelCount)).toBeUndefined();
  });

  test('the root zone encloses all names', () => {
    const table = zones('.', 'com.');
    expect(table.find(sname('net'))).toBe(table.find(sname('.')));
    expect(table.find(sname('com'))).not.toBe(table.find(sname('.')));
    expect(table.find(sname('.'), 0)).toBeUndefined();
    expect(table.find(sname('x.'.repeat(127)))).toBe(table.find(sname('.')));
  });

  test('labels are counted without the root, and the case of an apex does not matter', () => {
    const table = zones('.', 'COM.', 'A\\.b.com.');
    expect(['net', 'x.com', 'a\\.b.com'].map((name) => table.find(sname(name))?.labelCount)).toEqual([0, 1, 2]);
  });
});
