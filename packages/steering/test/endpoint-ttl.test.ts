import { describe, expect, test } from 'vitest';
import { definePolicy, type Pool } from '../src/index.ts';
import { CLIENT } from './fixtures.ts';

const pools: Pool[] = [
  {
    name: 'p',
    endpoints: [
      { name: 'a', addresses: ['192.0.2.1'] },
      { name: 'b', addresses: ['192.0.2.2'], ttl: 20 },
      { name: 'c', addresses: ['192.0.2.3'], ttl: 2 },
      { name: 'd', addresses: ['192.0.2.4'], ttl: 900 },
    ],
  },
];
const decide = (down: string[], first = 1, cap = Number.POSITIVE_INFINITY) => {
  const policy = definePolicy({ name: 't', pools: ['p'], chain: ['up', { first }], ttl: { min: 5, max: 60 } }, { pools });
  const isUp = (slot: number) => !down.includes('abcd'[slot]!);
  return policy.decide(CLIENT, { health: { isUp, ttlCapSeconds: () => cap } });
};

describe('the ttl of an endpoint', () => {
  test.each([
    ['it says nothing', [], 1, 60, '60 s: ttl.max'],
    ['it is less than that of the policy', ['a'], 1, 20, '20 s: the ttl of p/b'],
    ['it is less than ttl.min', ['a', 'b'], 1, 2, '2 s: the ttl of p/c'],
    ['it is more than ttl.max, which holds', ['a', 'b', 'c'], 1, 60, '60 s: ttl.max'],
    ['the least of those in the answer', [], 2, 20, '20 s: the ttl of p/b'],
    ['the least of all of them', [], 4, 2, '2 s: the ttl of p/c'],
  ])('%s', (_, down, first, ttl, reason) => {
    expect(decide(down, first)).toMatchObject({ ttl, ttlReason: expect.stringContaining(reason) });
  });

  test('health that may change sooner holds, down to ttl.min', () => {
    expect(decide(['a'], 1, 12)).toMatchObject({ ttl: 12, ttlReason: '12 s: the health of pool p may change in 12 s' });
    expect(decide(['a'], 1, 1)).toMatchObject({ ttl: 5, ttlReason: '5 s: ttl.min, though the health of pool p may change in 1 s' });
    expect(decide(['a', 'b'], 1, 1)).toMatchObject({ ttl: 2, ttlReason: '2 s: the ttl of p/c' });
  });

  test.each([-1, 1.5, 2 ** 31, '60'])('%j is refused with its place', (ttl) => {
    const endpoints = [{ name: 'a', addresses: ['192.0.2.1'], ttl: ttl as number }];
    expect(() => definePolicy({ name: 't', pools: ['p'], chain: [] }, { pools: [{ name: 'p', endpoints }] })).toThrow(
      expect.objectContaining({ path: ['endpoints', 0, 'ttl'] }),
    );
  });
});
