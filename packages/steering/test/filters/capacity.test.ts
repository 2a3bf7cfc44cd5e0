import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { definePolicy } from '../../src/index.ts';
import { sites } from '../cases/decision-case.ts';
import { CLIENT, chainOf, chiSquare } from '../fixtures.ts';

type Capacities = Record<string, { share: number; limit: number }>;
const THREE: Capacities = { eu: { share: 50, limit: 70 }, us: { share: 30, limit: 60 }, ap: { share: 20, limit: 30 } };

function policyOf(pools: Capacities, more: object = {}) {
  const all = sites(Object.fromEntries(Object.keys(pools).map((name) => [name, null])));
  return definePolicy(
    { name: 'c', pools: Object.keys(pools), chain: ['up', { capacity: { pools, ...more } }, { first: 1 }] },
    { pools: all },
  );
}

/** What each pool gets, of the sum of all shares, by many clients. */
function counts(pools: Capacities, down: readonly string[], sticky: boolean, clients = 20_000): number[] {
  const policy = policyOf(pools, { sticky });
  const health = Object.fromEntries(down.map((name) => [name, 'down' as const]));
  const names = Object.keys(pools);
  const found = names.map(() => 0);
  for (let i = 0; i < clients; i++) {
    const { endpoints } = policy.decide({ client: `10.${(i >> 8) & 255}.${i & 255}.0/24`, type: 'A' }, { health, seed: i });
    found[names.indexOf(endpoints[0]!.split('/')[0]!)]!++;
  }
  return found;
}

describe('capacity', () => {
  test.each([
    [[], [50, 30, 20]],
    // 20 spill into room of 20 and 30.
    [['ap'], [58, 42, 0]],
    // 50 spill into room of 30 and 10: over by 10, so in proportion to 60 and 30.
    [['eu'], [0, 200 / 3, 100 / 3]],
    [
      ['eu', 'us'],
      [0, 0, 100],
    ],
  ])('with %j down the shares are %j', (down, shares) => {
    for (const sticky of [false, true]) {
      const found = counts(THREE, down, sticky);
      const there = shares.flatMap((share, i) => (share > 0 ? [i] : []));
      expect(found.filter((_, i) => shares[i] === 0).every((count) => count === 0)).toBe(true);
      if (there.length === 1) continue;
      const { statistic, limit } = chiSquare(
        there.map((i) => found[i]!),
        there.map((i) => shares[i]!),
      );
      expect(statistic).toBeLessThan(limit);
    }
  });

  test('nobody goes over its limit while all together suffice, and all shares are given away', () => {
    const capacity = fc.record({ share: fc.integer({ min: 1, max: 100 }), room: fc.integer({ min: 0, max: 100 }) });
    fc.assert(
      fc.property(fc.array(capacity, { minLength: 2, maxLength: 6 }), fc.nat(62), (list, mask) => {
        const pools: Capacities = Object.fromEntries(list.map(({ share, room }, i) => [`p${i}`, { share, limit: share + room }]));
        const names = Object.keys(pools);
        const up = names.filter((_, i) => ((mask >> i) & 1) === 0);
        fc.pre(up.length > 0);
        const health = Object.fromEntries(names.filter((name) => !up.includes(name)).map((name) => [name, 'down' as const]));
        const { reason } = policyOf(pools).decide(CLIENT, { health }).trace[1]!;
        const loads = new Map(Array.from(reason.matchAll(/(p\d) gets ([\d.]+)/g), ([, name, load]) => [name!, Number(load)]));
        const total = list.reduce((sum, { share }) => sum + share, 0);
        expect([...loads.values()].reduce((sum, load) => sum + load, 0)).toBeCloseTo(total, 0);
        const limit = up.reduce((sum, name) => sum + pools[name]!.limit, 0);
        expect(reason.includes('over their limits')).toBe(limit < total);
        for (const name of up) {
          const { share, limit: own } = pools[name]!;
          expect(loads.get(name)).toBeGreaterThanOrEqual(limit < total ? 0 : share - 0.01);
          if (limit >= total) expect(loads.get(name)).toBeLessThanOrEqual(own + 0.01);
          else expect(loads.get(name)).toBeCloseTo((total * own) / limit, 1);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('sticky: the same client meets the same pool; the others come behind it', () => {
    const policy = chainOf([{ capacity: { pools: THREE, sticky: true } }]);
    const { ecsScope, endpoints, trace } = policy.decide(CLIENT, { seed: 1 });
    expect(policy.decide({ ...CLIENT, client: '81.2.69.77' }, { seed: 9 }).endpoints).toEqual(endpoints);
    expect([ecsScope, trace[0]?.out.map((tier) => tier.length)]).toEqual([24, [2, 4]]);
    expect(trace[0]?.reason).toMatch(/^eu gets 50 of at most 70, .* -> (eu|us|ap) for client subnet 81\.2\.69\.0\/24 by rendezvous hash$/);
  });

  test('one pool is left: nobody need be looked at', () => {
    const { ecsScope, endpoints } = policyOf(THREE, { sticky: true }).decide(CLIENT, { health: { eu: 'down', us: 'down' } });
    expect([ecsScope, endpoints]).toEqual([0, ['ap/1']]);
  });

  test('no pool with a share is left: the candidates stay', () => {
    const { endpoints, trace } = chainOf(['up', { capacity: { pools: { eu: { share: 1, limit: 1 } } } }]).decide(CLIENT, {
      health: { eu: 'down' },
    });
    expect([endpoints.length, trace[1]?.reason]).toEqual([4, 'no pool with a share has a candidate: the candidates stay as they are']);
  });

  test.each([
    [{}, ['chain', 1, 'capacity', 'pools'], 'ERR_STEERING_EMPTY'],
    [{ pools: { eu: { share: 5, limit: 4 } } }, ['chain', 1, 'capacity', 'pools', 'eu', 'limit'], 'ERR_STEERING_RANGE'],
    [{ pools: { eu: { share: -1, limit: 4 } } }, ['chain', 1, 'capacity', 'pools', 'eu', 'share'], 'ERR_STEERING_RANGE'],
    [{ pools: { eu: { share: 0, limit: 4 } } }, ['chain', 1, 'capacity', 'pools'], 'ERR_STEERING_RANGE'],
    [{ pools: { mars: { share: 1, limit: 4 } } }, ['chain', 1, 'capacity', 'pools', 'mars'], 'ERR_STEERING_UNKNOWN_POOL'],
    [{ pools: { eu: { share: 1, limit: 4 } }, ipv4Prefix: 24 }, ['chain', 1, 'capacity', 'ipv4Prefix'], 'ERR_STEERING_UNKNOWN_KEY'],
  ])('%j is refused with its place', (parameters, path, code) => {
    expect(() => chainOf(['up', { capacity: parameters } as never])).toThrow(expect.objectContaining({ path, code }));
  });
});
