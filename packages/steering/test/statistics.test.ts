import { describe, expect, test } from 'vitest';
import {
  Choice,
  definePolicy,
  type Environment,
  type FilterDefinition,
  type Policy,
  parseClientSubnet,
  seededRandom,
} from '../src/index.ts';
import { chiSquare, weightedPool } from './fixtures.ts';

const MILLION = 1_000_000;
const WEIGHTS = [1, 2, 3, 4];
const health = { revision: () => 0, generation: () => 0, ttlCapSeconds: () => Number.POSITIVE_INFINITY };

/** What each of a million clients, /24 networks of IPv4, is answered; the choice is overwritten by the next. @param down - an endpoint that is. */
function decideAll(policy: Policy, down: number, tell: (client: number, choice: Choice) => void): void {
  const environment: Environment = {
    health: { ...health, isUp: (slot) => slot !== down },
    locator: { locate: () => ({ prefixLength: 0 }), generation: () => 0 },
    nowMs: 0,
    random: seededRandom(11),
  };
  const client = parseClientSubnet('10.0.0.0/24');
  const choice = new Choice();
  for (let i = 0; i < MILLION; i++) {
    client.address[0] = 1 + (i >> 16);
    client.address[1] = (i >> 8) & 255;
    client.address[2] = i & 255;
    policy.choose(client, 4, environment, choice);
    tell(i, choice);
  }
}

/** Who wins for each of them: numbers of endpoints. */
function winners(policy: Policy, down = -1): Uint8Array {
  const won = new Uint8Array(MILLION);
  decideAll(policy, down, (i, { endpoints }) => {
    won[i] = endpoints[0]!;
  });
  return won;
}

/** How often each endpoint stands at each place of the answer: counts[place][endpoint]. */
function placesOf(policy: Policy): number[][] {
  const counts = WEIGHTS.map(() => WEIGHTS.map(() => 0));
  decideAll(policy, -1, (_, { endpoints, endpointCount }) => {
    for (let place = 0; place < endpointCount; place++) counts[place]![endpoints[place]!]!++;
  });
  return counts;
}

const policyOf = (...chain: FilterDefinition[]) => definePolicy({ name: 's', pools: ['p'], chain }, { pools: [weightedPool(WEIGHTS)] });

function countsOf(won: Uint8Array): number[] {
  const counts = WEIGHTS.map(() => 0);
  for (const endpoint of won) counts[endpoint]!++;
  return counts;
}

describe('over a million', { timeout: 120_000 }, () => {
  test.each<[name: string, filter: FilterDefinition, shares: number[]]>([
    ['weighted, drawn', 'weighted', WEIGHTS],
    ['weighted, sticky', { weighted: { sticky: true } }, WEIGHTS],
    ['sticky', 'sticky', WEIGHTS],
    ['sticky without weights', { sticky: { weights: false } }, [1, 1, 1, 1]],
    ['shuffle', 'shuffle', [1, 1, 1, 1]],
  ])('%s: every share is within a hundredth of its weight, and all by chi-square', (_, filter, shares) => {
    const counts = countsOf(winners(policyOf(filter, { first: 1 })));
    const sum = shares.reduce((a, b) => a + b);
    for (const [i, share] of shares.entries()) expect(Math.abs(counts[i]! / ((MILLION * share) / sum) - 1)).toBeLessThan(0.01);
    const { statistic, limit } = chiSquare(counts, shares);
    expect(statistic).toBeLessThan(limit);
  });

  test.each<[name: string, filter: FilterDefinition]>([
    ['weighted, sticky', { weighted: { sticky: true } }],
    ['sticky', 'sticky'],
  ])('%s: when an endpoint goes its w_i / sum of the clients move, and none between the others', (_, filter) => {
    const policy = policyOf('up', filter, { first: 1 });
    const before = winners(policy);
    for (const [down, weight] of WEIGHTS.entries()) {
      const after = winners(policy, down);
      let moved = 0;
      let strays = 0;
      for (let i = 0; i < MILLION; i++) {
        if (before[i] === after[i]) continue;
        if (before[i] === down) moved++;
        else strays++;
      }
      expect(strays).toBe(0);
      expect(Math.abs(moved / MILLION - weight / 10)).toBeLessThan(0.001);
      // Those that moved are spread by the weights of who is left.
      const landed = WEIGHTS.map(() => 0);
      for (let i = 0; i < MILLION; i++) if (before[i] === down) landed[after[i]!]!++;
      const left = WEIGHTS.map((own, i) => [own, landed[i]!] as const).filter((_own, i) => i !== down);
      const { statistic, limit } = chiSquare(
        left.map(([, count]) => count),
        left.map(([own]) => own),
      );
      expect(statistic).toBeLessThan(limit);
    }
  });

  test('shuffle: every endpoint is as often at each place', () => {
    for (const counts of placesOf(policyOf('shuffle'))) {
      const { statistic, limit } = chiSquare(counts, [1, 1, 1, 1]);
      expect(statistic).toBeLessThan(limit);
      for (const count of counts) expect(Math.abs(count / (MILLION / 4) - 1)).toBeLessThan(0.01);
    }
  });

  test.each([false, true])('weighted, multi (sticky: %s): each is in w / (greatest w) of the answers', (sticky) => {
    const places = placesOf(policyOf({ weighted: { multi: true, sticky } }));
    for (const [i, weight] of WEIGHTS.entries()) {
      const answered = places.reduce((sum, counts) => sum + counts[i]!, 0);
      if (weight === 4) expect(answered).toBe(MILLION);
      else {
        expect(Math.abs(answered / ((MILLION * weight) / 4) - 1)).toBeLessThan(0.01);
        const { statistic, limit } = chiSquare([answered, MILLION - answered], [weight, 4 - weight]);
        expect(statistic).toBeLessThan(limit);
      }
    }
  });

  test.each<[down: number, shares: number[]]>([
    [-1, [50, 30, 20]],
    // 20 spill into room of 20 and 30.
    [2, [58, 42, 0]],
    // 50 spill into room of 30 and 10, which is too little: all go over in proportion to 60 and 30.
    [0, [0, 200 / 3, 100 / 3]],
  ])('capacity, number %i down: the shares are %j', (down, shares) => {
    const limits = { p: { share: 50, limit: 70 }, q: { share: 30, limit: 60 }, r: { share: 20, limit: 30 } };
    const pools = ['p', 'q', 'r'].map((name) => ({ ...weightedPool([1]), name }));
    for (const sticky of [false, true]) {
      const chain: FilterDefinition[] = ['up', { capacity: { pools: limits, sticky } }, { first: 1 }];
      const policy = definePolicy({ name: 's', pools: ['p', 'q', 'r'], chain }, { pools });
      const won = winners(policy, down);
      const counts = [0, 0, 0];
      for (const pool of won) counts[pool]!++;
      for (const [i, share] of shares.entries()) {
        if (share === 0) expect(counts[i]).toBe(0);
        else expect(Math.abs(counts[i]! / ((MILLION * share) / 100) - 1)).toBeLessThan(0.01);
      }
      const there = [0, 1, 2].filter((i) => shares[i]! > 0);
      const { statistic, limit } = chiSquare(
        there.map((i) => counts[i]!),
        there.map((i) => shares[i]!),
      );
      expect(statistic).toBeLessThan(limit);
    }
  });

  test('canary: from 5 to 10 % only the new 5 % move', () => {
    const pools = [weightedPool([1]), { ...weightedPool([1]), name: 'c' }];
    const canary = (percent: number) =>
      winners(definePolicy({ name: 's', pools: ['p', 'c'], chain: [{ canary: { pools: ['c'], percent } }, { first: 1 }] }, { pools }));
    const [none, five, ten] = [canary(0), canary(5), canary(10)];
    const moved = [0, 0, 0];
    let back = 0;
    for (let i = 0; i < MILLION; i++) {
      moved[0]! += none[i]!;
      moved[1]! += five[i]!;
      moved[2]! += ten[i]!;
      if (five[i]! > ten[i]!) back++;
    }
    // Who had moved is still there.
    expect(back).toBe(0);
    expect(moved[0]).toBe(0);
    expect(Math.abs(moved[1]! / MILLION - 0.05)).toBeLessThan(0.0005);
    expect(Math.abs(moved[2]! / MILLION - 0.1)).toBeLessThan(0.0005 * Math.SQRT2);
  });
});
