import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHOSEN, Choice, definePolicy, type FilterDefinition, type HealthView, NONE, parseClientSubnet } from '../src/index.ts';
import { CLIENT, centroid, chainOf, GERMANY, JAPAN, POOLS, USA, WEB } from './fixtures.ts';

const ALL_DOWN = { eu: 'down', us: 'down', ap: 'down' } as const;
const IDS = ['eu/fra1', 'eu/ams1', 'us/iad1', 'us/dfw1', 'ap/nrt1', 'ap/sin1'];

/** Slots are numbered as IDS. */
function view(down: ReadonlySet<string>, caps: Record<string, number> = {}): HealthView {
  return { isUp: (slot) => !down.has(IDS[slot]!), ttlCapSeconds: (slot) => caps[IDS[slot]!] ?? Number.POSITIVE_INFINITY };
}

describe('family', () => {
  test('candidates without an address of the type asked for are dropped first', () => {
    const decision = chainOf([]).decide({ client: '192.0.2.1', type: 'AAAA' });
    expect(decision.answers).toEqual(['2001:db8:20::20', '2001:db8:30::30', '2001:db8:41::41']);
    expect(decision.trace).toEqual([
      { filter: 'family', in: [IDS], out: [['eu/fra1', 'us/iad1', 'ap/sin1']], reason: 'no IPv6 address: eu/ams1, us/dfw1, ap/nrt1' },
    ]);
  });

  test('types() are those that any candidate has; a fallback pool adds none', () => {
    const only4 = { name: 'four', endpoints: [{ name: 'a', addresses: ['192.0.2.1'] }] };
    const only6 = { name: 'six', endpoints: [{ name: 'a', addresses: ['2001:db8::1'] }] };
    const types = (pools: string[], fallback: string) =>
      definePolicy({ name: 't', pools, chain: [], allDown: { pool: fallback } }, { pools: [only4, only6] }).types();
    expect(types(['four', 'six'], 'four')).toEqual(['A', 'AAAA']);
    expect(types(['four'], 'six')).toEqual(['A']);
    expect(types(['six'], 'four')).toEqual(['AAAA']);
  });

  test('a type that no candidate has: nothing, whatever allDown says', () => {
    const policy = chainOf(['up'], { pools: ['maintenance'], allDown: 'all' });
    expect(policy.decide({ client: '192.0.2.1', type: 'AAAA' })).toMatchObject({
      status: 'none',
      answers: [],
      allDown: false,
      ecsScope: 0,
      ttl: 5,
    });
  });

  test('the address family of the client is not that of the question', () => {
    expect(chainOf(['up', { weighted: { sticky: true } }, { first: 1 }]).decide({ client: '2001:db8::/32', type: 'A' })).toMatchObject({
      status: 'chosen',
      ecsScope: 32,
    });
  });

  test('RFC 2181 5: an address that two endpoints share is answered once', () => {
    const pools = [
      {
        name: 'p',
        endpoints: [
          { name: 'a', addresses: ['192.0.2.1', '192.0.2.2'] },
          { name: 'b', addresses: ['192.0.2.2', '192.0.2.3'] },
        ],
      },
    ];
    const decision = definePolicy({ name: 't', pools: ['p'], chain: [] }, { pools }).decide(CLIENT);
    expect(decision.answers).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
    expect(decision.endpoints).toEqual(['p/a', 'p/b']);
  });
});

describe('allDown', () => {
  test('all: every endpoint counts as up, and the chain decides among them (Route 53)', () => {
    const decision = chainOf(WEB.chain as FilterDefinition[]).decide(CLIENT, { health: ALL_DOWN, locate: USA });
    expect(decision).toMatchObject({ status: 'chosen', allDown: true });
    expect(decision.endpoints[0]).toMatch(/^us\//);
    expect(decision.trace.map(({ filter }) => filter)).toEqual(['up', 'allDown', 'up', 'geotarget', 'nearest', 'weighted', 'first']);
    expect(decision.trace[1]).toEqual({ filter: 'allDown', in: [], out: [IDS], reason: 'no candidate is left: all count as up' });
    expect(decision.trace[2]?.reason).toBe('health does not count now: every endpoint passes');
  });

  test('none: no data, the least TTL, and scope 0 (RFC 7871 7.4), though the client was looked at', () => {
    const decision = chainOf([{ geotarget: { continents: { NA: ['us'] } } }, 'up'], { allDown: 'none', ttl: { min: 7, max: 70 } }).decide(
      CLIENT,
      {
        health: ALL_DOWN,
        locate: USA,
      },
    );
    expect(decision).toMatchObject({ status: 'none', answers: [], endpoints: [], allDown: true, ttl: 7, ecsScope: 0 });
    expect(decision.trace.at(-1)).toEqual({
      filter: 'allDown',
      in: [],
      out: [],
      reason: 'no candidate is left, and the policy answers none',
    });
  });

  test('another pool takes over, up or not', () => {
    const policy = chainOf(['up', { first: 1 }], { allDown: { pool: 'maintenance' } });
    expect(policy.decide(CLIENT).endpoints).toEqual(['eu/fra1']);
    expect(policy.decide(CLIENT, { health: ALL_DOWN })).toMatchObject({
      endpoints: ['maintenance/page'],
      answers: ['192.0.2.99'],
      allDown: true,
    });
    const worst = policy.decide(CLIENT, { health: { ...ALL_DOWN, maintenance: 'down' } });
    expect(worst.endpoints).toEqual(['maintenance/page']);
    expect(worst.trace.filter(({ filter }) => filter === 'allDown').map(({ reason }) => reason)).toEqual([
      'no candidate is left: pool maintenance takes over',
      'pool maintenance is down too: its endpoints count as up',
    ]);
  });

  test('the pool that takes over answers with what is up of it', () => {
    const policy = chainOf(['up'], { pools: ['eu', 'us'], allDown: { pool: 'ap' } });
    expect(policy.decide(CLIENT, { health: { eu: 'down', us: 'down', 'ap/nrt1': 'down' } }).endpoints).toEqual(['ap/sin1']);
  });

  test('the pool that takes over may be one of the candidates', () => {
    const policy = chainOf(['up'], { allDown: { pool: 'us' } });
    expect(policy.decide(CLIENT, { health: ALL_DOWN }).endpoints).toEqual(['us/iad1', 'us/dfw1']);
  });

  test('without `up` nobody is down', () => {
    expect(chainOf([]).decide(CLIENT, { health: ALL_DOWN })).toMatchObject({ endpoints: IDS, allDown: false });
  });
});

describe('TTL', () => {
  const target: FilterDefinition = { geotarget: { continents: { EU: ['eu'], NA: ['us'] }, default: ['us', 'eu', 'ap'] } };
  const chain: FilterDefinition[] = ['up', target, 'nearest', { first: 1 }];

  test.each<[rule: string, caps: Record<string, number>, down: string[], ttl: number, reason: string]>([
    ['nothing changes soon: max', {}, [], 60, '60 s: ttl.max, as no health that matters can change sooner'],
    ['a chosen endpoint may change', { 'eu/fra1': 15 }, [], 15, '15 s: the health of pool eu may change in 15 s'],
    ['another of its pool may', { 'eu/ams1': 15.9 }, [], 15, '15 s: the health of pool eu may change in 15.9 s'],
    ['an override may be taken back', { 'eu/ams1': 0 }, [], 5, '5 s: ttl.min, as the health of pool eu may change at any moment'],
    ['so may that of all', { 'us/iad1': 0 }, IDS, 5, '5 s: ttl.min, as the health of pool us may change at any moment'],
    ['no less than min', { 'eu/fra1': 2 }, [], 5, '5 s: ttl.min, though the health of pool eu may change in 2 s'],
    ['no more than max', { 'eu/fra1': 90 }, [], 60, '60 s: ttl.max, as no health that matters can change sooner'],
    [
      'a pool that this client is not sent to does not matter',
      { 'ap/nrt1': 10 },
      [],
      60,
      '60 s: ttl.max, as no health that matters can change sooner',
    ],
    [
      'a pool that is down and would be preferred matters',
      { 'eu/fra1': 10 },
      ['eu/fra1', 'eu/ams1'],
      10,
      '10 s: the health of pool eu may change in 10 s',
    ],
    [
      'a pool in a lower tier does not',
      { 'ap/nrt1': 10 },
      ['eu/fra1', 'eu/ams1'],
      60,
      '60 s: ttl.max, as no health that matters can change sooner',
    ],
    ['when all are down, any that comes back matters', { 'ap/nrt1': 10 }, IDS, 10, '10 s: the health of pool ap may change in 10 s'],
  ])('%s', (_, caps, down, ttl, reason) => {
    const decision = chainOf(chain).decide(CLIENT, { health: view(new Set(down), caps), locate: GERMANY });
    expect([decision.ttl, decision.ttlReason]).toEqual([ttl, reason]);
  });

  test('without `up` health does not matter', () => {
    expect(chainOf([]).decide(CLIENT, { health: view(new Set(), { 'eu/fra1': 1 }) }).ttl).toBe(60);
  });

  const toEurope: FilterDefinition = { geotarget: { continents: { EU: ['eu'] }, default: ['us', 'ap'] } };

  // Each row: what the flipped endpoint would do to the answer, though a filter seems to have done with its pool.
  test.each<[rule: string, chain: FilterDefinition[], weights: number[], down: string[], flips: string]>([
    [
      '`first` takes another in its place',
      ['up', { first: 2 }, { geotarget: { default: ['ap', 'us'] } }],
      [1, 1, 1, 1, 1, 1],
      ['eu/fra1', 'eu/ams1', 'us/dfw1', 'ap/nrt1'],
      'eu/fra1',
    ],
    [
      '`first` cuts what a later filter sorts',
      ['nearest', 'up', { first: 3 }, { geotarget: { continents: { EU: ['us'] } } }],
      [1, 1, 1, 1, 1, 1],
      [],
      'eu/fra1',
    ],
    [
      'the first of two geotargets would choose otherwise',
      ['up', toEurope, { geotarget: { continents: { EU: ['us'] } } }],
      [1, 1, 1, 1, 1, 1],
      ['eu/fra1', 'eu/ams1'],
      'eu/fra1',
    ],
    ['its weight would end that all count alike', ['up', 'weighted', toEurope], [0, 0, 0, 0, 0, 1], ['ap/sin1'], 'ap/sin1'],
  ])('caps the TTL: %s', (_, chain, weights, down, flips) => {
    const pools = POOLS.slice(0, 3).map((pool, p) => ({
      ...pool,
      endpoints: pool.endpoints.map((endpoint, e) => ({ ...endpoint, weight: weights[2 * p + e]! })),
    }));
    const policy = chainOf(chain, {}, pools);
    const decide = (states: string[], caps = {}) => policy.decide(CLIENT, { health: view(new Set(states), caps), locate: GERMANY });
    const flipped = down.includes(flips) ? down.filter((id) => id !== flips) : [...down, flips];
    expect(decide(flipped).answers).not.toEqual(decide(down).answers);
    expect(decide(down, { [flips]: 9 }).ttl).toBe(9);
  });

  test('`first` releases every tier that it does not reach, and none that it does', () => {
    const policy = chainOf(['up', 'nearest', { first: 2 }]);
    const ttls = ['eu/ams1', 'us/iad1', 'ap/sin1'].map(
      (id) => policy.decide(CLIENT, { health: view(new Set(), { [id]: 9 }), locate: GERMANY }).ttl,
    );
    expect(ttls).toEqual([9, 60, 60]);
    const three = chainOf(['up', 'nearest', { first: 3 }]);
    expect(three.decide(CLIENT, { health: view(new Set(), { 'us/dfw1': 9 }), locate: GERMANY }).ttl).toBe(9);
  });

  const anyFilter = fc.oneof(
    fc.constantFrom<FilterDefinition>('up', 'nearest', target, {
      geotarget: { countries: { DE: ['eu'] }, continents: { EU: ['us'], AS: ['us'] } },
    }),
    fc.constantFrom<FilterDefinition>(
      { weighted: { sticky: true } },
      { geotarget: { default: ['ap', 'us'] } },
      { nearest: { bias: { us: 60 } } },
    ),
    fc.integer({ min: 1, max: 5 }).map((first): FilterDefinition => ({ first })),
  );

  test('whatever health could change the answer caps its TTL', { timeout: 30_000 }, () => {
    const weights = fc.array(fc.constantFrom(0, 1, 2), { minLength: 6, maxLength: 6 });
    const downs = fc.uniqueArray(fc.constantFrom(...IDS));
    fc.assert(
      fc.property(
        fc.array(anyFilter, { maxLength: 6 }),
        weights,
        downs,
        fc.constantFrom(GERMANY, USA, JAPAN),
        fc.integer({ min: 1, max: 2 }),
        (tail, w, down, locate, minHealthy) => {
          const pools = POOLS.slice(0, 3).map((pool, p) => ({
            ...pool,
            minHealthy,
            endpoints: pool.endpoints.map((endpoint, e) => ({ ...endpoint, weight: w[2 * p + e]! })),
          }));
          const policy = definePolicy({ name: 't', pools: ['eu', 'us', 'ap'], chain: tail, ttl: { min: 0, max: 60 } }, { pools, centroid });
          const decide = (states: string[], caps: Record<string, number> = {}) =>
            policy.decide(CLIENT, { health: view(new Set(states), caps), locate });
          const answers = decide(down).answers.join();
          for (const id of IDS) {
            const flipped = down.includes(id) ? down.filter((other) => other !== id) : [...down, id];
            if (decide(flipped).answers.join() !== answers) expect(decide(down, { [id]: 9 }).ttl).toBe(9);
          }
        },
      ),
      { numRuns: 600 },
    );
  });

  test('nor could a whole pool that does not cap it', () => {
    fc.assert(
      fc.property(
        fc.array(anyFilter, { maxLength: 6 }),
        fc.uniqueArray(fc.constantFrom<string>('eu', 'us', 'ap')),
        fc.constantFrom(GERMANY, USA, JAPAN),
        (tail, downPools, locate) => {
          const policy = chainOf(tail, { ttl: { min: 0, max: 60 } });
          const of = (pools: readonly string[]) => IDS.filter((id) => pools.includes(id.slice(0, 2)));
          const decide = (states: string[], caps: Record<string, number> = {}) =>
            policy.decide(CLIENT, { health: view(new Set(states), caps), locate });
          const free = ['eu', 'us', 'ap'].filter((pool) => decide(of(downPools), { [of([pool])[0]!]: 9 }).ttl !== 9);
          // All that does not cap may change at once.
          const turned = [...downPools.filter((pool) => !free.includes(pool)), ...free.filter((pool) => !downPools.includes(pool))];
          expect(decide(of(turned)).answers).toEqual(decide(of(downPools)).answers);
        },
      ),
      { numRuns: 600 },
    );
  });
});

describe('choose', () => {
  const environment = { health: view(new Set()), locator: { locate: () => GERMANY }, nowMs: 0, random: () => 0 };

  test('overwrites a used choice, and grows it', () => {
    const choice = new Choice();
    const many = { name: 'many', endpoints: Array.from({ length: 20 }, (_, i) => ({ name: `${i}`, addresses: [`192.0.2.${i}`] })) };
    definePolicy({ name: 'm', pools: ['many'], chain: [] }, { pools: [many] }).choose(
      parseClientSubnet('192.0.2.1'),
      4,
      environment,
      choice,
    );
    expect([choice.status, choice.endpointCount, choice.addressCount]).toEqual([CHOSEN, 20, 20]);
    expect(Array.from(choice.endpoints.subarray(0, 20))).toEqual(Array.from({ length: 20 }, (_, i) => i));
    chainOf([{ geotarget: { continents: { EU: ['ap'] } } }, { first: 1 }]).choose(parseClientSubnet('192.0.2.1'), 4, environment, choice);
    expect(choice).toMatchObject({ status: CHOSEN, endpointCount: 1, addressCount: 1, ttlSeconds: 60, ecsScope: 13, allDown: false });
    expect(Array.from(choice.addresses[0]!)).toEqual([192, 0, 2, 40]);
    chainOf([{ first: 1 }], { pools: ['maintenance'] }).choose(parseClientSubnet('192.0.2.1'), 6, environment, choice);
    expect(choice).toMatchObject({ status: NONE, endpointCount: 0, addressCount: 0, ecsScope: 0 });
  });

  test('hands the locator exactly the octets of the family, out of a longer buffer', () => {
    const seen: number[][] = [];
    const locator = { locate: (address: Uint8Array) => (seen.push(Array.from(address)) ? GERMANY : USA) };
    const policy = chainOf([{ geotarget: { continents: { EU: ['eu'] } } }, 'nearest']);
    policy.choose(
      { address: Uint8Array.from({ length: 16 }, (_, i) => i), family: 4, prefixLength: 32, fromEcs: false },
      4,
      { ...environment, locator },
      new Choice(),
    );
    policy.choose(parseClientSubnet('2001:db8::/32'), 4, { ...environment, locator }, new Choice());
    expect(seen).toEqual([
      [0, 1, 2, 3],
      [0x20, 0x01, 0x0d, 0xb8, ...Array<number>(12).fill(0)],
    ]);
  });

  test('a client of prefix length 0 is not looked up (RFC 7871 7.1.2)', () => {
    const locator = { locate: () => expect.unreachable() };
    const choice = new Choice();
    chainOf(WEB.chain as FilterDefinition[]).choose(parseClientSubnet('0.0.0.0/0'), 4, { ...environment, locator }, choice);
    expect(choice).toMatchObject({ status: CHOSEN, ecsScope: 0 });
  });

  test('endpoints and slots: numbered by slotOf', () => {
    const slots: Record<string, number> = { 'us/iad1': 900, 'us/dfw1': 17 };
    const policy = definePolicy(
      { name: 's', pools: ['us'], chain: ['up'] },
      { pools: POOLS, slotOf: (pool, endpoint) => slots[`${pool}/${endpoint}`]! },
    );
    expect(policy.endpoints).toEqual([
      { id: 'us/iad1', pool: 'us', slot: 900 },
      { id: 'us/dfw1', pool: 'us', slot: 17 },
    ]);
    const health: HealthView = { isUp: (slot) => slot === 17, ttlCapSeconds: () => Number.POSITIVE_INFINITY };
    expect(policy.decide(CLIENT, { health }).endpoints).toEqual(['us/dfw1']);
    expect(policy.decide(CLIENT, { health: { 'us/dfw1': 'down' } }).endpoints).toEqual(['us/iad1']);
  });
});
