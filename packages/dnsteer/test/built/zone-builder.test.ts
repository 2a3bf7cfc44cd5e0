import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportKey, generateKey } from '@dnsteer/dnssec';
import { SearchName } from '@dnsteer/wire';
import { EXACT, SlabPool, ZoneImage, ZoneMatch } from '@dnsteer/zone';
import { buildZones, ZoneBuildError } from 'dnsteer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { niceValues } from '../../../../tooling/testkit/index.ts';

const APEX = new TextEncoder().encode('\x07example\x03com\x00');
const HEAD = '$TTL 300\n@ SOA ns1 hostmaster 7 3600 600 1209600 300\n@ NS ns1\nns1 A 192.0.2.53\n';
const NOW_SECONDS = 1_800_000_000;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dnsteer-builder-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function request(name: string, text: string) {
  const file = join(directory, name);
  writeFileSync(file, text);
  return { apex: APEX, file, dynamic: [], keys: [] };
}

test('zones are laid out in slabs of the pool, each its own', async () => {
  const pool = new SlabPool();
  const requests = ['a', 'b', 'c'].map((name) => request(name, `${HEAD}only-in-${name} A 192.0.2.1\n`));
  const results = await buildZones(requests, pool, NOW_SECONDS);
  expect(results.map(({ serial }) => serial)).toEqual([7, 7, 7]);
  expect(pool.slabCount).toBe(3);
  const names = ['a', 'b', 'c'].map((name) => new TextEncoder().encode(`\x09only-in-${name}\x07example\x03com\x00`));
  const found = results.map(({ slab }) => names.map((name) => isThere(new ZoneImage(slab), name)));
  expect(found).toEqual([
    [true, false, false],
    [false, true, false],
    [false, false, true],
  ]);
});

function isThere(image: ZoneImage, name: Uint8Array): boolean {
  const sname = new SearchName();
  sname.set(name);
  return image.find(sname, new ZoneMatch()) === EXACT;
}

test('many small zones share slabs, and each is found in its part', async () => {
  const pool = new SlabPool();
  const names = Array.from({ length: 70 }, (_, i) => `z${i}`);
  const large = `${Array.from({ length: 2000 }, (_, i) => `h${i} A 192.0.2.1`).join('\n')}\n`;
  const requests = names.map((name, i) => request(name, `${HEAD}only-in-${name} A 192.0.2.1\n${i === 40 ? large : ''}`));
  const results = await buildZones(requests, pool, NOW_SECONDS);
  expect(pool.slabCount).toBe(2);
  expect(new Set(results.map(({ at }) => at)).size).toBe(69);
  const own = results.map(({ slab, at }, i) => isThere(new ZoneImage(slab, undefined, at), nameIn(names[i]!)));
  const next = results.map(({ slab, at }, i) => isThere(new ZoneImage(slab, undefined, at), nameIn(names[(i + 1) % 70]!)));
  expect([own.every(Boolean), next.some(Boolean)]).toEqual([true, false]);
});

const nameIn = (zone: string) => {
  const label = `only-in-${zone}`;
  return new TextEncoder().encode(`${String.fromCharCode(label.length)}${label}\x07example\x03com\x00`);
};

test('a zone that is built again and again takes turns between two slabs', async () => {
  const pool = new SlabPool();
  const again = request('zone', HEAD);
  let before: SharedArrayBuffer | undefined;
  const seen = new Set<SharedArrayBuffer>();
  for (let epoch = 1; epoch <= 5; epoch++) {
    const [built] = await buildZones([again], pool, NOW_SECONDS);
    if (before !== undefined) pool.retire(before, epoch);
    pool.reclaim(epoch);
    before = built!.slab;
    seen.add(before);
  }
  expect(seen.size).toBe(2);
  expect(pool.slabCount).toBe(2);
});

test('of a build that fails no slab is in use, and its problems have their places', async () => {
  const pool = new SlabPool();
  const error = await buildZones([request('good', HEAD), request('bad', `${HEAD}www A 192.0.2.300\n`)], pool, NOW_SECONDS).catch(
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(ZoneBuildError);
  expect((error as ZoneBuildError).problems).toMatchObject([{ file: join(directory, 'bad'), line: 5, column: 7 }]);
  pool.reclaim(0);
  expect(pool.freeCount).toBe(pool.slabCount);
});

test('a pool without a slab to give is told, and no slab is in use', async () => {
  const pool = new SlabPool({ slabs: 1 });
  const requests = ['a', 'b'].map((name) => request(name, HEAD));
  await expect(buildZones(requests, pool, NOW_SECONDS)).rejects.toMatchObject({ code: 'ERR_ZONE_SLABS_IN_USE' });
  pool.reclaim(0);
  expect(await buildZones([requests[0]!], pool, NOW_SECONDS)).toHaveLength(1);
});

test('in the background the thread comes last, and only there', async () => {
  const nices: number[][] = [];
  class WatchedPool extends SlabPool {
    // It waits for its slab meanwhile.
    override acquire(octets: number): SharedArrayBuffer {
      nices.push(niceValues(process.pid));
      return super.acquire(octets);
    }
  }
  await buildZones([request('zone', HEAD)], new WatchedPool(), NOW_SECONDS, { inBackground: true });
  await buildZones([request('zone', HEAD)], new WatchedPool(), NOW_SECONDS);
  expect(nices.map((of) => of.filter((nice) => nice === 19).length)).toEqual([1, 0]);
});

test('a zone with keys is signed, and one that is signed already is a problem of its file', async () => {
  const keys = [exportKey(generateKey(13))];
  const unsigned = { ...request('unsigned', HEAD), keys };
  const [built] = await buildZones([unsigned], new SlabPool(), NOW_SECONDS);
  expect(new ZoneImage(built!.slab).isSigned).toBe(true);
  expect(built!.refreshAtSeconds).toBeGreaterThan(NOW_SECONDS);
  const signed = { ...request('signed', `${HEAD}@ RRSIG SOA 13 2 60 20300101000000 20200101000000 1 @ AAAA\n`), keys };
  const error = await buildZones([signed], new SlabPool(), NOW_SECONDS).catch((caught: unknown) => caught);
  expect((error as ZoneBuildError).problems).toMatchObject([{ file: signed.file, line: 0, column: 0 }]);
});

test('a thread that is lost is told, and no slab is in use', async () => {
  const pool = new SlabPool();
  process.once('worker', (thread) => void thread.terminate());
  await expect(buildZones([request('zone', HEAD)], pool, NOW_SECONDS)).rejects.toThrow(
    'the thread that builds zones ended before they were built',
  );
  expect(pool.slabCount).toBe(0);
});
