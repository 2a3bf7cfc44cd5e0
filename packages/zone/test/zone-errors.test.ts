import { readFileSync } from 'node:fs';
import { parseName } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { rfcOf, severityOf, ZONE_PROBLEM_CODES } from '../src/errors.ts';
import { parseZoneText, ZoneBuilder, ZoneError } from '../src/index.ts';
import { exampleZone, problemsOf } from './zones.ts';

// The entries start at line 3.
test.each([
  ['a 60 BB x', 'ERR_ZONE_TYPE', '3:6', 'expected a TTL, a class or a type, found "BB"'],
  ['a 60 60 A 192.0.2.1', 'ERR_ZONE_TYPE', '3:6', 'expected a TTL, a class or a type, found "60"'],
  ['a 60', 'ERR_ZONE_TYPE', '3:5', 'expected a TTL, a class or a type, found the end of the line'],
  ['a 60 "A" x', 'ERR_ZONE_TYPE', '3:6', 'expected a TTL, a class or a type, found "A"'],
  ['a 60 ANY x', 'ERR_ZONE_TYPE', '3:6', 'expected a type of record, found "ANY"'],
  ['a 60 OPT x', 'ERR_ZONE_TYPE', '3:6', 'expected a type of record, found "OPT"'],
  ['a 60 TYPE0 x', 'ERR_ZONE_TYPE', '3:6', 'expected a type of record, found "TYPE0"'],
  ['a CH TXT x', 'ERR_ZONE_CLASS', '3:3', 'expected class IN, the only one served, found "CH"'],
  ['a CLASS4 TXT x', 'ERR_ZONE_CLASS', '3:3', 'expected class IN, the only one served, found "CLASS4"'],
  ['a IN 60 IN A 192.0.2.1', 'ERR_ZONE_CLASS', '3:9', 'expected one class, found "IN"'],
  ['a 1h30 A 192.0.2.1', 'ERR_ZONE_TTL', '3:3', 'expected a TTL in seconds (or as 1h30m), up to 2147483647, found "1h30"'],
  ['a 1y A 192.0.2.1', 'ERR_ZONE_TTL', '3:3', 'expected a TTL in seconds (or as 1h30m), up to 2147483647, found "1y"'],
  ['a 2147483648 A 192.0.2.1', 'ERR_ZONE_TTL', '3:3', 'expected a TTL in seconds (or as 1h30m), up to 2147483647, found "2147483648"'],
  ['a 3551w A 192.0.2.1', 'ERR_ZONE_TTL', '3:3', 'expected a TTL in seconds (or as 1h30m), up to 2147483647, found "3551w"'],
  ['a 60 A 192.0.2.256', 'ERR_ZONE_RDATA', '3:8', 'in the RDATA of A: expected an IPv4 address, found "192.0.2.256"'],
  ['a 60 A', 'ERR_ZONE_RDATA', '3:7', 'in the RDATA of A: expected an IPv4 address, found the end'],
  ['a 60 A 192.0.2.1 x', 'ERR_ZONE_RDATA', '3:18', 'in the RDATA of A: expected nothing more, found "x"'],
  ['a 60 MX 1 (\n a..b )', 'ERR_ZONE_RDATA', '4:2', 'in the RDATA of MX: an empty label in "a..b"'],
  [
    'a 60 A "192.0.2.1"',
    'ERR_ZONE_RDATA',
    '3:8',
    'in the RDATA of A: expected an IPv4 address without quotes, found "192.0.2.1" in quotes',
  ],
  ['a..b 60 A 192.0.2.1', 'ERR_ZONE_NAME', '3:1', 'expected an owner name, found an empty label in "a..b"'],
  ['a\\256 60 A 192.0.2.1', 'ERR_ZONE_NAME', '3:1', String.raw`expected an owner name, found "\256" in "a\256" is not \000 to \255`],
  ['"a" 60 A 192.0.2.1', 'ERR_ZONE_NAME', '3:1', 'expected an owner name, found "a"'],
  ['a.example.net. 60 A 192.0.2.1', 'ERR_ZONE_OUT_OF_ZONE', '3:1', 'expected an owner in the zone example., found a.example.net.'],
  ['a 60 TXT "x', 'ERR_ZONE_SYNTAX', '3:10', `expected '"' at the end of the string, found the end of the line`],
  ['a 60 TXT x\\', 'ERR_ZONE_SYNTAX', '3:10', 'expected a character or three digits behind the backslash, found the end of the line'],
  ['a 60 TXT x )', 'ERR_ZONE_SYNTAX', '3:12', 'expected no ")" without a "(" before it, found one'],
  ['$TTL', 'ERR_ZONE_TTL', '3:5', 'expected a TTL in seconds (or as 1h30m), up to 2147483647, found the end of the line'],
  ['$TTL 60 60', 'ERR_ZONE_DIRECTIVE', '3:9', 'expected the end of the line, found "60"'],
  ['$ORIGIN', 'ERR_ZONE_NAME', '3:8', 'expected the new origin, found the end of the line'],
  ['$ORIGIN a b', 'ERR_ZONE_DIRECTIVE', '3:11', 'expected the end of the line, found "b"'],
  ['$GENERATES 1-2 a A 192.0.2.$', 'ERR_ZONE_DIRECTIVE', '3:1', 'expected $ORIGIN, $TTL, $INCLUDE or $GENERATE, found "$GENERATES"'],
  [
    '$INCLUDE /etc/hosts',
    'ERR_ZONE_INCLUDE',
    '3:10',
    'expected no $INCLUDE: a text has no file that it could be relative to, and opens none',
  ],
  ['$INCLUDE', 'ERR_ZONE_INCLUDE', '3:9', 'expected the name of a file, found the end of the line'],
  ['a 60 SOA a. b. 1 2 3 4 5', 'ERR_ZONE_SOA_PLACE', '3:1', 'expected the SOA at the apex example., found one at a.example.'],
  ['@ 60 SOA a. b. 1 2 3 4 5', 'ERR_ZONE_SOA_TWICE', '3:1', 'expected one SOA record at example., found another'],
])('%j is told with its place', (entry, code, place, message) => {
  const [line, column] = place.split(':').map(Number);
  expect(problemsOf(() => exampleZone(entry)).map(({ owner, ...problem }) => problem)).toEqual([{ code, message, file: '', line, column }]);
});

test('an omitted owner needs one before it, and a record a TTL from somewhere', () => {
  expect(problemsOf(() => parseZoneText(' 60 A 192.0.2.1\na A 192.0.2.1', { origin: 'example.' }))).toMatchObject([
    { code: 'ERR_ZONE_OWNER_MISSING', line: 1, column: 2 },
    {
      code: 'ERR_ZONE_TTL',
      line: 2,
      column: 1,
      message: 'expected a TTL: neither this record, nor a $TTL line, nor a record before has one',
    },
  ]);
});

test('what a zone lacks is told, unless it may stand in a line that is wrong', () => {
  const options = { origin: 'example.', file: 'x.zone' };
  expect(problemsOf(() => parseZoneText('', options))).toEqual([
    {
      code: 'ERR_ZONE_SOA_MISSING',
      message: 'expected an SOA record at the apex example., found none',
      file: 'x.zone',
      line: 0,
      column: 0,
      owner: 'example.',
    },
    {
      code: 'ERR_ZONE_NS_MISSING',
      message: 'expected NS records at the apex example., found none',
      file: 'x.zone',
      line: 0,
      column: 0,
      owner: 'example.',
    },
  ]);
  expect(problemsOf(() => parseZoneText('@ 60 SOA x\na 60 CNAME b\na 60 TXT c', options)).map(({ code }) => code)).toEqual([
    'ERR_ZONE_RDATA',
    'ERR_ZONE_NS_MISSING',
    'ERR_ZONE_CNAME_AND_OTHER',
  ]);
  const codes = (text: string) => problemsOf(() => parseZoneText(text, options)).map(({ code }) => code);
  expect(codes('@ 60 NS a.\nb 60 A 192.0.2.300')).toEqual(['ERR_ZONE_RDATA', 'ERR_ZONE_SOA_MISSING']);
  expect(codes('b 60 A ( 192.0.2.300')).not.toContain('ERR_ZONE_SOA_MISSING');
  expect(codes('b 60 SAO a. b. 1 2 3 4 5')).toEqual(['ERR_ZONE_TYPE']);
});

test('all problems are told at once, in the order of the file, and the message has a line for each', () => {
  const text = 'a 60 BB x\nb 60 A ( 1\n 2 )\n 60 A 192.0.2.1\nc.example.net. 60 A 192.0.2.1\n  60 A 192.0.2.2\nd 60 TXT "x\ne 60 A x';
  const read = () => parseZoneText(text, { origin: 'example.', file: 'x.zone' });
  expect(problemsOf(read).map(({ line, code }) => `${line} ${code}`)).toEqual([
    '1 ERR_ZONE_TYPE',
    '2 ERR_ZONE_RDATA',
    // Line 6 has the owner of line 5 and is not told again.
    '5 ERR_ZONE_OUT_OF_ZONE',
    '7 ERR_ZONE_SYNTAX',
    '8 ERR_ZONE_RDATA',
  ]);
  expect(read).toThrow(/^x\.zone:1:6: expected a TTL, a class or a type, found "BB"\nx\.zone:2:10: /);
});

test('a "(" that is never closed is told where it stands, and before what it swallowed', () => {
  expect(problemsOf(() => exampleZone('a 60 A (\n192.0.2.1\nb 60 A 192.0.2.2'))).toMatchObject([
    { code: 'ERR_ZONE_SYNTAX', line: 3, column: 8, message: 'expected ")" for this "(", found the end of the file' },
  ]);
  expect(problemsOf(() => exampleZone('a 60 BB (\n192.0.2.1'))).toMatchObject([
    { code: 'ERR_ZONE_SYNTAX', line: 3, column: 9 },
    { code: 'ERR_ZONE_TYPE', line: 3, column: 6 },
  ]);
});

test('at most 100 problems are told', () => {
  expect(problemsOf(() => exampleZone('a 60 BB x\n'.repeat(1000)))).toHaveLength(100);
});

test('long words are cut, and are shown as UTF-8', () => {
  expect(problemsOf(() => exampleZone(`a 60 ü${'x'.repeat(100)}`))[0]?.message).toMatch(/found "üx{39}\.\.\."$/);
});

test('dynamic owners have their places, too', () => {
  const zone = () => exampleZone('sub 60 NS ns.sub\nalias 60 CNAME a\nd 60 DNAME x.\na 60 A 192.0.2.1');
  const withDynamic = (name: string, types: number[]) => {
    const builder = zone();
    builder.addDynamic(parseName(name), types, 1, 60);
    return builder;
  };
  for (const name of ['sub.example.', 'a.sub.example.', 'alias.example.', 'x.d.example.']) {
    const builder = withDynamic(name, [1]);
    expect(builder.check()).toMatchObject([{ code: 'ERR_ZONE_DYNAMIC_PLACE' }]);
    expect(() => builder.build()).toThrow(ZoneError);
  }
  expect(withDynamic('a.example.', [5]).check()).toMatchObject([{ code: 'ERR_ZONE_CNAME_AND_OTHER', line: 6 }]);
  expect(withDynamic('b.example.', [1, 5]).check()).toMatchObject([{ code: 'ERR_ZONE_CNAME_AND_OTHER', line: 0 }]);
  expect(withDynamic('alias.example.', [5]).check()).toEqual([]);
  for (const types of [[6], [2], [46], [255], [0], [41], [1, 1], []]) {
    expect(problemsOf(() => withDynamic('a.example.', types))).toMatchObject([{ code: 'ERR_ZONE_DYNAMIC_TYPE' }]);
  }
});

test('a builder takes nothing that an image could not hold', () => {
  const apex = parseName('example.');
  const builder = new ZoneBuilder(apex);
  const address = Uint8Array.of(192, 0, 2, 1);
  expect(problemsOf(() => new ZoneBuilder(Uint8Array.of(3, 1)))).toMatchObject([{ code: 'ERR_ZONE_NAME' }]);
  expect(problemsOf(() => builder.add(Uint8Array.of(3, 1), 1, 60, address))).toMatchObject([{ code: 'ERR_ZONE_NAME' }]);
  expect(problemsOf(() => builder.add(parseName('example.net.'), 1, 60, address))).toMatchObject([{ code: 'ERR_ZONE_OUT_OF_ZONE' }]);
  expect(problemsOf(() => builder.add(apex, 1, -1, address))).toMatchObject([{ code: 'ERR_ZONE_TTL' }]);
  expect(problemsOf(() => builder.add(apex, 1, 2 ** 31, address))).toMatchObject([{ code: 'ERR_ZONE_TTL' }]);
  expect(problemsOf(() => builder.add(apex, 1, 60, address.subarray(1)))).toMatchObject([{ code: 'ERR_ZONE_RDATA' }]);
  expect(problemsOf(() => builder.add(apex, 255, 60, address))).toMatchObject([{ code: 'ERR_ZONE_TYPE' }]);
  expect([...builder.rrsets()]).toEqual([]);
});

test('the options of a reader are checked', () => {
  expect(problemsOf(() => parseZoneText('', { origin: 'a..b' }))).toMatchObject([{ code: 'ERR_ZONE_NAME' }]);
  expect(problemsOf(() => parseZoneText('', { origin: 'a', defaultTtlSeconds: -1 }))).toMatchObject([{ code: 'ERR_ZONE_TTL' }]);
});

test('the README has every code, with its severity and its RFC', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `((?:ERR|WARN)_ZONE_[A-Z0-9_]+)` \| ([\d. ]*?) *\|/gm)].map(([, code, rfc]) => [code, rfc]);
  expect(rows).toEqual(ZONE_PROBLEM_CODES.map((code) => [code, rfcOf(code)]));
  for (const code of ZONE_PROBLEM_CODES) expect(severityOf(code)).toBe(code.startsWith('ERR_') ? 'error' : 'warning');
});

test('RFC 1035 5.1: a wrong owner is told once, also where a $GENERATE stands before the records that leave theirs out', () => {
  const problems = problemsOf(() => exampleZone('a..b 60 A 192.0.2.1\n$GENERATE 1-2 g$ 60 A 192.0.2.$\n  60 A 192.0.2.2\n  60 TXT t'));
  expect(problems.map(({ code, line }) => [code, line])).toEqual([['ERR_ZONE_NAME', 3]]);
});
