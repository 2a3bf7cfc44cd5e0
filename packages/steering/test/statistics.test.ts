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

/** Who wins for each of a million clients, /24 networks of IPv4: numbers of endpoints. @param down - an endpoint that is. */
function winners(policy: Policy, down = -1): Uint8Array {
  const environment: Environment = {
    health: { ...health, isUp: (slot) => slot !== down },
    locator: { locate: () => ({ prefixLength: 0 }), generation: () => 0 },
    nowMs: 0,
    random: seededRandom(11),
  };
  const client = parseClientSubnet('10.0.0.0/24');
  const choice = new Choice();
  const won = new Uint8Array(MILLION);
  for (let i = 0; i < MILLION; i++) {
    client.address[0] = 1 + (i >> 16);
    client.address[1] = (i >> 8) & 255;
    client.address[2] = i & 255;
    policy.choose(client, 4, environment, choice);
    won[i] = choice.endpoints[0]!;
  }
  return won;
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
