import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlabPool } from '@dnsteer/zone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeMmdb } from '../../../../packages/geo/test/fixtures/mmdb-writer.ts';
import { parseConfig } from '../../src/config/load.ts';
import { composeAtRest } from '../../src/control/composition.ts';
import { GeoFiles } from '../../src/control/geo-files.ts';

let directory: string;
let pool: SlabPool;
let files: GeoFiles;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dnsteer-geo-'));
  pool = new SlabPool();
  files = new GeoFiles(pool);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const mmdb = (country: string) => writeMmdb([['192.0.2.0/24', { country_code: country }]]);
const write = (name: string, octets: Uint8Array | string) => {
  // As tools replace a database: aside, then over the old one.
  writeFileSync(join(directory, `${name}.new`), octets);
  renameSync(join(directory, `${name}.new`), join(directory, name));
};
const composition = (...names: string[]) =>
  composeAtRest(parseConfig(`geo:\n  databases: ${JSON.stringify(names)}\n`, 'dnsteer.yaml', directory));

test('the same files are not opened again; a replaced one is', async () => {
  write('a.mmdb', mmdb('DE'));
  const first = await files.open(composition('a.mmdb'), undefined);
  expect(first.database?.locateText('192.0.2.1').country).toBe('DE');
  expect(await files.open(composition('a.mmdb'), first)).toBe(first);
  expect(pool.slabCount).toBe(1);

  write('a.mmdb', mmdb('FR'));
  const second = await files.open(composition('a.mmdb'), first);
  expect(second.version).not.toBe(first.version);
  expect([first, second].map(({ database }) => database?.locateText('192.0.2.1').country)).toEqual(['DE', 'FR']);
  expect(pool.slabCount).toBe(2);
});

test('a file that was written in place within its old size counts as another', async () => {
  write('a.mmdb', mmdb('DE'));
  const first = await files.open(composition('a.mmdb'), undefined);
  writeFileSync(join(directory, 'a.mmdb'), mmdb('FR'));
  utimesSync(join(directory, 'a.mmdb'), 1, 1);
  const second = await files.open(composition('a.mmdb'), first);
  expect(second.database?.locateText('192.0.2.1').country).toBe('FR');
});

test('all files that can not be used are told, with their places; no slab is in use', async () => {
  write('broken.mmdb', 'not a database');
  write('good.mmdb', mmdb('DE'));
  const error = await files.open(composition('missing.mmdb', 'good.mmdb', 'broken.mmdb'), undefined).catch((caught: Error) => caught);
  const lines = (error as Error).message.split('\n');
  expect(lines).toEqual([
    expect.stringMatching(/^dnsteer\.yaml:2:15: geo\.databases\[0\]: .*missing\.mmdb can't be read/),
    expect.stringMatching(/^dnsteer\.yaml:2:42: geo\.databases\[2\]: .*broken\.mmdb: /),
  ]);
  pool.reclaim(0);
  expect(pool.slabCount).toBe(0);
});

test('without databases it is the one that ships, once a policy asks; where none does, nothing is read', async () => {
  const steered = composeAtRest(
    parseConfig(
      'pools: { eu: { endpoints: [{ name: a, addresses: [192.0.2.1] }] } }\npolicies: { web: { pools: [eu], chain: [up] } }\n',
      'dnsteer.yaml',
      directory,
    ),
  );
  const nobodyAsks = await files.open(composition(), undefined);
  expect(nobodyAsks.database).toBeUndefined();
  expect(pool.slabCount).toBe(0);
  const { database } = await files.open(steered, nobodyAsks);
  expect(database?.locateText('88.198.0.1').country).toBe('DE');
});
