import { expect, test } from 'vitest';
import { locationOf } from '../src/location.ts';
import { LocationCache } from '../src/location-cache.ts';

const location = (n: number) => locationOf([{ asn: n }], 8);

test('what is looked up while warm is the same object; leaves and prefix length tell entries apart', () => {
  const cache = new LocationCache(100);
  const [a, b, c] = [location(1), location(2), location(3)];
  cache.set([7, 8], 24, a);
  cache.set([7, 8], 25, b);
  cache.set([7, 9], 24, c);
  expect([cache.get([7, 8], 24), cache.get([7, 8], 25), cache.get([7, 9], 24)]).toEqual([a, b, c]);
  expect(cache.get([7, 8], 24)).toBe(a);
  expect(cache.get([8, 7], 24)).toBeUndefined();
});

test('what is asked for stays, however much else comes by; what is not is forgotten', () => {
  const cache = new LocationCache(20);
  const warm = location(1);
  const cold = location(2);
  cache.set([1], 24, warm);
  cache.set([2], 24, cold);
  for (let leaf = 10; leaf < 100; leaf++) {
    cache.set([leaf], 24, location(leaf));
    expect(cache.get([1], 24)).toBe(warm);
  }
  expect(cache.get([2], 24)).toBeUndefined();
});

test('it holds no more than it was told', () => {
  const cache = new LocationCache(20);
  for (let leaf = 0; leaf < 1000; leaf++) cache.set([leaf], 24, location(leaf));
  let held = 0;
  for (let leaf = 999; leaf >= 0; leaf--) if (cache.get([leaf], 24) !== undefined) held++;
  expect(held).toBeGreaterThanOrEqual(10);
  expect(held).toBeLessThanOrEqual(20);
});
