// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is what $GENERATE has.
import { expect, test } from 'vitest';
import { parseZoneText } from '../src/index.ts';
import { exampleZone, problemsOf, zoneLines } from './zones.ts';

// $GENERATE is BIND's; test/interop/peers.test.ts compares what comes out with BIND's own output.

function linesOf(text: string): string[] {
  return zoneLines(exampleZone(text)).filter((line) => !/^example\. 3600 (SOA|NS)/.test(line));
}

test('$GENERATE makes a record for each value, both ends included, in steps', () => {
  expect(linesOf('$GENERATE 1-3 a$ 60 A 192.0.2.$')).toEqual([
    'a1.example. 60 A 192.0.2.1',
    'a2.example. 60 A 192.0.2.2',
    'a3.example. 60 A 192.0.2.3',
  ]);
  expect(linesOf('$GENERATE 0-9/4 a$ 60 A 192.0.2.$')).toEqual([
    'a0.example. 60 A 192.0.2.0',
    'a4.example. 60 A 192.0.2.4',
    'a8.example. 60 A 192.0.2.8',
  ]);
  expect(linesOf('$GENERATE 2147483647-2147483647/2147483647 a$ 60 TXT x')).toEqual(['a2147483647.example. 60 TXT "x"']);
});

test('a $GENERATE has TTL and class in either order, or not at all', () => {
  const [a] = linesOf('$GENERATE 1-1 a 60 A 192.0.2.$');
  expect(linesOf('$GENERATE 1-1 a 60 IN A 192.0.2.$')).toEqual([a]);
  expect(linesOf('$GENERATE 1-1 a IN 1m A 192.0.2.$')).toEqual([a]);
  expect(linesOf('$TTL 60\n$generate 1-1 a A 192.0.2.$ ; comment')).toEqual([a]);
  expect(linesOf('$TTL 60\n$GENERATE (1-1\na\n A 192.0.2.$)')).toEqual([a]);
});

test('RFC 1035 5.1: the TTL of a $GENERATE is the last one stated, and without one it has that', () => {
  const zone = parseZoneText(
    '@ 9 SOA a. b. 1 2 3 4 5\n@ NS a.\n$GENERATE 1-1 a$ A 192.0.2.$\n$GENERATE 1-1 b$ 77 A 192.0.2.$\nc A 192.0.2.1',
    {
      origin: 'example.',
    },
  );
  expect(zoneLines(zone).slice(2)).toEqual(['a1.example. 9 A 192.0.2.1', 'b1.example. 77 A 192.0.2.1', 'c.example. 77 A 192.0.2.1']);
});

test('owners of a $GENERATE are relative to $ORIGIN, may be "@", and leave the last owner alone', () => {
  expect(linesOf('o 60 TXT x\n$ORIGIN s\n$GENERATE 1-2 @ 60 MX "$ @"\n$GENERATE 1-1 $.example. 60 PTR h$\n 60 A 192.0.2.9')).toEqual([
    '1.example. 60 PTR h1.s.example.',
    'o.example. 60 A 192.0.2.9',
    'o.example. 60 TXT "x"',
    's.example. 60 MX 1 s.example.',
    's.example. 60 MX 2 s.example.',
  ]);
  expect(problemsOf(() => parseZoneText('$GENERATE 1-1 a$ 60 A 192.0.2.$\n 60 A 192.0.2.1', { origin: 'example.' }))[0]).toMatchObject({
    code: 'ERR_ZONE_OWNER_MISSING',
    line: 2,
  });
});

test.each([
  ['$', 10, '10'],
  ['${0}', 10, '10'],
  ['${5}', 10, '15'],
  ['${-3}', 10, '7'],
  ['${+3}', 10, '13'],
  ['${-12}', 10, '-2'],
  ['${-12,4}', 10, '-002'],
  ['${0,4}', 10, '0010'],
  ['${0,1}', 10, '10'],
  ['${0,4,d}', 10, '0010'],
  ['${0,4,o}', 10, '0012'],
  ['${0,4,x}', 10, '000a'],
  ['${0,4,X}', 10, '000A'],
  ['${-11,1,x}', 10, 'ffffffff'],
  ['${0,0,x}', 255, 'ff'],
  // Nibbles from the lowest up; dots count for the width.
  ['${0,0,n}', 300, 'c.2.1'],
  ['${0,1,n}', 300, 'c.2.1'],
  ['${0,7,n}', 300, 'c.2.1.0'],
  ['${0,7,N}', 300, 'C.2.1.0'],
  ['${0,2,n}x', 3, '3.x'],
  ['${0,6,n}x', 3, '3.0.0.x'],
  ['${-4,0,n}', 3, 'f.f.f.f.f.f.f.f'],
  ['a$b$c', 3, 'a3b3c'],
  ['a${1}${2}', 3, 'a45'],
  ['$$', 3, String.raw`\$`],
  [String.raw`\$`, 3, String.raw`\$`],
  ['$$$', 3, String.raw`\$3`],
  [String.raw`\065\\$`, 3, String.raw`A\\3`],
])('%s is for %i the owner %s', (owner, value, text) => {
  expect(linesOf(`$GENERATE ${value}-${value} ${owner} 60 TXT x`)).toEqual([`${text}.example. 60 TXT "x"`]);
});

test('RDATA of several words is quoted, and a quote in it escaped', () => {
  expect(linesOf('$GENERATE 1-1 a 60 MX "$ m$"')).toEqual(['a.example. 60 MX 1 m1.example.']);
  expect(linesOf('$GENERATE 1-1 a 60 TXT "host $"')).toEqual(['a.example. 60 TXT "host" "1"']);
  expect(linesOf(String.raw`$GENERATE 1-1 a 60 TXT "\"host $\" \"; \\$ \034 x\""`)).toEqual([
    String.raw`a.example. 60 TXT "host 1" "; \\1 \" x"`,
  ]);
  expect(linesOf(String.raw`$GENERATE 1-1 a 60 TYPE65400 "\# 1 0$"`)).toEqual([String.raw`a.example. 60 TYPE65400 \# 1 01`]);
});

test('a $GENERATE larger than a window of the reader is read as a whole', () => {
  const lines = linesOf('$GENERATE 0-9999 ${0,60} 60 A 192.0.2.1');
  expect(lines).toHaveLength(10_000);
  expect(lines.at(-1)).toBe(`${'9999'.padStart(60, '0')}.example. 60 A 192.0.2.1`);
});

const RANGE = 'expected a range start-stop or start-stop/step, from 0 to 2147483647, found ';
const MODIFIERS = 'expected ${offset}, ${offset,width} or ${offset,width,base}, the width up to 127, the base d, o, x, X, n or N, found ';
// The entries start at line 3.
test.each([
  ['$GENERATE', 'ERR_ZONE_GENERATE', '3:10', `${RANGE}the end of the line`],
  ['$GENERATE "1-2" a A 192.0.2.$', 'ERR_ZONE_GENERATE', '3:11', `${RANGE}"1-2"`],
  ...['3-1', '1', '1-', '-1-3', '1-2/', '1-2/0', '1-2/x', '1-2x', '1-2147483648', '0-1/2147483648'].map((range) => [
    `$GENERATE ${range} a A 192.0.2.$`,
    'ERR_ZONE_GENERATE',
    '3:11',
    `${RANGE}"${range}"`,
  ]),
  ['$GENERATE 1-2', 'ERR_ZONE_NAME', '3:14', 'expected an owner name, found the end of the line'],
  ['$GENERATE 1-2 "a" 60 A 192.0.2.$', 'ERR_ZONE_NAME', '3:15', 'expected an owner name, found "a"'],
  ['$GENERATE 1-2 a 60', 'ERR_ZONE_TYPE', '3:19', 'expected a TTL, a class or a type, found the end of the line'],
  ['$GENERATE 1-2 a 60 CH A 192.0.2.$', 'ERR_ZONE_CLASS', '3:20', 'expected class IN, the only one served, found "CH"'],
  ['$GENERATE 1-2 a 60 ANY x', 'ERR_ZONE_TYPE', '3:20', 'expected a type of record, found "ANY"'],
  ['$GENERATE 1-2 a 60 A', 'ERR_ZONE_RDATA', '3:21', 'expected the RDATA of A, found the end of the line'],
  [
    '$GENERATE 1-2 a 60 MX $ m$',
    'ERR_ZONE_DIRECTIVE',
    '3:25',
    'expected the end of the line (RDATA of several words goes into quotes), found "m$"',
  ],
  ...['${}', '${x}', '${0,128}', '${0,3,z}', '${0,3,dd}', '${,3}', '${0,3', '${0:3}', '${2147483646}', '${-2147483649}'].map((part) => [
    `$GENERATE 1-2 a${part} 60 A 192.0.2.$`,
    'ERR_ZONE_GENERATE',
    '3:15',
    `${MODIFIERS}"${part}"`,
  ]),
  ['$GENERATE 1-2 a 60 A 192.0.2.${}', 'ERR_ZONE_GENERATE', '3:22', `${MODIFIERS}"$\{}"`],
  // The first of the records that are wrong is told, and no other.
  [
    '$GENERATE 254-999 a$ 60 A 192.0.2.$',
    'ERR_ZONE_RDATA',
    '3:27',
    'in the record for 256: in the RDATA of A: expected an IPv4 address, found "192.0.2.256"',
  ],
  [
    '$GENERATE 1-2 a..$ 60 A 192.0.2.$',
    'ERR_ZONE_NAME',
    '3:15',
    'in the record for 1: expected an owner name, found an empty label in "a..1"',
  ],
  [
    '$GENERATE 1-2 a$.net. 60 A 192.0.2.$',
    'ERR_ZONE_OUT_OF_ZONE',
    '3:15',
    'in the record for 1: expected an owner in the zone example., found a1.net.',
  ],
  ['$GENERATE 7-9 a$ 60 TXT "(x"', 'ERR_ZONE_SYNTAX', '3:25', 'in the record for 7: expected ")" for this "(", found the end of the file'],
])('%j is told with its place', (entry, code, place, message) => {
  const [line, column] = place.split(':').map(Number);
  expect(problemsOf(() => exampleZone(entry))).toMatchObject([{ code, message, line, column }]);
});

test('a $GENERATE that makes too many records is told before it makes one, and lines add up', () => {
  expect(problemsOf(() => exampleZone('$GENERATE 0-2147483647 a$ 60 A 192.0.2.1'))).toMatchObject([
    {
      code: 'ERR_ZONE_GENERATE',
      message: 'expected at most 65536 more records from $GENERATE in this zone, found 2147483648',
      line: 3,
      column: 11,
    },
  ]);
  expect(problemsOf(() => exampleZone('$GENERATE 1-9 a$ 60 A 192.0.2.1\n$GENERATE 0-65535 b$ 60 A 192.0.2.1'))).toMatchObject([
    { code: 'ERR_ZONE_GENERATE', message: 'expected at most 65527 more records from $GENERATE in this zone, found 65536', line: 4 },
  ]);
});

test('problems of the zone as a whole point at the line of the $GENERATE', () => {
  expect(problemsOf(() => exampleZone('$GENERATE 1-2 a 60 CNAME b$\nx 60 TXT x'))).toMatchObject([
    { code: 'ERR_ZONE_CNAME_TWICE', line: 3 },
  ]);
});
