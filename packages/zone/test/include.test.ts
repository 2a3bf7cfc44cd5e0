import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readZoneFile } from '../src/index.ts';
import { problemsOf, zoneLines } from './zones.ts';

const START = '@ 60 SOA a. b. 1 2 3 4 5\n@ 60 NS a.\n';
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'zone-include-'));
  mkdirSync(join(directory, 'parts'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function write(file: string, text: string): string {
  const path = join(directory, file);
  writeFileSync(path, text);
  return path;
}

function linesOf(path: string): string[] {
  return zoneLines(readZoneFile(path, { origin: 'example.' })).filter((line) => !line.startsWith('example. '));
}

test('RFC 1035 5.1: $INCLUDE reads a file, with an origin or without; paths are relative to the including file', () => {
  write('parts/a b.zone', 'x 60 A 192.0.2.1\n$INCLUDE inner.zone');
  write('parts/inner.zone', 'y 60 A 192.0.2.2');
  const path = write('main.zone', `${START}$INCLUDE "parts/a b.zone"\n$INCLUDE parts/a\\ b.zone sub ; again`);
  expect(linesOf(path)).toEqual([
    'x.sub.example. 60 A 192.0.2.1',
    'y.sub.example. 60 A 192.0.2.2',
    'x.example. 60 A 192.0.2.1',
    'y.example. 60 A 192.0.2.2',
  ]);
});

test('RFC 1035 5.1: what the included file does to origin and owner ends with it; $TTL goes on (RFC 2308 4)', () => {
  write('parts/changes.zone', '$ORIGIN c\nx 60 A 192.0.2.1\n$TTL 77');
  const path = write('keeps.zone', `${START}own 60 A 192.0.2.1\n$INCLUDE parts/changes.zone b\n  TXT t\nz A 192.0.2.3`);
  expect(linesOf(path)).toEqual([
    'x.c.b.example. 60 A 192.0.2.1',
    'own.example. 60 A 192.0.2.1',
    'own.example. 77 TXT "t"',
    'z.example. 77 A 192.0.2.3',
  ]);
});

test('an included file starts without an owner', () => {
  write('parts/blank.zone', ' 60 A 192.0.2.1');
  const path = write('blank.zone', `${START}own 60 A 192.0.2.1\n$INCLUDE parts/blank.zone`);
  expect(problemsOf(() => linesOf(path))).toMatchObject([
    { code: 'ERR_ZONE_OWNER_MISSING', file: join(directory, 'parts/blank.zone'), line: 1, column: 2 },
  ]);
});

test('problems name the file they are in, and the including file goes on', () => {
  write('parts/wrong.zone', '\n\nx 60 A 1');
  const path = write('wrong.zone', `${START}$INCLUDE parts/wrong.zone\ny 60 A 2`);
  expect(problemsOf(() => linesOf(path))).toMatchObject([
    { code: 'ERR_ZONE_RDATA', file: join(directory, 'parts/wrong.zone'), line: 3, column: 8 },
    { code: 'ERR_ZONE_RDATA', file: path, line: 4, column: 8 },
  ]);
});

test('problems of the zone as a whole name the file and line of a record, across included files', () => {
  write('parts/cname.zone', '\nx 60 CNAME y');
  const path = write('cname.zone', `${START}x 60 A 192.0.2.1\n$INCLUDE parts/cname.zone\nx 60 TXT t\nz 60 CNAME a\nz 60 CNAME b`);
  expect(problemsOf(() => linesOf(path))).toMatchObject([
    { code: 'ERR_ZONE_CNAME_AND_OTHER', file: path, line: 3 },
    { code: 'ERR_ZONE_CNAME_TWICE', file: path, line: 7 },
  ]);
});

test('files that include one another are an error, by whatever name', () => {
  const path = write('loop.zone', `${START}$INCLUDE parts/loop.zone\nx 60 A 192.0.2.1`);
  write('parts/loop.zone', '$INCLUDE link.zone');
  symlinkSync(path, join(directory, 'parts/link.zone'));
  expect(problemsOf(() => linesOf(path))).toMatchObject([
    { code: 'ERR_ZONE_INCLUDE', file: join(directory, 'parts/loop.zone'), line: 1, column: 10 },
  ]);
});

test('at most 16 files include one another', () => {
  const chain = (count: number) => {
    for (let i = 1; i <= count; i++) write(`parts/${i}.zone`, i < count ? `$INCLUDE ${i + 1}.zone` : 'x 60 A 192.0.2.1');
    return write('chain.zone', `${START}$INCLUDE parts/1.zone`);
  };
  expect(linesOf(chain(16))).toEqual(['x.example. 60 A 192.0.2.1']);
  expect(problemsOf(() => linesOf(chain(17)))).toMatchObject([
    { code: 'ERR_ZONE_INCLUDE', file: join(directory, 'parts/16.zone'), line: 1 },
  ]);
});

test('a file that can not be read is told where it is named', () => {
  const missing = join(directory, 'missing.zone');
  expect(problemsOf(() => linesOf(missing))).toMatchObject([
    { code: 'ERR_ZONE_FILE', file: missing, line: 0, message: expect.stringContaining('ENOENT') as string },
  ]);
  expect(problemsOf(() => linesOf(directory))).toMatchObject([
    { code: 'ERR_ZONE_FILE', message: expect.stringContaining('EISDIR') as string },
  ]);
  const path = write('broken.zone', `${START}$INCLUDE missing.zone\n$INCLUDE parts b c\n$INCLUDE parts b..c\nx 60 A 1`);
  expect(problemsOf(() => linesOf(path))).toMatchObject([
    { code: 'ERR_ZONE_FILE', file: path, line: 3, column: 10 },
    { code: 'ERR_ZONE_DIRECTIVE', file: path, line: 4, column: 18 },
    { code: 'ERR_ZONE_NAME', file: path, line: 5, column: 16 },
    { code: 'ERR_ZONE_RDATA', file: path, line: 6, column: 8 },
  ]);
});
