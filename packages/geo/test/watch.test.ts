import { appendFileSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type GeoDatabase, watchDatabase } from '../src/index.ts';
import { writeMmdb } from './fixtures/mmdb-writer.ts';

let directory: string;
let path: string;
let watch: { close(): void };
let replaced: (string | undefined)[];
let errors: string[];

const contents = (country: string) => writeMmdb([['192.0.2.0/24', { country_code: country }]]);
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !condition(); i++) await pause(2);
  expect(condition(), `${condition}`).toBe(true);
}

function start(intervalMs = 10): void {
  watch = watchDatabase(path, (database: GeoDatabase) => replaced.push(database.locateText('192.0.2.1').country), {
    intervalMs,
    onError: (error) => errors.push((error as Error & { code: string }).code),
  });
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'geo-watch-'));
  path = join(directory, 'db.mmdb');
  writeFileSync(path, contents('DE'));
  replaced = [];
  errors = [];
  start();
  await pause(50);
});

afterEach(() => {
  watch.close();
  rmSync(directory, { recursive: true });
});

test('a file that stays as it is is not read', async () => {
  await pause(50);
  expect(replaced).toEqual([]);
  expect(errors).toEqual([]);
});

test('a rename over the file brings the new database, once', async () => {
  writeFileSync(`${path}.new`, contents('FR'));
  renameSync(`${path}.new`, path);
  await until(() => replaced.length > 0);
  await pause(50);
  expect(replaced).toEqual(['FR']);
  writeFileSync(`${path}.new`, contents('JP'));
  renameSync(`${path}.new`, path);
  await until(() => replaced.length > 1);
  expect(replaced).toEqual(['FR', 'JP']);
});

test('a file written in place, with the same length, is read', async () => {
  writeFileSync(path, contents('FR'));
  await until(() => replaced.length > 0);
  expect(replaced).toEqual(['FR']);
});

test('a symlink that is led elsewhere is a replacement', async () => {
  const [one, other] = [join(directory, 'one.mmdb'), join(directory, 'other.mmdb')];
  writeFileSync(one, contents('FR'));
  writeFileSync(other, contents('JP'));
  for (const target of [one, other]) {
    symlinkSync(target, `${path}.link`);
    renameSync(`${path}.link`, path);
    await until(() => replaced.length === (target === one ? 1 : 2));
  }
  expect(replaced).toEqual(['FR', 'JP']);
});

test('a file that is still being written is left alone until it has stayed the same', async () => {
  watch.close();
  start(80);
  await pause(40);
  const whole = contents('US');
  writeFileSync(path, whole.subarray(0, 20));
  for (let at = 20; at < whole.length; at += Math.ceil(whole.length / 8)) {
    await pause(30);
    appendFileSync(path, whole.subarray(at, at + Math.ceil(whole.length / 8)));
  }
  await until(() => replaced.length > 0);
  expect(replaced).toEqual(['US']);
  expect(errors).toEqual([]);
});

test('a file that changes while it is read is read again, and only the second reading counts', async () => {
  watch.close();
  let reads = 0;
  watch = watchDatabase(path, (database) => replaced.push(database.locateText('192.0.2.1').country), {
    intervalMs: 10,
    allocate: (octets) => {
      if (++reads === 1) writeFileSync(path, contents('JP'));
      return new SharedArrayBuffer(octets);
    },
  });
  await pause(30);
  writeFileSync(path, contents('FR'));
  await until(() => replaced.length > 0);
  await pause(30);
  expect([reads, replaced]).toEqual([2, ['JP']]);
});

test('a broken file is reported once and nothing is replaced; when it is mended, the new one comes', async () => {
  writeFileSync(path, 'rubbish');
  await until(() => errors.length > 0);
  await pause(50);
  expect(errors).toEqual(['ERR_GEO_BROKEN_DATABASE']);
  expect(replaced).toEqual([]);
  writeFileSync(path, contents('FR'));
  await until(() => replaced.length > 0);
  expect(replaced).toEqual(['FR']);
});

test('a file that is gone is reported once; when it is back, it is read', async () => {
  rmSync(path);
  await until(() => errors.length > 0);
  await pause(50);
  expect(errors).toEqual(['ERR_GEO_FILE']);
  writeFileSync(path, contents('FR'));
  await until(() => replaced.length > 0);
  expect(replaced).toEqual(['FR']);
});

test('a callback that throws is told to onError, and the watch goes on', async () => {
  watch.close();
  let calls = 0;
  watch = watchDatabase(
    path,
    () => {
      calls++;
      throw Object.assign(new Error('callback'), { code: 'CALLBACK' });
    },
    { intervalMs: 10, onError: (error) => errors.push((error as Error & { code: string }).code) },
  );
  await pause(30);
  for (const country of ['FR', 'JP']) {
    const before = calls;
    writeFileSync(path, contents(country));
    await until(() => calls > before);
  }
  expect(errors).toEqual(['CALLBACK', 'CALLBACK']);
});

test('after close nothing more is reported', async () => {
  writeFileSync(path, contents('FR'));
  watch.close();
  await pause(60);
  expect(replaced).toEqual([]);
});
