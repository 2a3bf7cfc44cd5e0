import { describe, expect, test } from 'vitest';
import type { Figures } from '../../src/given-figures.ts';
import { chainOf } from '../fixtures.ts';

const ALL = ['eu/fra1', 'eu/ams1', 'us/iad1', 'us/dfw1', 'ap/nrt1', 'ap/sin1'];
const without = (...gone: string[]) => ALL.filter((id) => !gone.some((own) => id === own || id.startsWith(`${own}/`)));
const MARKS = { low: 60, high: 90 };

const decide = (shed: object, feeds: Figures, more: object = {}) =>
  chainOf([{ shed: { ...MARKS, ...shed } }]).decide({ client: '192.0.2.1', type: 'A' }, { feeds, now: 1e12, ...more });

describe('a load', () => {
  test.each<[rule: string, shed: object, load: Figures[string], out: string[], reason: string]>([
    ['none is known', {}, {}, ALL, 'no load of a candidate is known to be over its low watermark'],
    ['at the low watermark', {}, { eu: 60 }, ALL, 'no load of a candidate is known to be over its low watermark'],
    ['at the high one', {}, { eu: 90 }, without('eu'), 'load: eu 90 sheds 100 % and goes, 4 others are not over'],
    ['of an endpoint', {}, { 'eu/fra1': 99 }, without('eu/fra1'), 'load: eu/fra1 99 sheds 100 % and goes, 5 others are not over'],
    [
      'an endpoint knows better than its pool',
      {},
      { eu: 99, 'eu/fra1': 10 },
      without('eu/ams1'),
      'load: eu 99 sheds 100 % and goes, 5 others are not over',
    ],
    [
      'watermarks of a pool',
      { marks: { us: { low: 1, high: 2 } } },
      { eu: 50, us: 2 },
      without('us'),
      'load: us 2 sheds 100 % and goes, 4 others are not over',
    ],
    [
      'watermarks of an endpoint',
      { marks: { 'us/iad1': { low: 1, high: 2 }, us: { low: 3, high: 4 } } },
      { 'us/iad1': 2, 'us/dfw1': 3 },
      without('us/iad1'),
      'load: us/iad1 2 sheds 100 % and goes, 5 others are not over',
    ],
    [
      'all are over',
      {},
      { eu: 90, us: 95, ap: 100 },
      ALL,
      'load: eu 90 sheds 100 % and goes, us 95 sheds 100 % and goes, ap 100 sheds 100 % and goes; nobody would be left, so all stay',
    ],
  ])('%s', (_, shed, load, out, reason) => {
    const { trace } = decide(shed, { load });
    expect([trace[0]?.out, trace[0]?.reason]).toEqual([[out], reason]);
  });

  test('of another feed', () => {
    expect(decide({ feed: 'connections' }, { load: { eu: 99 }, connections: { us: 99 } }).endpoints).toEqual(without('us'));
  });

  test('a pool that loses clients loses them as a whole', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { endpoints } = decide({}, { load: { eu: 75 } }, { seed });
      expect([ALL, without('eu')]).toContainEqual(endpoints);
    }
  });
});

describe('between the watermarks', () => {
  const share = (shed: object, load: number, decisions: number) => {
    const policy = chainOf([{ shed: { ...MARKS, ...shed } }, { first: 1 }]);
    let gone = 0;
    for (let i = 0; i < decisions; i++) {
      const client = `10.${(i >> 8) & 255}.${i & 255}.1`;
      gone += Number(
        policy.decide({ client, type: 'A' }, { feeds: { load: { eu: load } }, now: 1e12, seed: i }).endpoints[0] !== 'eu/fra1',
      );
    }
    return gone / decisions;
  };

  test.each([
    [63, 0.1],
    [75, 0.5],
    [87, 0.9],
  ])('NS1 shed_load: a load of %d between 60 and 90 loses its share', (load, expected) => {
    for (const shed of [{}, { sticky: true }]) expect(Math.abs(share(shed, load, 10_000) - expected)).toBeLessThan(0.015);
  });

  test('sticky: who was shed at a load is shed at a higher one, whatever is drawn', () => {
    const policy = chainOf([{ shed: { ...MARKS, sticky: true } }]);
    let moved = 0;
    for (let i = 0; i < 300; i++) {
      const client = `10.0.${i & 255}.${i >> 8}`;
      const at = (load: number, seed: number) =>
        policy.decide({ client, type: 'A' }, { feeds: { load: { eu: load } }, now: 1e12, seed }).endpoints.includes('eu/fra1');
      expect(at(70, 1)).toBe(at(70, 2));
      if (!at(70, 1)) expect(at(80, 3)).toBe(false);
      moved += Number(at(70, 1) && !at(80, 3));
    }
    expect(moved).toBeGreaterThan(30);
  });

  test('RFC 7871 7.2.1: sticky looks at the subnet, chance at nobody', () => {
    expect(decide({ sticky: true, ipv4Prefix: 20 }, { load: { eu: 75 } }).ecsScope).toBe(20);
    expect(decide({}, { load: { eu: 75 } }).ecsScope).toBe(0);
    expect(decide({ sticky: true }, { load: { eu: 90 } }).ecsScope).toBe(0);
  });
});

test('an answer that a load has formed is short-lived; one that it has not is not', () => {
  expect(decide({}, { load: { eu: 61 } })).toMatchObject({
    ttl: 5,
    ttlReason: '5 s: ttl.min, as what shed looked at may change at any moment',
  });
  expect(decide({}, { load: { eu: 60 } }).ttl).toBe(60);
});

test('a figure grows old', () => {
  const policy = chainOf([{ shed: { ...MARKS, maxAge: 30 } }]);
  const slot = policy.feeds.find(({ feed, id }) => feed === 'load' && id === 'eu')!.slot;
  const feeds = { values: new Float64Array(99), times: new Float64Array(99) };
  feeds.values[slot] = 99;
  feeds.times[slot] = 1e12;
  const at = (now: number) => policy.decide({ client: '192.0.2.1', type: 'A' }, { feeds, now }).endpoints;
  expect(at(1e12 + 29_999)).toEqual(without('eu'));
  expect(at(1e12 + 30_000)).toEqual(ALL);
});

test.each([
  [{ low: 60 }, ['chain', 0, 'shed', 'high'], 'ERR_STEERING_TYPE'],
  [{ low: 60, high: 50 }, ['chain', 0, 'shed', 'high'], 'ERR_STEERING_RANGE'],
  [{ low: -1, high: 50 }, ['chain', 0, 'shed', 'low'], 'ERR_STEERING_RANGE'],
  [{ ...MARKS, feed: 5 }, ['chain', 0, 'shed', 'feed'], 'ERR_STEERING_TYPE'],
  [{ ...MARKS, feed: '' }, ['chain', 0, 'shed', 'feed'], 'ERR_STEERING_NAME'],
  [{ ...MARKS, maxAge: 0 }, ['chain', 0, 'shed', 'maxAge'], 'ERR_STEERING_RANGE'],
  [{ ...MARKS, marks: { mars: MARKS } }, ['chain', 0, 'shed', 'marks', 'mars'], 'ERR_STEERING_UNKNOWN_POOL'],
  [{ ...MARKS, marks: { eu: { low: 5 } } }, ['chain', 0, 'shed', 'marks', 'eu', 'high'], 'ERR_STEERING_TYPE'],
  [{ ...MARKS, ipv4Prefix: 24 }, ['chain', 0, 'shed', 'ipv4Prefix'], 'ERR_STEERING_UNKNOWN_KEY'],
  [{ ...MARKS, load: 'x' }, ['chain', 0, 'shed', 'load'], 'ERR_STEERING_UNKNOWN_KEY'],
])('%j is refused with its place', (shed, path, code) => {
  expect(() => chainOf([{ shed } as never])).toThrow(expect.objectContaining({ path, code }));
});
