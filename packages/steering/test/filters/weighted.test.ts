import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Choice, type ClientSubnet, definePolicy, type Environment, type Policy, seededRandom } from '../../src/index.ts';
import { CLIENT, chainOf, chiSquare, weightedPool } from '../fixtures.ts';

type Sticky = { sticky?: boolean; ipv4Prefix?: number; ipv6Prefix?: number; multi?: boolean };

const policyOf = (weights: readonly number[], parameters: Sticky = {}, first = 1) =>
  definePolicy({ name: 'w', pools: ['p'], chain: [{ weighted: parameters }, { first }] }, { pools: [weightedPool(weights)] });

const environment = (random: () => number): Environment => ({
  health: { isUp: () => true, ttlCapSeconds: () => Number.POSITIVE_INFINITY },
  locator: { locate: () => ({ prefixLength: 0 }) },
  nowMs: 0,
  random,
});

/** The /24 number `n`. */
function subnet(n: number): ClientSubnet {
  return { address: Uint8Array.of((n >> 16) & 255, (n >> 8) & 255, n & 255, 0), family: 4, prefixLength: 24, fromEcs: true };
}

/** The index that comes first for each of `clients` /24s. */
function winners(policy: Policy, clients: number, random = seededRandom(7)): string[] {
  const choice = new Choice();
  const env = environment(random);
  return Array.from({ length: clients }, (_, n) => {
    policy.choose(subnet(n), 4, env, choice);
    return policy.endpoints[choice.endpoints[0]!]!.id;
  });
}

const countOf = (ids: readonly string[], policy: Policy) => policy.endpoints.map(({ id }) => ids.filter((other) => other === id).length);

const WEIGHTS = [
  [1, 1],
  [3, 1],
  [1, 2, 3, 4],
  [0.5, 0.25, 0.25],
  [97, 1, 1, 1],
];

describe('weighted, random', () => {
  test.each(WEIGHTS.map((weights) => [weights.join(':'), weights] as const))('chi-square: 100,000 draws at %s', (_, weights) => {
    const policy = policyOf(weights);
    const { statistic, limit } = chiSquare(countOf(winners(policy, 100_000), policy), weights);
    expect(statistic).toBeLessThan(limit);
  });

  test('the second place follows the weights of those that are left', () => {
    // P(second = e1 | first = e0) = 2 / (2 + 3).
    const policy = policyOf([1, 2, 3], {}, 2);
    const choice = new Choice();
    const env = environment(seededRandom(3));
    const counts = [0, 0];
    for (let i = 0; i < 60_000; i++) {
      policy.choose(subnet(0), 4, env, choice);
      if (choice.endpoints[0] === 0) counts[choice.endpoints[1]! - 1]!++;
    }
    const { statistic, limit } = chiSquare(counts, [2, 3]);
    expect(statistic).toBeLessThan(limit);
  });

  test.each([
    ['the lowest draw takes the first', 0, 'p/e0'],
    ['just below the border of 1/4', 2 ** 30 - 1, 'p/e0'],
    ['at the border of 1/4', 2 ** 30, 'p/e1'],
    ['the highest draw takes the last', 2 ** 32 - 1, 'p/e1'],
  ])('a draw is a share of the sum of weights: %s', (_, draw, id) => {
    expect(winners(policyOf([1, 3]), 1, () => draw)).toEqual([id]);
  });

  test('a draw looks at no client: scope 0; and the reason tells the draw', () => {
    const decision = policyOf([1, 3]).decide(CLIENT, { seed: 1 });
    expect(decision.ecsScope).toBe(0);
    expect(decision.trace[0]?.reason).toMatch(/^draw 0\.\d{4} of weight 4 -> p\/e[01]$/);
    expect(policyOf([1, 3]).decide(CLIENT, { seed: 1 })).toEqual(decision);
  });

  test('each tier is permuted on its own: no endpoint leaves its tier', () => {
    const policy = chainOf([{ geotarget: { default: ['ap', 'eu'] } }, 'weighted']);
    const seen = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      const { out } = policy.decide(CLIENT, { seed }).trace[1]!;
      expect(out.map((tier) => [...tier].sort())).toEqual([
        ['ap/nrt1', 'ap/sin1'],
        ['eu/ams1', 'eu/fra1'],
      ]);
      seen.add(out.flat().join());
    }
    expect(seen.size).toBe(4);
  });

  test('it draws once for each place that is wanted, and for no tier behind them', () => {
    const draws = (chain: Parameters<typeof chainOf>[0]) => {
      let count = 0;
      const policy = chainOf(chain);
      policy.choose(
        subnet(1),
        4,
        environment(() => count++),
        new Choice(),
      );
      return count;
    };
    expect(draws([{ geotarget: { default: ['eu', 'us', 'ap'] } }, 'weighted', { first: 1 }])).toBe(1);
    expect(draws([{ geotarget: { default: ['eu', 'us', 'ap'] } }, 'weighted', { first: 3 }])).toBe(2);
    expect(draws(['weighted'])).toBe(5);
  });
});

describe('weight 0', () => {
  test('is dropped, as Route 53 does', () => {
    const { endpoints, trace } = policyOf([0, 2, 0, 1], {}, 4).decide(CLIENT);
    expect([...endpoints].sort()).toEqual(['p/e1', 'p/e3']);
    expect(trace[0]?.reason).toMatch(/^weight 0 dropped: p\/e0, p\/e2; draw 0\.\d{4} of weight 3 -> /);
  });

  test.each([false, true])('all 0: all count alike (sticky: %s)', (sticky) => {
    const policy = policyOf([0, 0, 0], { sticky });
    const { statistic, limit } = chiSquare(countOf(winners(policy, 30_000), policy), [1, 1, 1]);
    expect(statistic).toBeLessThan(limit);
    expect(policy.decide(CLIENT).trace[0]?.reason).toContain('all candidates weigh 0, so they count alike');
  });
});

describe('weighted, sticky', () => {
  test.each(WEIGHTS.map((weights) => [weights.join(':'), weights] as const))('chi-square: 65,536 subnets at %s', (_, weights) => {
    const policy = policyOf(weights, { sticky: true });
    const { statistic, limit } = chiSquare(countOf(winners(policy, 65_536), policy), weights);
    expect(statistic).toBeLessThan(limit);
  });

  test('when an endpoint goes, only its own clients move', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 8 }), fc.nat(), (weights, pick) => {
        const gone = pick % weights.length;
        const before = winners(policyOf(weights, { sticky: true }), 500);
        const after = winners(
          policyOf(
            weights.map((w, i) => (i === gone ? 0 : w)),
            { sticky: true },
          ),
          500,
        );
        for (const [client, id] of before.entries()) if (id !== `p/e${gone}`) expect(after[client]).toBe(id);
      }),
      { numRuns: 25 },
    );
  });

  test('the clients of the one that went spread by the weights of the others', () => {
    const before = winners(policyOf([2, 1, 3], { sticky: true }), 65_536);
    const after = winners(policyOf([0, 1, 3], { sticky: true }), 65_536).filter((_, i) => before[i] === 'p/e0');
    const { statistic, limit } = chiSquare(
      [after.filter((id) => id === 'p/e1').length, after.filter((id) => id === 'p/e2').length],
      [1, 3],
    );
    expect(statistic).toBeLessThan(limit);
  });

  test('a larger weight only draws clients in', () => {
    const before = winners(policyOf([1, 1, 1], { sticky: true }), 5000);
    const after = winners(policyOf([1, 2, 1], { sticky: true }), 5000);
    for (const [client, id] of before.entries()) if (id !== after[client]) expect(after[client]).toBe('p/e1');
    expect(after).not.toEqual(before);
  });

  test('the order in which endpoints are written down does not matter', () => {
    const pool = weightedPool([3, 1, 2, 5]);
    const turned = { ...pool, endpoints: [...pool.endpoints].reverse() };
    const of = (p: typeof pool) => definePolicy({ name: 'w', pools: ['p'], chain: [{ weighted: { sticky: true } }] }, { pools: [p] });
    for (let n = 0; n < 300; n++) {
      const question = { client: subnet(n * 977), type: 'A' } as const;
      expect(of(turned).decide(question).endpoints).toEqual(of(pool).decide(question).endpoints);
    }
  });

  test('one place and all places agree on who comes first', () => {
    const weights = Array.from({ length: 20 }, (_, i) => 1 + (i % 5));
    expect(winners(policyOf(weights, { sticky: true }, 1), 2000)).toEqual(winners(policyOf(weights, { sticky: true }, 20), 2000));
  });

  test('no draw is taken', () => {
    expect(() => winners(policyOf([1, 2], { sticky: true }), 10, () => expect.unreachable())).not.toThrow();
  });

  test.each([
    ['/24 for IPv4', '81.2.69.7/32', {}, 24, 'client subnet 81.2.69.0/24 by rendezvous hash'],
    ['/56 for IPv6', '2001:db8:1:2ff::7', {}, 56, 'client subnet 2001:db8:1:200::/56 by rendezvous hash'],
    ['its own mask', '81.2.69.7', { ipv4Prefix: 17 }, 17, 'client subnet 81.2.0.0/17 by rendezvous hash'],
    ['its own mask for IPv6', '2001:db8:1:2ff::7', { ipv6Prefix: 33 }, 33, 'client subnet 2001:db8::/33 by rendezvous hash'],
    ['no more than the client gave', '81.2.0.0/16', {}, 16, 'client subnet 81.2.0.0/16 by rendezvous hash'],
    [
      'a client that gave nothing gets a draw, and scope 0 (RFC 7871 7.1.2)',
      '0.0.0.0/0',
      {},
      0,
      'the client gave no subnet to be sticky by; draw 0.',
    ],
  ])('looks at the subnet: %s', (_, client, parameters, scope, reason) => {
    const decision = policyOf([1, 1, 1], { sticky: true, ...parameters }).decide({ client, type: 'A' }, { seed: 5 });
    expect(decision.ecsScope).toBe(scope);
    expect(decision.trace[0]?.reason.slice(0, reason.length)).toBe(reason);
  });

  test('what lies past the mask does not count, and every bit before it does', () => {
    const policy = policyOf(
      Array.from({ length: 50 }, () => 1),
      { sticky: true, ipv6Prefix: 45 },
      50,
    );
    const order = (client: string) => policy.decide({ client, type: 'A' }).endpoints.join();
    const base = order('2001:db8:1:2::1');
    expect(order('2001:db8:7:ffff::ffff')).toBe(base);
    for (let bit = 0; bit < 45; bit++) {
      const address = new Uint8Array(16);
      address.set([0x20, 0x01, 0x0d, 0xb8]);
      address[bit >> 3]! ^= 0x80 >> (bit & 7);
      expect(policy.decide({ client: { address, family: 6, prefixLength: 128, fromEcs: true }, type: 'A' }).endpoints.join()).not.toBe(
        base,
      );
    }
  });

  test('a tier of one leaves the client alone', () => {
    const decision = policyOf([1], { sticky: true }).decide(CLIENT);
    expect(decision.ecsScope).toBe(0);
    expect(decision.trace[0]?.reason).toBe('one candidate in each tier that counts: nothing to weigh');
  });
});

describe('weighted, multi (gdnsd)', () => {
  const policy = (weights: readonly number[], parameters: Sticky = {}) =>
    definePolicy(
      { name: 'm', pools: ['p'], chain: ['up', { weighted: { multi: true, ...parameters } }] },
      { pools: [weightedPool(weights)] },
    );
  const decide = (own: Policy, i: number, health = {}) =>
    own.decide({ client: `10.${i >> 8}.${i & 255}.0/24`, type: 'A' }, { seed: i, health });

  test.each([
    [[45, 60, 60], [0.75, 1, 1], {}],
    [[30, 30, 30, 20, 20], [1, 1, 1, 2 / 3, 2 / 3], {}],
    [[10, 40, 80], [0.25, 1, 0], { 'p/e2': 'down' }],
    [[0, 5], [0, 1], {}],
    [[0, 0], [1, 1], {}],
  ])('%j: each for itself, in %j of all answers', (weights, shares, health) => {
    for (const sticky of [false, true]) {
      const own = policy(weights, { sticky });
      const counts = weights.map(() => 0);
      for (let i = 0; i < 8000; i++) for (const id of decide(own, i, health).endpoints) counts[Number(id.at(-1))]!++;
      for (const [i, share] of shares.entries()) {
        if (share === 0 || share === 1) expect(counts[i]).toBe(share * 8000);
        else {
          const { statistic, limit } = chiSquare([counts[i]!, 8000 - counts[i]!], [share, 1 - share]);
          expect(statistic).toBeLessThan(limit);
        }
      }
    }
  });

  test('sticky: the same subnet gets the same set, and the scope says for whom; what is certain needs no look at the client', () => {
    const own = policy([1, 2, 3], { sticky: true });
    const { endpoints, ecsScope } = decide(own, 5);
    expect(own.decide({ client: '10.0.5.77', type: 'A' }, { seed: 99 }).endpoints).toEqual(endpoints);
    expect(ecsScope).toBe(24);
    expect(decide(policy([2, 2], { sticky: true }), 1).ecsScope).toBe(0);
  });

  test('the reason has every share and draw', () => {
    expect(decide(policy([1, 4]), 1).trace[1]?.reason).toMatch(/^p\/e0 in 0\.25: draw 0\.\d{4}$/);
    expect(decide(policy([4, 4]), 1).trace[1]?.reason).toBe('each is in all answers, or in none');
  });

  test('multi: 1 is refused with its place', () => {
    expect(() => policy([1], { multi: 1 as never })).toThrow(expect.objectContaining({ path: ['chain', 1, 'weighted', 'multi'] }));
  });
});
