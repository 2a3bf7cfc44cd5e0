import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Choice, definePolicy, type FilterDefinition, parseClientSubnet, seededRandom, Trace } from '../src/index.ts';
import { CLIENT, centroid, chainOf, GERMANY, JAPAN, POOLS, USA, WEB } from './fixtures.ts';

const www = definePolicy(WEB, { pools: POOLS, centroid });

describe('decide', () => {
  test('who gets what, and why', () => {
    const decision = www.decide({ client: '81.2.69.0/24', type: 'A' }, { health: { eu: 'down' }, locate: GERMANY, now: 0, seed: 1 });
    expect(decision).toEqual({
      client: { subnet: '81.2.69.0/24', from: 'ecs', reason: 'the query named it (ECS)' },
      status: 'chosen',
      type: 'A',
      answers: ['203.0.113.31'],
      endpoints: ['us/dfw1'],
      ttl: 60,
      ttlReason: '60 s: ttl.max, as no health that matters can change sooner',
      ecsScope: 24,
      ecsScopeReason: '/24: weighted looked at the client; its verdict holds for all who share these 24 bits',
      allDown: false,
      trace: [
        {
          filter: 'up',
          in: [['eu/fra1', 'eu/ams1', 'us/iad1', 'us/dfw1', 'ap/nrt1', 'ap/sin1']],
          out: [['us/iad1', 'us/dfw1', 'ap/nrt1', 'ap/sin1']],
          reason: 'pool eu is down (0 of 2 up)',
        },
        {
          filter: 'geotarget',
          in: [['us/iad1', 'us/dfw1', 'ap/nrt1', 'ap/sin1']],
          out: [
            ['us/iad1', 'us/dfw1'],
            ['ap/nrt1', 'ap/sin1'],
          ],
          reason: 'DE -> continent EU -> pools [eu], which have no candidate left -> default -> pools [us, eu, ap]',
        },
        {
          filter: 'nearest',
          in: [
            ['us/iad1', 'us/dfw1'],
            ['ap/nrt1', 'ap/sin1'],
          ],
          out: [
            ['us/iad1', 'us/dfw1'],
            ['ap/nrt1', 'ap/sin1'],
          ],
          reason: 'from DE (51.2, 10.4): us 6610 km, ap 9161 km',
        },
        {
          filter: 'weighted',
          in: [
            ['us/iad1', 'us/dfw1'],
            ['ap/nrt1', 'ap/sin1'],
          ],
          out: [
            ['us/dfw1', 'us/iad1'],
            ['ap/nrt1', 'ap/sin1'],
          ],
          reason: 'client subnet 81.2.69.0/24 by rendezvous hash -> us/dfw1',
        },
        {
          filter: 'first',
          in: [
            ['us/dfw1', 'us/iad1'],
            ['ap/nrt1', 'ap/sin1'],
          ],
          out: [['us/dfw1']],
          reason: 'takes 1 of 4 candidates',
        },
      ],
    });
  });

  test('needs no circumstances: all up, the place unknown, scope by sticky alone', () => {
    expect(www.decide({ client: '81.2.69.0/24', type: 'A' })).toMatchObject({ status: 'chosen', ecsScope: 24, ttl: 60 });
  });

  test('facts hold for the whole subnet of the client, unless they say for how much', () => {
    const policy = chainOf([{ geotarget: { continents: { EU: ['eu'] } } }]);
    expect(policy.decide(CLIENT, { locate: { continent: 'EU' } })).toMatchObject({
      ecsScope: 24,
      ecsScopeReason: '/24: geotarget looked at the client; its verdict holds for all who share these 24 bits',
    });
    expect(policy.decide(CLIENT, { locate: { continent: 'EU', prefixLength: 9 } }).ecsScope).toBe(9);
  });

  test('a locator is asked for the address of the client', () => {
    const locator = { locate: (address: Uint8Array) => (address.join('.') === '81.2.69.0' ? GERMANY : JAPAN) };
    const policy = chainOf(['nearest', { first: 1 }]);
    expect(policy.decide({ client: '81.2.69.0/24', type: 'A' }, { locator }).endpoints).toEqual(['eu/fra1']);
    expect(policy.decide({ client: '81.2.70.0/24', type: 'A' }, { locator }).endpoints).toEqual(['ap/nrt1']);
  });

  test.each([
    [
      { eu: 'down', mars: 'down' },
      'ERR_STEERING_UNKNOWN_POOL',
      'health, mars: found "mars", expected one of the pools eu, us, ap, maintenance',
    ],
    [
      { 'eu/fra9': 'down' },
      'ERR_STEERING_UNKNOWN_ENDPOINT',
      'health, eu/fra9: found "eu/fra9", expected one of the endpoints eu/fra1, eu/ams1, us/iad1, us/dfw1, ap/nrt1, ap/sin1',
    ],
    [{ eu: 'dwon' }, 'ERR_STEERING_TYPE', 'health, eu: found "dwon", expected up or down'],
  ])('a typing error in a test is told: %o', (health, code, message) => {
    expect(() => www.decide(CLIENT, { health: health as Record<string, 'down'> })).toThrow(expect.objectContaining({ code, message }));
  });

  test('a pool of another policy is no mistake', () => {
    expect(() => www.decide(CLIENT, { health: { maintenance: 'down' } })).not.toThrow();
  });

  test('a type that has no address is told', () => {
    expect(() => www.decide({ client: '192.0.2.1', type: 'MX' })).toThrow(
      expect.objectContaining({ code: 'ERR_STEERING_TYPE', message: 'type: found "MX", expected one of A, AAAA, CNAME' }),
    );
  });
});

describe('the recorder', () => {
  const filters = fc.constantFrom<FilterDefinition>(
    'up',
    'nearest',
    'weighted',
    { weighted: { sticky: true } },
    { geotarget: { countries: { DE: ['eu', 'us'] }, continents: { NA: ['us'] }, default: ['ap', 'eu'] } },
    { geotarget: { continents: { AS: ['ap'] } } },
    { nearest: { bias: { us: 50, ap: -30 } } },
    { first: 1 },
    { first: 2 },
    { first: 5 },
  );

  test('the verdict, and the draws, are the same with it and without it', () => {
    fc.assert(
      fc.property(
        fc.array(filters, { maxLength: 7 }),
        fc.constantFrom('all' as const, 'none' as const, { pool: 'maintenance' }, { pool: 'ap' }),
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 6, maxLength: 6 }),
        fc.record({
          n: fc.nat(0xffffffff),
          prefixLength: fc.integer({ min: 0, max: 32 }),
          seed: fc.integer(),
          family: fc.constantFrom(4 as const, 6 as const),
        }),
        fc.constantFrom(GERMANY, USA, JAPAN, { prefixLength: 3 }, { country: 'JP', prefixLength: 8 }),
        (chain, allDown, isUp, weights, { n, prefixLength, seed, family }, location) => {
          const pools = POOLS.map((pool, p) => ({
            ...pool,
            endpoints: pool.endpoints.map((endpoint, e) => ({ ...endpoint, weight: weights[2 * p + e] ?? 1 })),
          }));
          const policy = definePolicy({ name: 'p', pools: ['eu', 'us', 'ap'], chain, allDown }, { pools, centroid });
          const client = parseClientSubnet(`${[24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.')}/${prefixLength}`);
          const choose = (recorder?: Trace) => {
            const random = seededRandom(seed);
            const choice = new Choice();
            const health = { isUp: (slot: number) => isUp[slot]!, ttlCapSeconds: (slot: number) => 7 * slot };
            policy.choose(client, family, { health, locator: { locate: () => location }, nowMs: 0, random }, choice, recorder);
            return { choice, nextDraw: random() };
          };
          const trace = new Trace();
          const plain = choose();
          expect(choose(trace)).toEqual(plain);
          // And the trace tells of that verdict.
          const { choice } = plain;
          const told = trace.steps.at(-1)?.out.flat() ?? policy.endpoints.filter(({ pool }) => pool !== 'maintenance').map(({ id }) => id);
          expect(told).toEqual(Array.from(choice.endpoints.subarray(0, choice.endpointCount), (i) => policy.endpoints[i]!.id));
          expect(trace.ttlReason).toMatch(new RegExp(`^${choice.ttlSeconds} s: `));
          expect(trace.scopeReason).toMatch(new RegExp(`^/${choice.ecsScope}: `));
          for (const [i, step] of trace.steps.entries()) {
            expect(step.reason).not.toBe('');
            if (i > 0 && step.filter !== 'allDown') expect(step.in).toEqual(trace.steps[i - 1]!.out);
            expect(step.out.every((tier) => tier.length > 0)).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('seededRandom', () => {
  test('equal seeds draw alike, others not; draws are unsigned 32-bit integers', () => {
    const draws = (seed: number) => Array.from({ length: 20 }, seededRandom(seed));
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
    expect(draws(3).every((draw) => Number.isInteger(draw) && draw >= 0 && draw < 2 ** 32)).toBe(true);
  });

  test('first draws of neighbouring seeds are spread evenly', () => {
    const counts = new Array<number>(16).fill(0);
    for (let seed = 0; seed < 16_000; seed++) counts[seededRandom(seed)() >>> 28]!++;
    // 0.999 quantile of chi-square at 15 degrees of freedom: 37.7.
    expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(37.7);
  });
});
