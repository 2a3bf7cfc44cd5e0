import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePolicy } from '../src/compile.ts';
import { Engine } from '../src/engine.ts';
import type { Filter } from '../src/filter.ts';
import {
  CHOSEN,
  Choice,
  type ClientSubnet,
  definePolicy,
  type FilterDefinition,
  type HealthView,
  type LocationLike,
  type Locator,
  type PolicyDefinition,
  type Pool,
  seededRandom,
} from '../src/index.ts';
import { Memory } from '../src/memory.ts';
import type { Run } from '../src/run.ts';
import { centroid, POOLS, WEB } from './fixtures.ts';

const PLACES: readonly LocationLike[] = [
  { country: 'US', continent: 'NA', subdivision: 'CA', asn: 64500, prefixLength: 0 },
  { country: 'US', continent: 'NA', subdivision: 'IL', city: 'Chicago', asn: 64501, prefixLength: 0 },
  { country: 'DE', continent: 'EU', latitude: 51.2, longitude: 10.4, prefixLength: 0 },
  { country: 'CH', continent: 'EU', prefixLength: 0 },
  { country: 'US', continent: 'NA', prefixLength: 0 },
  { country: 'CA', continent: 'NA', latitude: 58.6, longitude: -99, prefixLength: 0 },
  { country: 'JP', continent: 'AS', latitude: 36.2, longitude: 138.3, prefixLength: 0 },
  { continent: 'SA', prefixLength: 0 },
  { latitude: -33.9, longitude: 151.2, prefixLength: 0 },
  { prefixLength: 0 },
];

/** The world cut into networks of 1 to 128 bits, told from the address alone. */
class World implements Locator {
  seed: number;
  lookups = 0;
  constructor(seed: number) {
    this.seed = seed;
  }

  locate(address: Uint8Array): LocationLike {
    this.lookups++;
    let prefixLength = 0;
    let mixed = this.seed;
    do {
      mixed = Math.imul(mixed ^ ((address[prefixLength >> 3]! >> (7 - (prefixLength & 7))) & 1) ^ prefixLength, 0x9e3779b1);
      mixed ^= mixed >>> 15;
      prefixLength++;
    } while (prefixLength < address.length * 8 && (mixed & 15) !== 0);
    return { ...PLACES[(mixed >>> 8) % PLACES.length]!, prefixLength };
  }
}

/** What all slots say; `change` is a new revision. */
class Verdicts implements HealthView {
  down = 0;
  caps = 0;
  now = 0;
  change(down: number, caps: number): void {
    this.now++;
    this.down = down;
    this.caps = caps;
  }
  isUp(slot: number, family: 4 | 6): boolean {
    return ((this.down >>> (slot + (family === 6 ? 10 : 0))) & 1) === 0;
  }
  ttlCapSeconds(slot: number): number {
    return ((this.caps >>> slot) & 1) === 0 ? Number.POSITIVE_INFINITY : 7 + slot;
  }
}

const pools: readonly Pool[] = POOLS.map((pool, p) => ({
  ...pool,
  minHealthy: 1 + (p === 0 ? 1 : 0) * (pool.endpoints.length - 1),
  endpoints: pool.endpoints.map((endpoint, i) => ({ ...endpoint, weight: p === 1 && i === 0 ? 0 : 1 + i + p })),
}));

/** With aliases in the place of addresses. */
const aliasedPools = pools.map((pool) =>
  pool.name === 'ap' ? { ...pool, endpoints: pool.endpoints.map(({ name }) => ({ name, cname: `${name}.example.net` })) } : pool,
);

const filters = fc.constantFrom<FilterDefinition>(
  'up',
  'nearest',
  { nearest: { bias: { us: 60 } } },
  { nearest: { within: 4000 } },
  'weighted',
  { weighted: { sticky: true } },
  { weighted: { sticky: true, ipv4Prefix: 20, ipv6Prefix: 40 } },
  { weighted: { multi: true } },
  { weighted: { multi: true, sticky: true } },
  'sticky',
  { sticky: { by: 'qname' } },
  { sticky: { weights: false, ipv4Prefix: 16 } },
  { geotarget: { countries: { CH: ['ap'], US: ['us'] }, continents: { EU: ['eu'], SA: ['us', 'eu'] }, default: ['ap', 'eu'] } },
  { geotarget: { continents: { EU: ['eu'] } } },
  { geotarget: { cities: { 'US/Chicago': ['ap'] }, subdivisions: { 'US-CA': ['us'] }, default: ['eu', 'us'] } },
  { geofence: { pools: { eu: { countries: ['CH', 'DE'] }, us: { continents: ['NA', 'SA'] } } } },
  { geofence: { pools: { eu: { continents: ['EU'] } }, removeUnlocated: true } },
  { asn: { networks: { 64500: ['eu'], 64501: ['ap', 'us'] } } },
  {
    cidr: {
      networks: {
        '0.0.0.0/2': ['eu'],
        '128.0.0.0/1': ['us', 'ap'],
        '37.0.0.0/8': ['ap'],
        '37.0.0.128/25': ['eu'],
        '2000::/3': ['ap', 'eu'],
      },
      default: ['us'],
    },
  },
  { latency: { networks: { '0.0.0.0/2': { eu: 9, us: 3 }, '37.0.0.0/8': { ap: 2 }, '2000::/3': { ap: 4, eu: 5 } }, within: 2 } },
  { latency: { feed: 'rtt', within: 20 } },
  { shed: { low: 20, high: 80 } },
  { shed: { low: 20, high: 80, marks: { eu: { low: 50, high: 60 } }, sticky: true, ipv4Prefix: 20 } },
  { canary: { pools: ['ap'], percent: 50, guard: { feed: 'load', max: 70 } } },
  { geotarget: { default: ['us', 'ap'] } },
  { priority: { us: 1, eu: 2 } },
  { cost: { ap: 0.5, us: 0.5, eu: 2 } },
  'shuffle',
  { multivalue: 2 },
  { canary: { pools: ['ap'], percent: 40 } },
  { capacity: { pools: { eu: { share: 5, limit: 8 }, us: { share: 3, limit: 6 } } } },
  { capacity: { pools: { eu: { share: 5, limit: 8 }, us: { share: 3, limit: 3 }, ap: { share: 1, limit: 2 } }, sticky: true } },
  {
    canary: {
      pools: ['us'],
      steps: [
        { at: '1970-01-01T00:00:00Z', percent: 30 },
        { at: '2100-01-01T00:00:00Z', percent: 60 },
      ],
      by: 'qname',
    },
  },
  { split: { A: ['nearest'], AAAA: [{ priority: { us: 1 } }, 'weighted'] } },
  { when: { from: '00:00', to: '00:01', inside: ['nearest'], outside: [{ cost: { us: 1 } }] } },
  { route: { countries: { US: ['shuffle'], CH: [{ first: 2 }] }, continents: { EU: ['nearest'] }, default: [{ priority: { ap: 1 } }] } },
  { route: { continents: { NA: [{ geotarget: { countries: { CA: ['eu'] }, default: ['us'] } }] } } },
  { first: 1 },
  { first: 3 },
);
const chains = fc.oneof(
  fc.array(filters, { maxLength: 5 }),
  fc.constantFrom(
    WEB.chain,
    ['up', 'nearest', 'weighted', { first: 1 }] as FilterDefinition[],
    [...WEB.chain, 'nearest'] as FilterDefinition[],
  ),
);

// Few first octets and networks, so that the same come again.
const clients = fc
  .record({ family: fc.constantFrom(4 as const, 6 as const), bits: fc.nat(128), net: fc.nat(40), host: fc.nat(3) })
  .map(({ family, bits, net, host }): ClientSubnet => {
    const address = new Uint8Array(16);
    for (let i = 0; i < 16; i++) address[i] = (net * (i + 7) * 37) ^ (i === 3 || i > 6 ? host * 85 : 0);
    const prefixLength = Math.min(bits, family * 8 * (family === 4 ? 1 : 2) + (family === 6 ? 32 : 0));
    for (let bit = prefixLength; bit < 128; bit++) address[bit >> 3]! &= ~(0x80 >> (bit & 7));
    return { address, family, prefixLength, fromEcs: true };
  });

function summaryOf(choice: Choice) {
  const { status, isAlias, addressCount, addresses, endpointCount, endpoints, ttlSeconds, ecsScope, allDown } = choice;
  return {
    status,
    isAlias,
    addresses: addresses.slice(0, addressCount).map((octets) => octets.join('.')),
    endpoints: [...endpoints.subarray(0, endpointCount)],
    ttlSeconds,
    ecsScope,
    allDown,
  };
}

const FIGURES = 16;

describe('memory', { timeout: 60_000 }, () => {
  test('a policy that remembers chooses as one that does not: addresses, TTL, scope and draws, whatever changes', () => {
    let remembered = 0;
    let aliases = 0;
    fc.assert(
      fc.property(
        chains,
        fc.constantFrom<PolicyDefinition['allDown']>('all', 'none', 'servfail', { pool: 'maintenance' }, { pool: 'eu' }),
        fc.array(
          fc.record({ client: clients, family: fc.constantFrom(4 as const, 4 as const, 6 as const), event: fc.nat(12), bits: fc.nat() }),
          {
            minLength: 20,
            maxLength: 60,
          },
        ),
        fc.nat(),
        fc.boolean(),
        (chain, allDown, queries, seed, aliased) => {
          // Which refuses them.
          const hasAliases = aliased && !JSON.stringify(chain).includes('"split"');
          const definition = { name: 't', pools: ['eu', 'us', 'ap'], chain, ...(allDown && { allDown }) };
          const options = {
            pools: hasAliases ? aliasedPools : pools,
            centroid,
            feedSlotOf: (feed: string, id: string) => (feed.length * 5 + id.length * 3 + id.charCodeAt(0)) % FIGURES,
          };
          const [anew, warm] = [definePolicy(definition, options), definePolicy(definition, options)];
          const feeds = { values: new Float64Array(FIGURES), times: new Float64Array(FIGURES) };
          const verdicts = new Verdicts();
          const world = new World(seed);
          const plain: HealthView = {
            isUp: (slot, family) => verdicts.isUp(slot, family),
            ttlCapSeconds: (slot) => verdicts.ttlCapSeconds(slot),
          };
          const lasting: HealthView = { ...plain, generation: () => verdicts.now, revision: () => verdicts.now };
          const locator: Locator = { locate: (address) => world.locate(address) };
          const lastingLocator: Locator = { ...locator, generation: () => world.seed };
          const [random, sameRandom] = [seededRandom(seed), seededRandom(seed)];
          const [out, warmOut] = [new Choice(), new Choice()];
          for (const { client, family, event, bits } of queries) {
            if (event === 0) verdicts.change(0, 0);
            else if (event <= 2) verdicts.change(bits, bits >>> 3);
            else if (event === 3) verdicts.change(-1, 0);
            else if (event === 4) world.seed = bits;
            else if (event <= 7) {
              feeds.values[bits % FIGURES] = (bits >>> 5) % 100;
              feeds.times[bits % FIGURES] = 1;
            }
            // Of CNAME itself, too.
            const kind = hasAliases && bits % 4 === 0 ? anew.kindOf('CNAME') : family;
            anew.choose(client, kind, { health: plain, feeds, locator, nowMs: 0, random }, out);
            warm.choose(client, kind, { health: lasting, feeds, locator: lastingLocator, nowMs: 0, random: sameRandom }, warmOut);
            expect(summaryOf(warmOut)).toEqual(summaryOf(out));
            expect(out.remembered).toBeUndefined();
            if (warmOut.remembered !== undefined) remembered++;
            if (warmOut.isAlias) aliases++;
          }
          expect(sameRandom()).toBe(random());
        },
      ),
      { numRuns: 150 },
    );
    expect(remembered).toBeGreaterThan(500);
    expect(aliases).toBeGreaterThan(100);
  });

  const client = (third: number, prefixLength = 24): ClientSubnet => ({
    address: Uint8Array.of(198, 51, third, 0),
    family: 4,
    prefixLength,
    fromEcs: true,
  });
  const germany: LocationLike = { country: 'DE', continent: 'EU', latitude: 51.2, longitude: 10.4, prefixLength: 13 };

  function counting(location: LocationLike, generation: () => number = () => 0) {
    const calls = { locate: 0, isUp: 0 };
    const locate = () => {
      calls.locate++;
      return location;
    };
    const isUp = () => {
      calls.isUp++;
      return true;
    };
    const locator: Locator = { locate, generation };
    const health: HealthView = { revision: () => 0, isUp, ttlCapSeconds: () => Number.POSITIVE_INFINITY };
    return { calls, environment: { health, locator, nowMs: 0, random: () => 0 } };
  }

  test('a network is looked up once, a class of clients is decided once', () => {
    const policy = definePolicy(WEB, { pools: POOLS, centroid });
    const { calls, environment } = counting(germany);
    const out = new Choice();
    for (let round = 0; round < 5; round++) for (let third = 0; third < 10; third++) policy.choose(client(third), 4, environment, out);
    expect(calls.locate).toBe(10);
    // Six endpoints with an IPv4 address.
    expect(calls.isUp).toBe(6);
    expect(out.status).toBe(CHOSEN);
  });

  test('where the locator divides a /24, its parts are told apart', () => {
    const policy = definePolicy(WEB, { pools: POOLS, centroid });
    const usa: LocationLike = { country: 'US', continent: 'NA', latitude: 39.8, longitude: -98.6, prefixLength: 25 };
    const locator: Locator = { generation: () => 0, locate: (address) => (address[3]! < 128 ? { ...germany, prefixLength: 25 } : usa) };
    const { health } = counting(germany).environment;
    const out = new Choice();
    for (let round = 0; round < 2; round++) {
      for (const [host, pool] of [
        [1, 'eu'],
        [200, 'us'],
      ] as const) {
        policy.choose(
          { ...client(1, 32), address: Uint8Array.of(198, 51, 1, host) },
          4,
          { health, locator, nowMs: 0, random: () => 0 },
          out,
        );
        expect(policy.endpoints[out.endpoints[0]!]!.pool).toBe(pool);
        expect(out.ecsScope).toBe(25);
      }
    }
  });

  test('RFC 7871 7.1.2: a client with SOURCE PREFIX-LENGTH 0 is not looked up', () => {
    const { calls, environment } = counting(germany);
    const out = new Choice();
    definePolicy(WEB, { pools: POOLS, centroid }).choose(client(0, 0), 4, environment, out);
    expect(calls.locate).toBe(0);
    expect(out.ecsScope).toBe(0);
  });

  test('another generation of the locator, or another locator, is asked anew', () => {
    const policy = definePolicy(WEB, { pools: POOLS, centroid });
    let generation = 0;
    const { calls, environment } = counting(germany, () => generation);
    const out = new Choice();
    policy.choose(client(1), 4, environment, out);
    generation = 1;
    policy.choose(client(1), 4, environment, out);
    expect(calls.locate).toBe(2);
    const other = counting(germany);
    policy.choose(client(1), 4, { ...environment, locator: other.environment.locator }, out);
    expect(other.calls.locate).toBe(1);
  });

  test('a locator without a generation, and a health view without a revision, are asked every time', () => {
    const policy = definePolicy(WEB, { pools: POOLS, centroid });
    const { environment, calls } = counting(germany);
    const out = new Choice();
    const { locate } = environment.locator;
    for (let i = 0; i < 3; i++) policy.choose(client(1), 4, { ...environment, locator: { locate } }, out);
    expect(calls.locate).toBe(3);
    const { isUp, ttlCapSeconds } = environment.health;
    for (let i = 0; i < 3; i++) policy.choose(client(1), 4, { ...environment, health: { isUp, ttlCapSeconds } }, out);
    expect(calls.isUp).toBe(6 * 6);
  });

  test('what is remembered is the same object, with what the caller has put there, until a verdict changes', () => {
    const policy = definePolicy(WEB, { pools: POOLS, centroid });
    let revision = 0;
    const { environment } = counting(germany);
    const health = { ...environment.health, revision: () => revision };
    const out = new Choice();
    policy.choose(client(1), 4, { ...environment, health }, out);
    out.remembered!.attachment = 'mine';
    policy.choose(client(1), 4, { ...environment, health }, out);
    expect(out.remembered).toHaveProperty('attachment', 'mine');
    revision++;
    policy.choose(client(1), 4, { ...environment, health }, out);
    expect(out.remembered).toHaveProperty('attachment', undefined);
  });

  test('a filter that looks at more than it says turns the memory off', () => {
    const looks: [string, (run: Run) => void][] = [
      ['the subnet', (run) => run.subnetHash(24, 56)],
      ['the location', (run) => run.location()],
      ['the time', (run) => run.nowMs()],
      ['a draw', (run) => run.random()],
    ];
    for (const [what, look] of looks) {
      const compiled = compilePolicy(WEB, { pools: POOLS });
      const liar: Filter = { name: 'liar', limit: Number.POSITIVE_INFINITY, reads: [], apply: look };
      const honest: Filter = { ...liar, apply: () => {} };
      const chooses = (filter: Filter) => {
        const memory = new Memory(new Engine({ ...compiled, filters: [filter] }));
        return memory.choose(client(1), 0, counting(germany).environment, new Choice());
      };
      expect([what, chooses(liar), chooses(honest)]).toEqual([what, false, true]);
    }
  });

  test('a filter that reads the time decides each time, after what is remembered of those before it', () => {
    const times: number[] = [];
    const clock: Filter = { name: 'clock', limit: Number.POSITIVE_INFINITY, reads: ['time'], apply: (run) => times.push(run.nowMs()) };
    const compiled = compilePolicy(WEB, { pools: POOLS, centroid });
    const memory = new Memory(new Engine({ ...compiled, filters: [...compiled.filters.slice(0, 3), clock, ...compiled.filters.slice(3)] }));
    const { calls, environment } = counting(germany);
    for (let nowMs = 0; nowMs < 4; nowMs++) expect(memory.choose(client(1), 0, { ...environment, nowMs }, new Choice())).toBe(true);
    expect(times).toEqual([0, 1, 2, 3]);
    expect(calls).toEqual({ locate: 1, isUp: 6 });
  });

  test('more networks than there is room for: each is still answered by its own place', () => {
    const policy = definePolicy({ ...WEB, chain: ['nearest', { first: 1 }] }, { pools: POOLS, centroid });
    const world = new World(3);
    const locator: Locator = { generation: () => 0, locate: (address) => world.locate(address) };
    const { health } = counting(germany).environment;
    const [out, plain] = [new Choice(), new Choice()];
    const networks = 300_000;
    for (let n = 0; n < networks; n++) {
      const subnet = { ...client(0), address: Uint8Array.of(n >> 16, n >> 8, n, 0) };
      policy.choose(subnet, 4, { health, locator, nowMs: 0, random: () => 0 }, out);
      if (n % 50 !== 0) continue;
      policy.choose(subnet, 4, { health, locator: { locate: locator.locate }, nowMs: 0, random: () => 0 }, plain);
      expect(summaryOf(out)).toEqual(summaryOf(plain));
    }
  });
});
