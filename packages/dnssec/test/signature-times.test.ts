import { expect, test } from 'vitest';
import { signatureTimes } from '../src/index.ts';
import { name } from './presentation.ts';

const DAY = 86_400;
const NOW = 1_700_000_000;
const at = (owner: string) => signatureTimes({ nowSeconds: NOW, owner: name(owner) });

test('a signature begins an hour back, for validators whose clock is late, and lasts 13 to 14 days', () => {
  const { inceptionSeconds, expirationSeconds } = at('www.example.');
  expect(inceptionSeconds).toBe(NOW - 3600);
  expect(expirationSeconds).toBeGreaterThanOrEqual(NOW + 13 * DAY);
  expect(expirationSeconds).toBeLessThanOrEqual(NOW + 14 * DAY);
});

test('a signature is refreshed a week before it expires', () => {
  const { expirationSeconds, refreshAtSeconds } = at('www.example.');
  expect(refreshAtSeconds).toBe(expirationSeconds - 7 * DAY);
});

test('jitter is the same for an owner each time, whatever its case, and spreads owners over the day', () => {
  expect(at('WWW.example.')).toEqual(at('www.example.'));
  const hours = new Set(
    Array.from({ length: 1000 }, (_, i) => Math.floor((NOW + 14 * DAY - at(`host${i}.example.`).expirationSeconds) / 3600)),
  );
  expect(hours.size).toBeGreaterThanOrEqual(24);
});

test('validity and jitter can be given; the refresh stays between now and the expiration', () => {
  for (let i = 0; i < 100; i++) {
    const owner = name(`host${i}.example.`);
    const times = signatureTimes({ nowSeconds: NOW, owner, validitySeconds: 60, jitterSeconds: 15 });
    expect(times.expirationSeconds).toBeGreaterThanOrEqual(NOW + 45);
    expect(times.expirationSeconds).toBeLessThanOrEqual(NOW + 60);
    expect(times.refreshAtSeconds).toBe(times.expirationSeconds - 30);
  }
  expect(signatureTimes({ nowSeconds: NOW, owner: name('a.'), jitterSeconds: 0 }).expirationSeconds).toBe(NOW + 14 * DAY);
});

test.each([
  { validitySeconds: 0 },
  { validitySeconds: -1 },
  { validitySeconds: Number.NaN },
  { validitySeconds: 100, jitterSeconds: 26 },
  { jitterSeconds: -1 },
])('%o is ERR_DNSSEC_TIMES', (options) => {
  expect(() => signatureTimes({ nowSeconds: NOW, owner: name('a.'), ...options })).toThrow(
    expect.objectContaining({ code: 'ERR_DNSSEC_TIMES' }),
  );
});
