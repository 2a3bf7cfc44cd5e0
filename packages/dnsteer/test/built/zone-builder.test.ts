import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SearchName } from '@dnsteer/wire';
import { EXACT, SlabPool, ZoneImage, ZoneMatch } from '@dnsteer/zone';
import { buildZones, ZoneBuildError } from 'dnsteer';
import { afterEach, beforeEach, expect, test } from 'vitest';

const APEX = new TextEncoder().encode('\x07example\x03com\x00');
const HEAD = '$TTL 300\n@ SOA ns1 hostmaster 7 3600 600 1209600 300\n@ NS ns1\nns1 A 192.0.2.53\n';
const NOW_SECONDS = 1_800_000_000;

let directory: string;
let temporary: string | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dnsteer-builder-'));
  temporary = process.env['TMPDIR'];
});
afterEach(() => {
  if (temporary === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = temporary;
  rmSync(directory, { recursive: true, force: true });
});

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
  expect(pool.slabCount).toBe(0);
});

test('without a folder for temporary files the error says what to set', async () => {
  process.env['TMPDIR'] = join(directory, 'missing');
  await expect(buildZones([request('zone', HEAD)], new SlabPool(), NOW_SECONDS)).rejects.toMatchObject({
    code: 'ERR_DNSTEER_BUILDER',
    message: expect.stringMatching(/no temporary file in .*missing: .*set TMPDIR to a folder that can be written to$/),
  });
});

test('nothing is left in the folder for temporary files', async () => {
  process.env['TMPDIR'] = directory;
  await buildZones([request('zone', HEAD)], new SlabPool(), NOW_SECONDS);
  expect(readdirSync(directory)).toEqual(['zone']);
});

test('where there is no room for the image, the error says so and what to set', async () => {
  const builder = fileURLToPath(new URL('../../dist/zone-builder-process.js', import.meta.url));
  const full = openSync('/dev/full', 'w');
  const child = fork(builder, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc', full] });
  const answer = once(child, 'message');
  child.send({ requests: [request('zone', HEAD)], nowSeconds: NOW_SECONDS });
  const [message] = await answer;
  closeSync(full);
  expect(message).toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(/^no room for an image of \d+ octets in .*ENOSPC.*: set TMPDIR to a folder that has it$/),
  });
});

test('a process that is lost is told', async () => {
  const before = builders();
  const records = Array.from({ length: 100_000 }, (_, i) => `n${i} A 192.0.2.1\n`);
  const building = buildZones([request('zone', HEAD + records.join(''))], new SlabPool(), NOW_SECONDS);
  let pid: number | undefined;
  while ((pid = builders().find((one) => !before.includes(one))) === undefined) await sleep(1);
  process.kill(pid, 'SIGKILL');
  await expect(building).rejects.toThrow(
    'the process that builds zones ended with SIGKILL before they were built; was there enough memory?',
  );
});

/** Processes of ours that build zones. */
function builders(): number[] {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('zone-builder-process');
    } catch {
      return false;
    }
  });
}
