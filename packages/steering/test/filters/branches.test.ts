import { describe, expect, test } from 'vitest';
import { definePolicy, type FilterDefinition, type PolicyDefinition } from '../../src/index.ts';
import { CLIENT, chainOf, GERMANY, JAPAN, POOLS, USA } from '../fixtures.ts';

const EU = ['eu/fra1', 'eu/ams1'];
const US = ['us/iad1', 'us/dfw1'];
const AP = ['ap/nrt1', 'ap/sin1'];
const first = (pool: string): FilterDefinition => ({ priority: { [pool]: 1 } });
const at = (text: string) => ({ now: Date.parse(text) });

describe('split', () => {
  const policy = chainOf([{ split: { A: [first('us'), { first: 1 }], AAAA: ['nearest'] } }]);

  test('each type has its chain', () => {
    expect(policy.decide(CLIENT).endpoints).toEqual(['us/iad1']);
    const { endpoints, trace } = policy.decide({ ...CLIENT, type: 'AAAA' }, { locate: JAPAN });
    expect(endpoints).toEqual(['ap/sin1', 'eu/fra1', 'us/iad1']);
    expect(trace.slice(1).map(({ filter, reason }) => [filter, reason])).toEqual([
      ['split', 'the type that is asked for is AAAA'],
      ['split/nearest', expect.stringContaining('ap ')],
    ]);
  });

  test('a type without a chain leaves the candidates', () => {
    expect(chainOf([{ split: { AAAA: ['shuffle'] } }]).decide(CLIENT).endpoints).toEqual([...EU, ...US, ...AP]);
  });
});

describe('when', () => {
  const hours = { days: 'mon-fri', from: '08:00', to: '18:00', timeZone: 'Europe/Berlin' };
  const policy = chainOf([{ when: { ...hours, inside: [first('eu')], outside: [first('us')] } }, { first: 1 }], {
    ttl: { min: 5, max: 300 },
  });

  test.each([
    ['2026-07-15T06:00:00Z', 'eu/fra1', 300],
    ['2026-07-15T15:58:00Z', 'eu/fra1', 120],
    ['2026-07-15T15:59:58Z', 'eu/fra1', 5],
    ['2026-07-15T16:00:00Z', 'us/iad1', 300],
    ['2026-07-18T12:00:00Z', 'us/iad1', 300],
  ])('%s: %s for %i s, no longer than the window, but for ttl.min', (now, endpoint, ttl) => {
    const decision = policy.decide(CLIENT, at(now));
    expect([decision.endpoints[0], decision.ttl, decision.ecsScope]).toEqual([endpoint, ttl, 0]);
  });

  test('says where it is in time, and why the TTL is short', () => {
    const { trace, ttlReason } = policy.decide(CLIENT, at('2026-07-15T15:58:00Z'));
    expect(trace[0]).toMatchObject({ filter: 'when', reason: 'inside mon-fri 08:00-18:00 Europe/Berlin until 2026-07-15T16:00:00.000Z' });
    expect(ttlReason).toBe('120 s: when decides anew in 120 s');
  });

  test('without outside the candidates stay', () => {
    const own = chainOf([{ when: { days: 'sat,sun', inside: [{ first: 1 }] } }]);
    expect(own.decide(CLIENT, at('2026-07-15T12:00:00Z')).endpoints).toHaveLength(6);
    expect(own.decide(CLIENT, at('2026-07-18T12:00:00Z')).endpoints).toHaveLength(1);
  });

  test('days go over the end of the week', () => {
    const own = chainOf([{ when: { days: 'fri-mon', inside: [{ first: 1 }] } }]);
    const open = ['13', '14', '15', '16', '17', '18', '19'].filter(
      (day) => own.decide(CLIENT, at(`2026-07-${day}T12:00:00Z`)).endpoints.length === 1,
    );
    expect(open).toEqual(['13', '17', '18', '19']);
  });

  test.each([
    [{ inside: [] }, ['chain', 0, 'when'], 'ERR_STEERING_EMPTY'],
    [{ days: 'mon-fry', inside: [] }, ['chain', 0, 'when', 'days'], 'ERR_STEERING_TYPE'],
    [{ days: 'mon-tue-wed', inside: [] }, ['chain', 0, 'when', 'days'], 'ERR_STEERING_TYPE'],
    [{ from: '24:00', inside: [] }, ['chain', 0, 'when', 'from'], 'ERR_STEERING_RANGE'],
    [{ to: '24:01', inside: [] }, ['chain', 0, 'when', 'to'], 'ERR_STEERING_RANGE'],
    [{ from: '8:00', inside: [] }, ['chain', 0, 'when', 'from'], 'ERR_STEERING_RANGE'],
    [{ from: '10:60', inside: [] }, ['chain', 0, 'when', 'from'], 'ERR_STEERING_RANGE'],
    [{ from: '08:00', to: '08:00', inside: [] }, ['chain', 0, 'when', 'to'], 'ERR_STEERING_RANGE'],
    [{ days: 'mon', timeZone: 'Mars/Olympus', inside: [] }, ['chain', 0, 'when', 'timeZone'], 'ERR_STEERING_TYPE'],
    [{ days: 'mon' }, ['chain', 0, 'when', 'inside'], 'ERR_STEERING_TYPE'],
    [{ days: 'mon', inside: ['nearets'] }, ['chain', 0, 'when', 'inside', 0], 'ERR_STEERING_UNKNOWN_FILTER'],
  ])('%j is refused with its place', (when, path, code) => {
    expect(() => chainOf([{ when } as never])).toThrow(expect.objectContaining({ path, code }));
  });
});

describe('route', () => {
  const policy = chainOf([
    { route: { countries: { CH: [first('ap')] }, continents: { EU: [first('us')], AS: [] }, default: [first('eu'), { first: 2 }] } },
  ]);
  const of = (locate: object) => policy.decide(CLIENT, { locate: { prefixLength: 12, ...locate } });

  test.each([
    [{ country: 'CH', continent: 'EU' }, 'ap/nrt1', 'CH -> country CH'],
    [{ country: 'DE', continent: 'EU' }, 'us/iad1', 'DE -> continent EU'],
    [{ country: 'JP', continent: 'AS' }, 'eu/fra1', 'JP -> continent AS'],
    [{}, 'eu/fra1', 'country unknown -> default'],
  ])('%j', (locate, endpoint, reason) => {
    const { endpoints, ecsScope, trace } = of(locate);
    expect([endpoints[0], ecsScope, trace[0]?.reason]).toEqual([endpoint, 12, reason]);
  });

  test('without a default the candidates stay', () => {
    const { endpoints, trace } = chainOf([{ route: { continents: { EU: [{ first: 1 }] } } }]).decide(CLIENT, { locate: USA });
    expect([endpoints.length, trace[0]?.reason]).toEqual([6, 'US -> no key for it; the candidates stay as they are']);
  });

  test('a default alone looks at nobody', () => {
    expect(chainOf([{ route: { default: [{ first: 1 }] } }]).decide(CLIENT, { locate: USA })).toMatchObject({
      ecsScope: 0,
      endpoints: ['eu/fra1'],
    });
  });

  test('a limit of all branches is one of the policy: six answers', () => {
    const limited: FilterDefinition = { route: { continents: { EU: [{ first: 1 }] }, default: [{ first: 1 }] } };
    expect(chainOf([limited]).variants('A')).toMatchObject({ sets: { length: 6 } });
    expect(chainOf([{ route: { continents: { EU: [{ first: 1 }] } } }]).variants('A')).toMatchObject({ sets: { length: 63 } });
  });

  test.each([
    [{}, ['chain', 0, 'route'], 'ERR_STEERING_EMPTY'],
    [{ countries: { germany: [] } }, ['chain', 0, 'route', 'countries', 'germany'], 'ERR_STEERING_LOCATION'],
    [{ default: ['up', { first: 0 }] }, ['chain', 0, 'route', 'default', 1, 'first'], 'ERR_STEERING_RANGE'],
  ])('%j is refused with its place', (route, path, code) => {
    expect(() => chainOf([{ route } as never])).toThrow(expect.objectContaining({ path, code }));
  });
});

describe('use', () => {
  const office: PolicyDefinition = { name: 'office', pools: ['eu'], chain: ['up', { first: 1 }], ttl: { max: 7 } };
  const night: PolicyDefinition = { name: 'night', pools: ['us', 'ap'], chain: ['up', 'nearest'] };
  const defined = (chain: FilterDefinition[], policies: PolicyDefinition[] = [office, night], pools = ['eu', 'us', 'ap']) =>
    definePolicy({ name: 'outer', pools, chain }, { pools: POOLS, policies });

  test('keeps the candidates of its pools and goes on with its chain; its TTL does not count', () => {
    const { endpoints, trace, ttl } = defined([{ use: 'night' }]).decide(CLIENT, { locate: JAPAN, health: { 'us/iad1': 'down' } });
    expect(endpoints).toEqual([...AP, 'us/dfw1']);
    expect(trace.map(({ filter, reason }) => [filter, reason])).toEqual([
      ['use', 'the pools of night have 4 of the candidates'],
      ['use/up', 'us/iad1 is down'],
      ['use/nearest', expect.stringContaining('from JP')],
    ]);
    expect(ttl).toBe(60);
  });

  test('in a branch of a branch', () => {
    const policy = defined([
      {
        route: {
          continents: { EU: [{ when: { from: '08:00', to: '18:00', inside: [{ use: 'office' }], outside: [{ use: 'night' }] } }] },
        },
      },
    ]);
    const { endpoints, trace } = policy.decide(CLIENT, { locate: GERMANY, ...at('2026-07-15T12:00:00Z') });
    expect(endpoints).toEqual(['eu/fra1']);
    expect(trace.map(({ filter }) => filter)).toEqual([
      'route',
      'route/when',
      'route/when/use',
      'route/when/use/up',
      'route/when/use/first',
    ]);
    expect(policy.decide(CLIENT, { locate: GERMANY, ...at('2026-07-15T20:00:00Z') }).endpoints).toEqual([...US, ...AP]);
  });

  test('all of its candidates are down: allDown of the outer one', () => {
    expect(defined([{ use: 'office' }]).decide(CLIENT, { health: { eu: 'down' } })).toMatchObject({
      allDown: true,
      endpoints: ['eu/fra1'],
    });
  });

  test.each([
    [
      'a policy that is not there',
      [{ use: 'noon' }],
      undefined,
      undefined,
      'ERR_STEERING_UNKNOWN_POLICY',
      'one of the policies office, night',
    ],
    ['no text', [{ use: 1 }], undefined, undefined, 'ERR_STEERING_TYPE', 'the name of a policy'],
    [
      'a pool that the outer one does not list',
      [{ use: 'night' }],
      undefined,
      ['eu', 'us'],
      'ERR_STEERING_UNKNOWN_POOL',
      "one of the policy's pools: eu, us",
    ],
    ['itself', [{ use: 'outer' }], [{ name: 'outer', pools: ['eu'], chain: [] }], undefined, 'ERR_STEERING_DUPLICATE', 'outer -> outer'],
    [
      'a circle',
      [{ use: 'a' }],
      [
        { name: 'a', pools: ['eu'], chain: [{ split: { A: [{ use: 'b' }] } }] },
        { name: 'b', pools: ['eu'], chain: [{ use: 'a' }] },
      ],
      undefined,
      'ERR_STEERING_DUPLICATE',
      'outer -> a -> b -> a',
    ],
  ])('%s is refused', (_, chain, policies, pools, code, message) => {
    const define = () => defined(chain as FilterDefinition[], policies as PolicyDefinition[] | undefined, pools);
    expect(define).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
});
