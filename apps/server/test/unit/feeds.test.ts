import { HealthTable, SlotRegistry } from '@dnsteer/health';
import { definePolicy, type FilterDefinition, type Policy } from '@dnsteer/steering';
import { beforeEach, describe, expect, test } from 'vitest';
import { Canaries, type CanaryRow } from '../../src/control/canaries.ts';
import { Feeds } from '../../src/control/feeds.ts';
import { ProbeLatency } from '../../src/control/probe-latency.ts';

const POOLS = ['eu', 'us', 'ap'].map((name, p) => ({
  name,
  endpoints: ['a', 'b'].map((own, i) => ({ name: own, addresses: [`192.0.2.${p * 2 + i + 1}`] })),
}));
const NOW = 1_800_000_000_000;

let feeds: Feeds;
let health: HealthTable;
let slots: SlotRegistry;
beforeEach(() => {
  feeds = new Feeds();
  health = new HealthTable();
  slots = new SlotRegistry(health);
});

const policyOf = (...chain: FilterDefinition[]) =>
  definePolicy({ name: 'web', pools: ['eu', 'us', 'ap'], chain }, { pools: POOLS, slotOf: slots.slotOf, feedSlotOf: feeds.slotOf });
const adopt = (policy: Policy) => feeds.adopt(new Map([['web', policy]]), 1, 1);
const decide = (policy: Policy, now = NOW, client = '192.0.2.1') =>
  policy.decide({ client, type: 'A' }, { health, feeds: feeds.table, now });

describe('feeds', () => {
  test('what is pushed is what policies see', () => {
    const policy = policyOf({ shed: { low: 60, high: 90 } }, { latency: { feed: 'rtt' } }, { first: 1 });
    adopt(policy);
    expect(feeds.push('load', { values: { eu: 95, 'us/a': 10 } }, NOW)).toBe(2);
    expect(feeds.push('rtt', { values: { us: 50 }, networks: { '192.0.2.0/24': { ap: 5 }, '2001:db8::/32': { us: 1, ap: 2 } } }, NOW)).toBe(
      4,
    );
    expect(decide(policy).endpoints).toEqual(['ap/a']);
    expect(decide(policy, NOW, '198.51.100.1').endpoints).toEqual(['us/a']);
    expect(decide(policy, NOW, '2001:db8::1').endpoints).toEqual(['us/a']);
    // Old ones are none.
    expect(decide(policy, NOW + 7_200_000).endpoints).toEqual(['eu/a']);
    expect(feeds.list().filter(({ figure }) => figure !== undefined)).toEqual([
      { feed: 'load', of: 'eu', figure: 95, at: new Date(NOW).toISOString(), policies: ['web'] },
      { feed: 'load', of: 'us/a', figure: 10, at: new Date(NOW).toISOString(), policies: ['web'] },
      { feed: 'rtt', of: 'us', figure: 50, at: new Date(NOW).toISOString(), policies: ['web'] },
    ]);
  });

  test.each<[string, Parameters<Feeds['push']>[1], string]>([
    ['laod', { values: { eu: 1 } }, 'found feed "laod", expected one that a policy looks at: load, rtt'],
    ['canary', { values: { web: 1 } }, 'found feed "canary", expected one that a policy looks at: load, rtt'],
    ['probe', { values: { eu: 1 } }, 'found feed "probe", expected one that a policy looks at: load, rtt'],
    ['rtt', { values: { eu: 1, mars: 1 } }, 'found "mars", expected one that a policy asks rtt of: eu, us, ap'],
    ['load', { values: { eu: 'much' as never } }, 'load eu: found "much", expected a number'],
    ['rtt', { networks: { '192.0.2.1': { eu: 1 } } }, 'found "192.0.2.1", expected a network of /1 to /32'],
    ['rtt', { networks: { '2001:db8::/72': { eu: 1 } } }, 'found "2001:db8::/72", expected a network of /1 to /64'],
    ['load', { networks: { '192.0.2.0/24': { 'eu/a': 1 } } }, 'found "eu/a", expected a pool: figures of networks are of pools'],
  ])('%s %j is refused, and nothing of it is taken', (feed, figures, message) => {
    adopt(policyOf({ shed: { low: 60, high: 90 } }, { latency: { feed: 'rtt' } }, { latency: { feed: 'probe' } }));
    expect(() => feeds.push(feed, figures, NOW)).toThrow(new Error(message));
    expect(feeds.list().every(({ figure }) => figure === undefined)).toBe(true);
  });

  test('a policy that stays keeps its figures across a reload; one that looks at none any more lets them go', () => {
    adopt(policyOf({ shed: { low: 60, high: 90 } }));
    feeds.push('load', { values: { eu: 95 } }, NOW);
    const again = policyOf('shuffle', { shed: { low: 60, high: 90 } });
    feeds.adopt(new Map([['web', again]]), 2, 1);
    expect(decide(again).endpoints).not.toContain('eu/a');
    feeds.adopt(new Map(), 3, 2);
    feeds.adopt(new Map(), 4, 4);
    const later = policyOf({ shed: { low: 60, high: 90 } });
    feeds.adopt(new Map([['web', later]]), 5, 4);
    expect(decide(later).endpoints).toContain('eu/a');
  });
});

describe('canaries', () => {
  const steps = [
    { at: new Date(NOW - 3_600_000).toISOString(), percent: 0 },
    { at: new Date(NOW + 3_600_000).toISOString(), percent: 100 },
  ];
  const guard = { feed: 'errors', max: 5, halt: 2 };
  let now: number;
  let said: CanaryRow[];
  let canaries: Canaries;
  let policy: Policy;
  beforeEach(() => {
    now = NOW;
    said = [];
    canaries = new Canaries(
      feeds.table,
      health,
      slots.slotOf,
      (row) => said.push(row),
      () => now,
    );
    policy = policyOf('up', { canary: { pools: ['ap'], steps, guard } }, { first: 1 });
    adopt(policy);
    canaries.adopt(policy.canaries, POOLS);
  });
  const push = (ap: number) => {
    feeds.push('errors', { values: { ap } }, now);
    canaries.look();
  };
  const goesTo = () => decide(policy, now).endpoints[0];
  const HOUR = 3_600_000;

  test('well, it goes on by its steps', () => {
    push(1);
    expect([goesTo(), canaries.list()]).toEqual(['eu/a', [{ policy: 'web', pools: ['ap'], state: 'going', lateMs: 0 }]]);
    now += HOUR;
    expect([goesTo(), said]).toEqual(['ap/a', []]);
  });

  test('near its bound the steps stand still, until they are resumed, and come as much later', () => {
    push(3);
    expect(said).toEqual([
      {
        policy: 'web',
        pools: ['ap'],
        state: 'halted',
        since: new Date(NOW).toISOString(),
        reason: 'errors of ap is 3, above 2',
        lateMs: 0,
      },
    ]);
    now += 2 * HOUR;
    push(0);
    expect([goesTo(), said.length]).toEqual(['eu/a', 1]);
    expect(canaries.say('web', 'resume', 'was a bad probe')).toMatchObject({
      state: 'going',
      reason: 'by the operator: was a bad probe',
      lateMs: 2 * HOUR,
    });
    expect(goesTo()).toBe('eu/a');
    now += HOUR;
    expect(goesTo()).toBe('ap/a');
  });

  test('beyond it everybody goes back, and stays back however well it is', () => {
    now += HOUR;
    expect(goesTo()).toBe('ap/a');
    push(6);
    expect([goesTo(), said.at(-1)?.state, said.at(-1)?.reason]).toEqual(['eu/a', 'called back', 'errors of ap is 6, above 5']);
    push(0);
    expect(goesTo()).toBe('eu/a');
    now += HOUR;
    canaries.say('web', 'resume');
    expect(goesTo()).toBe('ap/a');
  });

  test('one that was halted and is called back: its steps stood still from the first on', () => {
    push(3);
    now += HOUR;
    push(6);
    now += HOUR;
    canaries.say('web', 'resume');
    expect(canaries.list()[0]?.lateMs).toBe(2 * HOUR);
  });

  test('a guard sees to health, too', () => {
    for (const endpoint of ['a', 'b']) {
      for (const family of [4, 6] as const) health.override(slots.slotOf('ap', endpoint), family, 'down');
      canaries.look();
    }
    expect(said).toMatchObject([{ state: 'called back', reason: 'pool ap went down' }]);
  });

  test('what has become of it outlives a reload', () => {
    push(6);
    const again = policyOf('up', { canary: { pools: ['ap'], percent: 100, guard } }, { first: 1 });
    feeds.adopt(new Map([['web', again]]), 2, 1);
    canaries.adopt(again.canaries, POOLS);
    expect([decide(again).endpoints[0], canaries.list()[0]?.state]).toEqual(['eu/a', 'called back']);
  });

  test('what makes no sense is refused', () => {
    expect(() => canaries.say('api', 'halt')).toThrow('found policy "api", expected one with a canary: web');
    const plain = policyOf({ canary: { pools: ['ap'], percent: 100 } });
    canaries.adopt(plain.canaries, POOLS);
    expect(() => canaries.say('web', 'halt')).toThrow('the canary of web has no steps: there is nothing to halt');
    expect(canaries.say('web', 'call-back').state).toBe('called back');
    expect(decide(plain).endpoints[0]).toBe('eu/a');
  });
});

describe('how long probes take', () => {
  let published: Record<string, number>;
  let latency: ProbeLatency;
  beforeEach(() => {
    published = {};
    latency = new ProbeLatency((id, ms) => (published[id] = ms));
  });
  const probe = (id: string, durationMs: number, more: object = {}) =>
    latency.onProbe({ id, family: 4, result: 'success', state: 'up', durationMs, ...more });

  test('the median of the last nine, and of a pool that of its fastest endpoint', () => {
    for (const ms of [500, 500, 500, 500, 500, 10, 11, 12, 13, 14]) probe('eu/a', ms);
    expect(published).toEqual({ 'eu/a': 14, eu: 14 });
    probe('eu/b', 5);
    expect(published).toEqual({ 'eu/a': 14, 'eu/b': 5, eu: 5 });
  });

  test('failures are no latency, and who is down counts no more', () => {
    probe('eu/a', 20);
    probe('eu/b', 5);
    probe('eu/b', 1, { result: 'failure' });
    expect(published).toEqual({ 'eu/a': 20, 'eu/b': 5, eu: 5 });
    probe('eu/b', 1, { result: 'failure', state: 'down' });
    probe('eu/a', 20);
    expect(published['eu']).toBe(20);
  });

  test('of two families the faster; an endpoint that is gone is forgotten', () => {
    probe('eu/a', 20);
    probe('eu/a', 8, { family: 6 });
    expect(published).toEqual({ 'eu/a': 8, eu: 8 });
    latency.keep(new Set(['eu/b']));
    probe('eu/b', 30);
    expect(published['eu']).toBe(30);
  });
});
