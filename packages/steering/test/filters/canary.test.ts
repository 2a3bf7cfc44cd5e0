import { describe, expect, test } from 'vitest';
import type { Policy } from '../../src/index.ts';
import { CLIENT, chainOf, chiSquare } from '../fixtures.ts';

const CLIENTS = 100_000;
const clientOf = (i: number) => `10.${(i >> 8) & 255}.${i & 255}.0/24`;
const policyOf = (canary: object, before: 'up'[] = []) => chainOf([...before, { canary: { pools: ['ap'], ...canary } }, { first: 1 }]);
const hasMoved = (policy: Policy, i: number) =>
  policy.decide({ client: clientOf(i & 0xffff), type: 'A', name: `n${i}.example.com` }).endpoints[0] === 'ap/nrt1';

function moved(policy: Policy, clients: number): Set<number> {
  return new Set(Array.from({ length: clients }, (_, i) => i).filter((i) => hasMoved(policy, i)));
}

describe('canary', () => {
  test('from 5 to 10 % only the new 5 % move; who has moved stays moved', { timeout: 60_000 }, () => {
    const [five, ten] = [5, 10].map((percent) => moved(policyOf({ percent, by: 'qname' }), CLIENTS)) as [Set<number>, Set<number>];
    for (const i of five) expect(ten.has(i)).toBe(true);
    for (const [set, share] of [
      [five, 0.05],
      [ten, 0.1],
    ] as const) {
      const { statistic, limit } = chiSquare([set.size, CLIENTS - set.size], [share, 1 - share]);
      expect(statistic).toBeLessThan(limit);
    }
  });

  test('the clients of one canary are not those of another', () => {
    const one = moved(policyOf({ percent: 50 }), 4000);
    const other = moved(chainOf([{ canary: { pools: ['ap', 'us'], percent: 50 } }, { priority: { ap: 1 } }, { first: 1 }]), 4000);
    const both = [...one].filter((i) => other.has(i)).length;
    const { statistic, limit } = chiSquare([both, one.size - both], [1, 1]);
    expect(statistic).toBeLessThan(limit);
  });

  test('0 % and 100 % look at nobody; in between the scope is that of the client', () => {
    const [none, some, all] = [0, 50, 100].map((percent) => policyOf({ percent }).decide(CLIENT));
    expect([none!.endpoints[0], none!.ecsScope]).toEqual(['eu/fra1', 0]);
    expect(some!.ecsScope).toBe(24);
    expect([all!.endpoints[0], all!.ecsScope]).toEqual(['ap/nrt1', 0]);
    expect(policyOf({ percent: 50, by: 'qname' }).decide({ ...CLIENT, name: 'a.example' }).ecsScope).toBe(0);
  });

  test.each([
    ['2026-11-23T07:59:50Z', 0, 10],
    ['2026-11-23T08:00:00Z', 5, 60],
    ['2026-11-23T09:59:57Z', 5, 5],
    ['2026-11-23T10:00:00Z', 100, 60],
  ])('steps: at %s %i %% move, and the answer lasts %i s at most', (time, percent, ttl) => {
    const policy = policyOf({
      steps: [
        { at: '2026-11-23T08:00:00Z', percent: 5 },
        { at: '2026-11-23T10:00:00Z', percent: 100 },
      ],
    });
    const { trace, ttl: own } = policy.decide(CLIENT, { now: Date.parse(time) });
    expect(trace[0]?.reason).toMatch(new RegExp(`^${percent} % move; `));
    expect(own).toBe(ttl);
  });

  test('the canary is down: it rolls itself back, and nobody need be looked at', () => {
    const { endpoints, ecsScope, trace } = policyOf({ percent: 100 }, ['up']).decide(CLIENT, { health: { ap: 'down' } });
    expect([endpoints[0], ecsScope, trace[1]?.reason]).toEqual(['eu/fra1', 0, 'the canary has no candidate: nobody moves']);
  });

  test('all others are down: everybody moves', () => {
    const { endpoints, trace } = policyOf({ percent: 1 }, ['up']).decide(CLIENT, { health: { eu: 'down', us: 'down' } });
    expect([endpoints[0], trace[1]?.reason]).toEqual(['ap/nrt1', 'only the canary has candidates: everybody moves']);
  });

  describe('a guard', () => {
    const policy = policyOf({ percent: 100, guard: { feed: 'errors', max: 2, halt: 1 } });
    const reason = (errors: Record<string, number>, canary: Record<string, number> = {}) => {
      const { endpoints, trace, ttl } = policy.decide(CLIENT, { feeds: { errors, canary }, now: 1e12 });
      return [endpoints[0], trace[0]?.reason, ttl];
    };

    test.each<[rule: string, errors: Record<string, number>, endpoint: string, reason: string, ttl: number]>([
      ['nothing is known', {}, 'ap/nrt1', 'no errors is known (max 2): 100 % move; everybody goes to the canary', 60],
      ['at its bound', { ap: 2 }, 'ap/nrt1', 'errors of ap is 2 (max 2): 100 % move; everybody goes to the canary', 60],
      ['beyond it', { ap: 2.5 }, 'eu/fra1', 'errors of ap is 2.5 (max 2): 0 % move; everybody stays', 5],
      [
        'the worst counts',
        { ap: 0, 'ap/nrt1': 1, 'ap/sin1': 3 },
        'eu/fra1',
        'errors of ap/sin1 is 3 (max 2): 0 % move; everybody stays',
        5,
      ],
      ['others are nothing to it', { eu: 9 }, 'ap/nrt1', 'no errors is known (max 2): 100 % move; everybody goes to the canary', 60],
    ])('%s', (_, errors, endpoint, why, ttl) => {
      expect(reason(errors)).toEqual([endpoint, why, ttl]);
    });

    test('min: a figure that should be high', () => {
      const own = policyOf({ percent: 100, guard: { feed: 'success', min: 99 } });
      const at = (ap: number) => own.decide(CLIENT, { feeds: { success: { ap } } }).endpoints[0];
      expect([at(99), at(98.9)]).toEqual(['ap/nrt1', 'eu/fra1']);
    });

    test('called back it stays back, however well it is', () => {
      expect(reason({ ap: 0 }, { test: -1 })).toEqual(['eu/fra1', 'called back, errors of ap is 0 (max 2): 0 % move; everybody stays', 60]);
    });

    test('a figure that grows old is none', () => {
      const slot = policy.feeds.find(({ feed, id }) => feed === 'errors' && id === 'ap')!.slot;
      const feeds = { values: new Float64Array(slot + 1).fill(9), times: new Float64Array(slot + 1).fill(1e12) };
      feeds.times.fill(0, 0, slot);
      const at = (now: number) => policy.decide(CLIENT, { feeds, now }).endpoints[0];
      expect([at(1e12 + 59_999), at(1e12 + 60_000)]).toEqual(['eu/fra1', 'ap/nrt1']);
    });
  });

  describe('steps that were halted', () => {
    const steps = [
      { at: '2026-11-23T08:00:00Z', percent: 0 },
      { at: '2026-11-23T10:00:00Z', percent: 100 },
    ];
    const policy = policyOf({ steps });
    const [at9, at12] = ['2026-11-23T09:00:00Z', '2026-11-23T12:00:00Z'].map((time) => Date.parse(time)) as [number, number];
    const decide = (canary: Record<string, number>, now: number) => {
      const { endpoints, trace, ttl } = policy.decide(CLIENT, { feeds: { canary }, now });
      return [endpoints[0], trace[0]?.reason, ttl];
    };

    test('stand still', () => {
      expect(decide({ test: at9 }, at12)).toEqual(['eu/fra1', 'steps halted at 2026-11-23T09:00:00.000Z: 0 % move; everybody stays', 60]);
    });

    test('and come as much later when they go on', () => {
      const late = { 'test/late': 3 * 3_600_000 };
      expect(decide(late, at12)).toEqual(['eu/fra1', '0 % move; everybody stays', 60]);
      expect(decide(late, at12 + 3_590_000)).toEqual(['eu/fra1', '0 % move; everybody stays', 10]);
      expect(decide(late, at12 + 3_600_000)).toEqual(['ap/nrt1', '100 % move; everybody goes to the canary', 60]);
    });
  });

  test('the reason has the share; who has none stays', () => {
    expect(policyOf({ percent: 50 }).decide(CLIENT).trace[0]?.reason).toMatch(
      /^50 % move; client subnet 81\.2\.69\.0\/24 has share 0\.\d{4} and (goes to the canary|stays)$/,
    );
    expect(policyOf({ percent: 50 }).decide({ client: '0.0.0.0/0', type: 'A' }).trace[0]?.reason).toBe(
      '50 % move; the client gave no subnet to be sticky by, so it stays',
    );
  });

  test.each([
    [{}, ['chain', 0, 'canary'], 'ERR_STEERING_TYPE'],
    [{ percent: 5, steps: [] }, ['chain', 0, 'canary'], 'ERR_STEERING_TYPE'],
    [{ percent: 101 }, ['chain', 0, 'canary', 'percent'], 'ERR_STEERING_RANGE'],
    [{ steps: [] }, ['chain', 0, 'canary', 'steps'], 'ERR_STEERING_EMPTY'],
    [{ steps: [{ at: 'noon', percent: 5 }] }, ['chain', 0, 'canary', 'steps', 0, 'at'], 'ERR_STEERING_TYPE'],
    [
      {
        steps: [
          { at: '2026-11-23T08:00:00Z', percent: 5 },
          { at: '2026-11-23T08:00:00Z', percent: 9 },
        ],
      },
      ['chain', 0, 'canary', 'steps', 1, 'at'],
      'ERR_STEERING_RANGE',
    ],
    [{ percent: 5, by: 'subnet' }, ['chain', 0, 'canary', 'by'], 'ERR_STEERING_TYPE'],
    [{ percent: 5, by: 'qname', ipv6Prefix: 48 }, ['chain', 0, 'canary', 'ipv6Prefix'], 'ERR_STEERING_UNKNOWN_KEY'],
    [{ percent: 5, guard: { feed: 'errors' } }, ['chain', 0, 'canary', 'guard'], 'ERR_STEERING_TYPE'],
    [{ percent: 5, guard: { feed: 'errors', max: 2, min: 1 } }, ['chain', 0, 'canary', 'guard'], 'ERR_STEERING_TYPE'],
    [{ percent: 5, guard: { feed: 'errors', max: 2, halt: 3 } }, ['chain', 0, 'canary', 'guard', 'halt'], 'ERR_STEERING_RANGE'],
    [{ percent: 5, guard: { feed: 'ok', min: 2, halt: 1 } }, ['chain', 0, 'canary', 'guard', 'halt'], 'ERR_STEERING_RANGE'],
    [{ percent: 5, guard: { max: 2 } }, ['chain', 0, 'canary', 'guard', 'feed'], 'ERR_STEERING_TYPE'],
    [{ percent: 5, guard: { feed: 'errors', max: 2, above: 3 } }, ['chain', 0, 'canary', 'guard', 'above'], 'ERR_STEERING_UNKNOWN_KEY'],
    [{ percent: 5, pools: ['mars'] }, ['chain', 0, 'canary', 'pools', 0], 'ERR_STEERING_UNKNOWN_POOL'],
  ])('%j is refused with its place', (canary, path, code) => {
    expect(() => policyOf(canary)).toThrow(expect.objectContaining({ path, code }));
  });
});
