import { expect, test } from 'vitest';
import { parseZoneText, SlabPool, ZoneImage } from '../src/index.ts';
import { findText, problemsOf } from './zones.ts';

function zoneOf(hosts: number): ReturnType<typeof parseZoneText> {
  const lines = Array.from({ length: hosts }, (_, i) => `host${i} 60 A 192.0.2.${i & 255}`);
  return parseZoneText(`@ 60 SOA a. b. ${hosts} 2 3 4 5\n@ 60 NS a.\n${lines.join('\n')}`, { origin: 'example.' });
}

/** Reloads as a server does: build, publish, and free the old image once all readers have reached the new epoch. */
function reload(pool: SlabPool, old: ZoneImage | undefined, hosts: number, epoch: number): ZoneImage {
  const image = zoneOf(hosts).build((octets) => pool.acquire(octets));
  if (old !== undefined) pool.retire(old.shared, epoch);
  pool.reclaim(epoch);
  return image;
}

test('100 reloads of one zone keep two slabs, and every image answers although its slab held another', () => {
  const pool = new SlabPool();
  const slabs = new Set<SharedArrayBuffer>();
  let image: ZoneImage | undefined;
  for (let epoch = 1; epoch <= 100; epoch++) {
    // Larger and smaller by turns, so that what is left in a slab would be seen.
    const hosts = 300 + ((epoch * 37) % 13);
    image = reload(pool, image, hosts, epoch);
    slabs.add(image.shared);
    expect(pool.slabCount).toBeLessThanOrEqual(2);
    expect(image.serial).toBe(hosts);
    expect(findText(image, `host${hosts - 1}.example.`)['status']).toBe('EXACT');
    expect(findText(image, `host${hosts}.example.`)['status']).toBe('MISSING');
  }
  expect(slabs.size).toBe(2);
  expect(pool.octets).toBeLessThan(2.2 * image!.imageOctets);
});

test('a zone that grows and shrinks for good still has two slabs, which fit', () => {
  const pool = new SlabPool();
  let image: ZoneImage | undefined;
  let epoch = 0;
  for (const hosts of [100, 150, 225, 340, 510, 765, 600, 300, 150, 50, 50, 50]) {
    image = reload(pool, image, hosts, ++epoch);
    expect(pool.slabCount).toBeLessThanOrEqual(2);
  }
  expect(pool.octets).toBeLessThan(5 * image!.imageOctets);
});

test('a slab is not used again before the last reader has passed its epoch', () => {
  const pool = new SlabPool();
  const old = pool.acquire(5000);
  pool.retire(old, 7);
  pool.reclaim(6);
  expect(pool.freeCount).toBe(0);
  const other = pool.acquire(5000);
  expect(other).not.toBe(old);
  pool.reclaim(7);
  expect(pool.freeCount).toBe(1);
  expect(pool.acquire(5000)).toBe(old);
});

test('an image that was never published gives its slab back at once', () => {
  const pool = new SlabPool();
  const kept = pool.acquire(5000);
  const failed = pool.acquire(5000);
  pool.retire(failed, 0);
  pool.reclaim(0);
  expect(pool.acquire(5000)).toBe(failed);
  // Retired twice, or from elsewhere: left alone.
  pool.retire(kept, 1);
  pool.retire(kept, 1);
  pool.retire(new SharedArrayBuffer(16), 1);
  expect(pool.slabCount).toBe(2);
});

test('zones of different sizes do not take one another for outgrown, and the spare room is at most what is in use', () => {
  const pool = new SlabPool();
  const large = pool.acquire(1_000_000);
  const small = pool.acquire(2000);
  pool.retire(large, 1);
  const nextLarge = pool.acquire(1_000_000);
  pool.reclaim(1);
  pool.retire(small, 2);
  expect(pool.acquire(2000)).not.toBe(large);
  pool.reclaim(2);
  expect(pool.acquire(1_000_000)).toBe(large);
  pool.retire(large, 3);
  pool.retire(nextLarge, 3);
  pool.reclaim(3);
  expect(pool.octets).toBeLessThan(10_000);
});

test('the smallest free slab that fits is taken', () => {
  const pool = new SlabPool();
  const slabs = [9000, 5000, 7000].map((octets) => pool.acquire(octets));
  const other = pool.acquire(50_000);
  for (const slab of slabs) pool.retire(slab, 1);
  pool.reclaim(1);
  expect(pool.acquire(6500)).toBe(slabs[2]);
  expect(other.byteLength).toBeGreaterThan(50_000);
});

test('a pool of a set number of slabs says so when all are in use', () => {
  const pool = new SlabPool({ slabs: 2 });
  const one = pool.acquire(5000);
  pool.acquire(100_000);
  expect(problemsOf(() => pool.acquire(5000))).toMatchObject([{ code: 'ERR_ZONE_SLABS_IN_USE' }]);
  pool.retire(one, 1);
  pool.reclaim(1);
  expect(pool.acquire(200_000).byteLength).toBeGreaterThan(200_000);
  expect(pool.slabCount).toBe(2);
});

test('an image says when its slab is too small, or holds no image', () => {
  const builder = zoneOf(10);
  expect(problemsOf(() => builder.build(() => new SharedArrayBuffer(64)))).toMatchObject([{ code: 'ERR_ZONE_IMAGE_OCTETS' }]);
  const { imageOctets } = builder.build();
  const image = builder.build((octets) => new SharedArrayBuffer(octets + 1001));
  expect(image.imageOctets).toBe(imageOctets);
  expect(image.octets.length).toBe(imageOctets + 1001);
  for (const octets of [0, 16, 4096]) {
    expect(problemsOf(() => new ZoneImage(new SharedArrayBuffer(octets)))).toMatchObject([{ code: 'ERR_ZONE_IMAGE' }]);
  }
});
