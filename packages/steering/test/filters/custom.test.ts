import { describe, expect, test } from 'vitest';
import { Choice, custom, definePolicy, type HealthView, type Locator, parseClientSubnet } from '../../src/index.ts';
import { CLIENT, chainOf, GERMANY, POOLS } from '../fixtures.ts';

const EU = ['eu/fra1', 'eu/ams1'];
const US = ['us/iad1', 'us/dfw1'];

describe('custom', () => {
  test('sees the candidates in their tiers, and says who stays, in which order and why', () => {
    const heavy = custom('heavy', [], ({ candidates, because }) => {
      because('the heavier ones');
      return candidates.filter(({ weight }) => weight > 1);
    });
    const { trace, ecsScope } = chainOf([{ geotarget: { default: ['us', 'eu'] } }, heavy]).decide(CLIENT);
    expect(trace[1]).toEqual({ filter: 'heavy', in: [US, EU], out: [['eu/fra1']], reason: 'the heavier ones' });
    expect(ecsScope).toBe(0);
    const seen: unknown[] = [];
    chainOf([
      { geotarget: { default: ['us', 'eu'] } },
      custom('looks', [], ({ candidates }) => {
        seen.push(...candidates);
        return candidates;
      }),
    ]).decide(CLIENT);
    expect(seen).toEqual([
      { id: 'us/iad1', pool: 'us', weight: 1, tier: 0 },
      { id: 'us/dfw1', pool: 'us', weight: 1, tier: 0 },
      { id: 'eu/fra1', pool: 'eu', weight: 3, tier: 1 },
      { id: 'eu/ams1', pool: 'eu', weight: 1, tier: 1 },
    ]);
  });

  test('lists of lists are tiers, in which a pool may stand in more than one; the filters behind it go on from there', () => {
    const byName = custom('by-name', [], ({ candidates }) => [
      candidates.filter(({ id }) => id.endsWith('ams1')),
      [],
      candidates.filter(({ id }) => !id.endsWith('ams1')),
    ]);
    const { trace } = chainOf([byName, { first: 2 }]).decide(CLIENT);
    expect(trace[0]!.out).toEqual([['eu/ams1'], ['eu/fra1', ...US, 'ap/nrt1', 'ap/sin1']]);
    expect(trace[0]!.reason).toBe('6 of 6 candidates');
    expect(trace[1]!.out).toEqual([['eu/ams1'], ['eu/fra1']]);
  });

  test('what is named twice counts once, and what is no candidate is left out', () => {
    const twice = custom('twice', [], ({ candidates }) => [
      candidates[0]!,
      candidates[0]!,
      { id: 'mars/1', pool: 'mars', weight: 1, tier: 0 },
    ]);
    expect(chainOf([twice]).decide(CLIENT).endpoints).toEqual(['eu/fra1']);
    expect(chainOf([custom('none', [], () => [])], { allDown: 'none' }).decide(CLIENT).status).toBe('none');
  });

  test('its doors: the place with its prefix, health, time and draws; one that it did not name throws', () => {
    const all = custom('all', ['location', 'health', 'time', 'random', 'subnet'], (view) => {
      view.because(`${view.location().country} ${view.nowMs()} ${view.random() < 1} ${view.subnetHash(24, 56) | 0}`);
      return view.candidates.filter((candidate) => view.isUp(candidate));
    });
    const { trace, ecsScope } = chainOf([all]).decide(CLIENT, { locate: GERMANY, now: 7, health: { us: 'down', ap: 'down' } });
    expect(trace[0]!.out).toEqual([EU]);
    expect(trace[0]!.reason).toMatch(/^DE 7 true -?\d+$/);
    expect(ecsScope).toBe(24);
    const silent = custom('silent', [], (view) => (view.location().country === 'DE' ? view.candidates : []));
    expect(() => chainOf([silent]).decide(CLIENT)).toThrow("filter silent: expected 'location' among what it reads, found []");
  });

  test('a policy remembers only what the filter lets it', () => {
    let calls = 0;
    const byTime = custom('by-time', ['time'], ({ candidates, nowMs }) => {
      calls++;
      return candidates.filter(({ pool }) => pool === (nowMs() < 100 ? 'eu' : 'us'));
    });
    const policy = definePolicy({ name: 'p', pools: ['eu', 'us'], chain: [byTime, { first: 1 }] }, { pools: POOLS });
    const health: HealthView = { isUp: () => true, ttlCapSeconds: () => Number.POSITIVE_INFINITY, revision: () => 1 };
    const locator: Locator = { locate: () => ({ prefixLength: 0 }), generation: () => 1 };
    const choose = (nowMs: number) => {
      const choice = new Choice();
      policy.choose(parseClientSubnet('192.0.2.1'), 4, { health, locator, nowMs, random: () => 0 }, choice);
      return policy.endpoints[choice.endpoints[0]!]!.id;
    };
    expect([choose(0), choose(99), choose(100), choose(5)]).toEqual(['eu/fra1', 'eu/fra1', 'us/iad1', 'eu/fra1']);
    expect(calls).toBe(4);
  });
});
