import { describe, expect, test } from 'vitest';
import { CLIENT, chainOf, chiSquare, weightedPool } from '../fixtures.ts';

const pool = weightedPool([9, 1, 0, 5]);
const policyOf = (chain: Parameters<typeof chainOf>[0]) => chainOf(chain, { pools: ['p'] }, [pool]);

describe('shuffle', () => {
  test('every order is as likely, whatever the weights', () => {
    const policy = policyOf(['shuffle']);
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 24_000; seed++) {
      const order = policy.decide(CLIENT, { seed }).endpoints.join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const { statistic, limit } = chiSquare([...counts.values()], new Array(24).fill(1));
    expect(statistic).toBeLessThan(limit);
  });

  test('tiers stay, and nothing looks at the client', () => {
    const policy = chainOf([{ geotarget: { default: ['us', 'eu'] } }, 'shuffle']);
    const seen = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      const { ecsScope, trace } = policy.decide(CLIENT, { seed });
      expect(trace[1]!.out.map((tier) => tier.toSorted())).toEqual([
        ['us/dfw1', 'us/iad1'],
        ['eu/ams1', 'eu/fra1'],
      ]);
      expect(ecsScope).toBe(0);
      seen.add(trace[1]!.out.join());
    }
    expect(seen.size).toBe(4);
  });
});

describe('multivalue', { timeout: 60_000 }, () => {
  test("Route 53's multivalue answer: n of those that are up, each as likely", () => {
    const policy = policyOf(['up', { multivalue: 2 }]);
    const counts: Record<string, number> = {};
    for (let seed = 0; seed < 12_000; seed++) {
      const { endpoints } = policy.decide(CLIENT, { seed, health: { 'p/e1': 'down' } });
      expect(endpoints).toHaveLength(2);
      for (const id of endpoints) counts[id] = (counts[id] ?? 0) + 1;
    }
    expect(Object.keys(counts).sort()).toEqual(['p/e0', 'p/e2', 'p/e3']);
    const { statistic, limit } = chiSquare(Object.values(counts), [1, 1, 1]);
    expect(statistic).toBeLessThan(limit);
  });

  test('with fewer than n all of them are answered', () => {
    const { endpoints, trace } = policyOf([{ multivalue: 8 }]).decide(CLIENT, { seed: 1 });
    expect(endpoints.toSorted()).toEqual(['p/e0', 'p/e1', 'p/e2', 'p/e3']);
    expect(trace[0]!.reason).toContain('takes all 4 candidates, as they are no more than 8');
  });

  test.each([0, 1.5, '2', null])('%j is refused', (found) => {
    expect(() => policyOf([{ multivalue: found as never }])).toThrow(expect.objectContaining({ path: ['chain', 0, 'multivalue'] }));
  });
});
