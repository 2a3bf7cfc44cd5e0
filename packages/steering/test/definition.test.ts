import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { FILTERS, type Kinds } from '../src/filters/registry.ts';
import {
  type CustomFilter,
  checkPool,
  definePolicy,
  FILTER_NAMES,
  type FilterDefinition,
  type PolicyDefinition,
  type Pool,
  parseClientSubnet,
  SteeringError,
} from '../src/index.ts';
import { CLIENT, centroid, POOLS, WEB } from './fixtures.ts';

const errorOf = (act: () => unknown): SteeringError => {
  try {
    act();
  } catch (error) {
    if (error instanceof SteeringError) return error;
    throw error;
  }
  return expect.unreachable('no error');
};

const define =
  (changes: Record<string, unknown>, pools: readonly Pool[] = POOLS) =>
  () =>
    definePolicy({ name: 'web', pools: ['eu', 'us', 'ap'], chain: [], ...changes } as PolicyDefinition, { pools, centroid, rdataOf });

type Row = [changes: Record<string, unknown>, code: string, path: (string | number)[], message: string];

const A_FILTER = `one of the filters ${FILTER_NAMES.join(', ')}`;
const OWN_POOLS = "one of the policy's pools: eu, us, ap";

const policyRows: Row[] = [
  [{ name: undefined }, 'TYPE', ['name'], 'policy (without a name), name: found nothing, expected the name of the policy'],
  [
    { pool: ['eu'] },
    'UNKNOWN_KEY',
    ['pool'],
    'policy web, pool: found "pool", expected one of the keys name, pools, chain, ttl, allDown, services, client',
  ],
  [{ client: 'ecs' }, 'TYPE', ['client'], 'policy web, client: found "ecs", expected an object with prefer'],
  [{ client: { prefer: 'resolver' } }, 'TYPE', ['client', 'prefer'], 'policy web, client.prefer: found "resolver", expected ecs or source'],
  [
    { client: { prefers: 'ecs' } },
    'UNKNOWN_KEY',
    ['client', 'prefers'],
    'policy web, client.prefers: found "prefers", expected one of the keys prefer',
  ],
  [{ pools: [] }, 'EMPTY', ['pools'], 'policy web, pools: found an empty list, expected at least one of pools'],
  [{ pools: 'eu' }, 'TYPE', ['pools'], 'policy web, pools: found "eu", expected a list of pools'],
  [
    { pools: ['eu', 'mars'] },
    'UNKNOWN_POOL',
    ['pools', 1],
    'policy web, pools[1]: found "mars", expected one of the pools eu, us, ap, maintenance',
  ],
  [{ pools: ['eu', 'eu'] }, 'DUPLICATE', ['pools', 1], 'policy web, pools[1]: found "eu", expected each pool once'],
  [{ pools: [4] }, 'TYPE', ['pools', 0], 'policy web, pools[0]: found 4, expected the name of a pool'],
  [{ chain: undefined }, 'TYPE', ['chain'], 'policy web, chain: found nothing, expected a list of filters'],
  [{ chain: ['up', 'upp'] }, 'UNKNOWN_FILTER', ['chain', 1], `policy web, chain[1]: found "upp", expected ${A_FILTER}`],
  [{ chain: [{ upp: null }] }, 'UNKNOWN_FILTER', ['chain', 0, 'upp'], `policy web, chain[0].upp: found "upp", expected ${A_FILTER}`],
  [{ chain: ['constructor'] }, 'UNKNOWN_FILTER', ['chain', 0], `policy web, chain[0]: found "constructor", expected ${A_FILTER}`],
  [{ chain: [7] }, 'TYPE', ['chain', 0], 'policy web, chain[0]: found 7, expected an object'],
  [
    { chain: [{ up: null, first: 1 }] },
    'TYPE',
    ['chain', 0],
    'policy web, chain[0]: found an object with up, first, expected a filter: its name, or one key with its parameters',
  ],
  [
    { chain: [{}] },
    'TYPE',
    ['chain', 0],
    'policy web, chain[0]: found an object with no keys, expected a filter: its name, or one key with its parameters',
  ],
  [
    { chain: [{ up: { fraction: 1 } }] },
    'UNKNOWN_KEY',
    ['chain', 0, 'up', 'fraction'],
    'policy web, chain[0].up.fraction: found "fraction", expected no parameters',
  ],
  [
    { chain: ['geotarget'] },
    'TYPE',
    ['chain', 0],
    'policy web, chain[0]: found nothing, expected an object with cities, subdivisions, countries, continents, default',
  ],
  [
    { chain: [{ geotarget: {} }] },
    'EMPTY',
    ['chain', 0, 'geotarget'],
    'policy web, chain[0].geotarget: found an object with no keys, expected cities, subdivisions, countries, continents or default',
  ],
  [
    { chain: [{ geotarget: { regions: {} } }] },
    'UNKNOWN_KEY',
    ['chain', 0, 'geotarget', 'regions'],
    'policy web, chain[0].geotarget.regions: found "regions", expected one of the keys cities, subdivisions, countries, continents, default',
  ],
  [
    { chain: ['up', { geotarget: { countries: { CH: ['ue'] } } }] },
    'UNKNOWN_POOL',
    ['chain', 1, 'geotarget', 'countries', 'CH', 0],
    `policy web, chain[1].geotarget.countries.CH[0]: found "ue", expected ${OWN_POOLS}`,
  ],
  [
    { chain: [{ geotarget: { default: ['maintenance'] } }], allDown: { pool: 'maintenance' } },
    'UNKNOWN_POOL',
    ['chain', 0, 'geotarget', 'default', 0],
    `policy web, chain[0].geotarget.default[0]: found "maintenance", expected ${OWN_POOLS}`,
  ],
  [
    { chain: [{ geotarget: { countries: { Germany: ['eu'] } } }] },
    'LOCATION',
    ['chain', 0, 'geotarget', 'countries', 'Germany'],
    'policy web, chain[0].geotarget.countries.Germany: found "Germany", expected a country of two capital letters (ISO 3166-1 alpha-2)',
  ],
  [
    { chain: [{ geotarget: { continents: { XX: ['eu'] } } }] },
    'LOCATION',
    ['chain', 0, 'geotarget', 'continents', 'XX'],
    'policy web, chain[0].geotarget.continents.XX: found "XX", expected a continent: AF, AN, AS, EU, NA, OC or SA',
  ],
  [
    { chain: [{ geotarget: { default: [] } }] },
    'EMPTY',
    ['chain', 0, 'geotarget', 'default'],
    'policy web, chain[0].geotarget.default: found an empty list, expected at least one of pools',
  ],
  [
    { chain: [{ geotarget: { default: ['eu', 'eu'] } }] },
    'DUPLICATE',
    ['chain', 0, 'geotarget', 'default', 1],
    'policy web, chain[0].geotarget.default[1]: found "eu", expected each pool once',
  ],
  [
    { chain: [{ nearest: { bias: { eu: 100 } } }] },
    'RANGE',
    ['chain', 0, 'nearest', 'bias', 'eu'],
    'policy web, chain[0].nearest.bias.eu: found 100, expected a bias from -99 to 99',
  ],
  [
    { chain: [{ nearest: { bias: { eu: '10' } } }] },
    'TYPE',
    ['chain', 0, 'nearest', 'bias', 'eu'],
    'policy web, chain[0].nearest.bias.eu: found "10", expected a bias from -99 to 99',
  ],
  [
    { chain: [{ nearest: { bias: { eu: Number.NaN } } }] },
    'RANGE',
    ['chain', 0, 'nearest', 'bias', 'eu'],
    'policy web, chain[0].nearest.bias.eu: found NaN, expected a bias from -99 to 99',
  ],
  [
    { chain: [{ nearest: { bias: { mars: 1 } } }] },
    'UNKNOWN_POOL',
    ['chain', 0, 'nearest', 'bias', 'mars'],
    `policy web, chain[0].nearest.bias.mars: found "mars", expected ${OWN_POOLS}`,
  ],
  [
    { pools: ['maintenance'], chain: ['nearest'] },
    'LOCATION',
    ['chain', 0],
    "policy web, chain[0]: found nothing, expected a location for at least one of the policy's pools",
  ],
  [
    { chain: [{ weighted: { sticky: 'yes' } }] },
    'TYPE',
    ['chain', 0, 'weighted', 'sticky'],
    'policy web, chain[0].weighted.sticky: found "yes", expected true or false',
  ],
  [
    { chain: [{ weighted: { stickey: true } }] },
    'UNKNOWN_KEY',
    ['chain', 0, 'weighted', 'stickey'],
    'policy web, chain[0].weighted.stickey: found "stickey", expected one of the keys sticky, ipv4Prefix, ipv6Prefix, multi',
  ],
  [
    { chain: [{ weighted: { sticky: true, ipv4Prefix: 33 } }] },
    'RANGE',
    ['chain', 0, 'weighted', 'ipv4Prefix'],
    'policy web, chain[0].weighted.ipv4Prefix: found 33, expected a prefix length from 1 to 32',
  ],
  [
    { chain: [{ weighted: { sticky: true, ipv6Prefix: 0 } }] },
    'RANGE',
    ['chain', 0, 'weighted', 'ipv6Prefix'],
    'policy web, chain[0].weighted.ipv6Prefix: found 0, expected a prefix length from 1 to 128',
  ],
  [
    { chain: [{ weighted: { ipv4Prefix: 24 } }] },
    'UNKNOWN_KEY',
    ['chain', 0, 'weighted', 'ipv4Prefix'],
    'policy web, chain[0].weighted.ipv4Prefix: found 24, expected no prefix without sticky: true',
  ],
  [{ chain: ['first'] }, 'TYPE', ['chain', 0], 'policy web, chain[0]: found nothing, expected a whole number from 1'],
  [{ chain: [{ first: 0 }] }, 'RANGE', ['chain', 0, 'first'], 'policy web, chain[0].first: found 0, expected a whole number from 1'],
  [{ chain: [{ first: 1.5 }] }, 'RANGE', ['chain', 0, 'first'], 'policy web, chain[0].first: found 1.5, expected a whole number from 1'],
  [{ ttl: 60 }, 'TYPE', ['ttl'], 'policy web, ttl: found 60, expected an object with min, max'],
  [{ ttl: { min: 61, max: 60 } }, 'RANGE', ['ttl', 'min'], 'policy web, ttl.min: found 61, expected no more than max, which is 60'],
  [{ ttl: { max: -1 } }, 'RANGE', ['ttl', 'max'], 'policy web, ttl.max: found -1, expected whole seconds from 0 to 2147483647'],
  [
    { ttl: { max: 2 ** 31 } },
    'RANGE',
    ['ttl', 'max'],
    'policy web, ttl.max: found 2147483648, expected whole seconds from 0 to 2147483647',
  ],
  [{ allDown: 'some' }, 'TYPE', ['allDown'], 'policy web, allDown: found "some", expected all, last, none, servfail or { pool: NAME }'],
  [
    { allDown: { pool: 'mars' } },
    'UNKNOWN_POOL',
    ['allDown', 'pool'],
    'policy web, allDown.pool: found "mars", expected one of the pools eu, us, ap, maintenance',
  ],
  [
    { allDown: { pools: 'eu' } },
    'UNKNOWN_KEY',
    ['allDown', 'pools'],
    'policy web, allDown.pools: found "pools", expected one of the keys pool',
  ],
];

const endpoint = { name: 'a', addresses: ['192.0.2.1'] };

function rdataOf(_type: string, text: string): Uint8Array {
  if (text === 'bad') throw new Error('so bad');
  return Buffer.from(text);
}

const poolRows: Row[] = [
  [
    { endpoints: [{ name: 'x' }] },
    'TYPE',
    ['endpoints', 0, 'addresses'],
    'pool p, endpoints[0].addresses: found nothing, expected a list of addresses',
  ],
  [
    { endpoints: [{ ...endpoint, cname: 'a.example' }] },
    'TYPE',
    ['endpoints', 0, 'addresses'],
    'pool p, endpoints[0].addresses: found a list of 1, expected nothing beside a cname (RFC 1034 3.6.2)',
  ],
  [
    { endpoints: [{ name: 'x', cname: 'a..example' }] },
    'NAME',
    ['endpoints', 0, 'cname'],
    'pool p, endpoints[0].cname: found "a..example", expected a name such as www.example.net',
  ],
  [
    { endpoints: [{ name: 'x', records: { NS: ['a.example.'] } }] },
    'TYPE',
    ['endpoints', 0, 'records', 'NS'],
    'pool p, endpoints[0].records.NS: found "NS", expected a type such as TXT, that is none of the zone or of an alias, and no address',
  ],
  [
    { endpoints: [{ name: 'x', records: { TXT: [] } }] },
    'EMPTY',
    ['endpoints', 0, 'records', 'TXT'],
    'pool p, endpoints[0].records.TXT: found an empty list, expected at least one of records',
  ],
  [
    { endpoints: [{ name: 'x', records: { TXT: ['bad'] } }] },
    'RDATA',
    ['endpoints', 0, 'records', 'TXT', 0],
    'pool p, endpoints[0].records.TXT[0]: found "bad", expected RDATA of TXT: so bad',
  ],
  [
    { endpoints: [{ name: 'x', records: { TXT: ['a', 'a'] } }] },
    'DUPLICATE',
    ['endpoints', 0, 'records', 'TXT', 1],
    'pool p, endpoints[0].records.TXT[1]: found "a", expected a record that the endpoint does not have already',
  ],
  [{ endpoints: undefined }, 'TYPE', ['endpoints'], 'pool p, endpoints: found nothing, expected a list of endpoints'],
  [{ endpoints: [] }, 'EMPTY', ['endpoints'], 'pool p, endpoints: found an empty list, expected at least one of endpoints'],
  [
    { endpoints: [{ addresses: ['192.0.2.1'] }] },
    'TYPE',
    ['endpoints', 0, 'name'],
    'pool p, endpoints[0].name: found nothing, expected the name of an endpoint',
  ],
  [
    { endpoints: [{ ...endpoint, name: 'a/b' }] },
    'NAME',
    ['endpoints', 0, 'name'],
    'pool p, endpoints[0].name: found "a/b", expected the name of an endpoint, not empty and without "/"',
  ],
  [
    { endpoints: [{ ...endpoint, name: '' }] },
    'NAME',
    ['endpoints', 0, 'name'],
    'pool p, endpoints[0].name: found "", expected the name of an endpoint, not empty and without "/"',
  ],
  [
    { endpoints: [endpoint, endpoint] },
    'DUPLICATE',
    ['endpoints', 1, 'name'],
    'pool p, endpoints[1].name: found "a", expected a name that no other endpoint of the pool has',
  ],
  [
    { endpoints: [{ ...endpoint, addresses: [] }] },
    'EMPTY',
    ['endpoints', 0, 'addresses'],
    'pool p, endpoints[0].addresses: found an empty list, expected at least one of addresses',
  ],
  [
    { endpoints: [{ ...endpoint, addresses: ['192.0.2.256'] }] },
    'ADDRESS',
    ['endpoints', 0, 'addresses', 0],
    'pool p, endpoints[0].addresses[0]: found "192.0.2.256", expected an IPv4 or IPv6 address',
  ],
  [
    { endpoints: [{ ...endpoint, addresses: ['2001:db8::1', '2001:DB8:0::1'] }] },
    'DUPLICATE',
    ['endpoints', 0, 'addresses', 1],
    'pool p, endpoints[0].addresses[1]: found "2001:DB8:0::1", expected an address that the endpoint does not have already',
  ],
  [
    { endpoints: [{ ...endpoint, weight: -1 }] },
    'RANGE',
    ['endpoints', 0, 'weight'],
    'pool p, endpoints[0].weight: found -1, expected a weight from 0 to 1000000000',
  ],
  [
    { endpoints: [{ ...endpoint, weight: '1' }] },
    'TYPE',
    ['endpoints', 0, 'weight'],
    'pool p, endpoints[0].weight: found "1", expected a weight from 0 to 1000000000',
  ],
  [
    { endpoints: [endpoint], minHealthy: 0 },
    'RANGE',
    ['minHealthy'],
    'pool p, minHealthy: found 0, expected a number of endpoints, from 1 to 1, or a share such as 50%',
  ],
  [
    { endpoints: [endpoint], minHealthy: 2 },
    'RANGE',
    ['minHealthy'],
    'pool p, minHealthy: found 2, expected a number of endpoints, from 1 to 1, or a share such as 50%',
  ],
  [
    { endpoints: [endpoint], minHealthy: '101%' },
    'RANGE',
    ['minHealthy'],
    'pool p, minHealthy: found "101%", expected a number of endpoints, from 1 to 1, or a share such as 50%',
  ],
  [
    { endpoints: [endpoint], minHealthy: 'half' },
    'TYPE',
    ['minHealthy'],
    'pool p, minHealthy: found "half", expected a number of endpoints, from 1 to 1, or a share such as 50%',
  ],
  [
    { endpoints: [endpoint], location: { country: 'XX' } },
    'LOCATION',
    ['location', 'country'],
    'pool p, location.country: found "XX", expected a country whose centroid is known',
  ],
  [
    { endpoints: [endpoint], location: { lat: 91, lon: 0 } },
    'RANGE',
    ['location', 'lat'],
    'pool p, location.lat: found 91, expected degrees from -90 to 90',
  ],
  [
    { endpoints: [endpoint], location: { lat: 1 } },
    'TYPE',
    ['location', 'lon'],
    'pool p, location.lon: found nothing, expected degrees from -180 to 180',
  ],
  [
    { endpoints: [endpoint], location: { long: 1 } },
    'UNKNOWN_KEY',
    ['location', 'long'],
    'pool p, location.long: found "long", expected one of the keys country, lat, lon',
  ],
  [
    { endpoints: [endpoint], location: { country: 'DE', lat: 1 } },
    'LOCATION',
    ['location'],
    'pool p, location: found an object with country, lat, expected either country, or lat and lon',
  ],
];

describe('definePolicy: what is wrong, where, and what was expected', () => {
  test.each(policyRows)('policy %j: %s', (changes, code, path, message) => {
    const error = errorOf(define(changes));
    expect(error).toMatchObject({ code: `ERR_STEERING_${code}`, path, message, owner: { kind: 'policy' } });
    expect(message.endsWith(error.problem)).toBe(true);
  });

  test.each(poolRows)('pool %j: %s, whatever the chain, and without a policy', (changes, code, path, message) => {
    const pool = { name: 'p', ...changes } as unknown as Pool;
    const expected = { code: `ERR_STEERING_${code}`, path, message, owner: { kind: 'pool', name: 'p' } };
    for (const chain of [[], ['nearest']]) expect(errorOf(define({ pools: ['p'], chain }, [pool]))).toMatchObject(expected);
    const found = checkPool(pool, { centroid, rdataOf });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject(expected);
  });

  test('checkPool: every part of a pool says what is wrong with it', () => {
    const pool: Pool = { name: 'a/b', location: { country: 'XX' }, minHealthy: 5, endpoints: [endpoint, endpoint] };
    expect(checkPool(pool, { centroid }).map(({ path }) => path)).toEqual([
      ['name'],
      ['endpoints', 1, 'name'],
      ['minHealthy'],
      ['location', 'country'],
    ]);
    expect(POOLS.flatMap((good) => checkPool(good, { centroid }))).toEqual([]);
    for (const none of [null, undefined, 'eu', 7, []])
      expect(checkPool(none as unknown as Pool)).toMatchObject([{ code: 'ERR_STEERING_TYPE', path: [] }]);
  });

  test('checkPool without centroids: a country of two letters passes, and nothing else', () => {
    expect(checkPool({ name: 'p', endpoints: [endpoint], location: { country: 'XX' } })).toEqual([]);
    expect(checkPool({ name: 'p', endpoints: [endpoint], location: { country: 'Germany' } })[0]?.problem).toBe(
      'found "Germany", expected a country of two capital letters (ISO 3166-1 alpha-2)',
    );
  });

  test('a country where no centroids were handed in', () => {
    const pool: Pool = { name: 'p', endpoints: [endpoint], location: { country: 'DE' } };
    const error = errorOf(() => definePolicy({ name: 'web', pools: ['p'], chain: ['nearest'] }, { pools: [pool] }));
    expect(error.message).toBe('pool p, location.country: found "DE", expected lat and lon, as no centroids of countries were handed in');
  });

  test.each([
    [
      [{ ...POOLS[0]! }, { ...POOLS[0]! }],
      'DUPLICATE',
      'pools of policy web, [1].name: found "eu", expected a name that no other pool has',
    ],
    [
      [{ ...POOLS[0]!, name: 'e/u' }],
      'NAME',
      'pools of policy web, [0].name: found "e/u", expected the name of a pool, not empty and without "/"',
    ],
  ])('the list of pools: %#', (pools, code, message) => {
    expect(errorOf(define({}, pools))).toMatchObject({ code: `ERR_STEERING_${code}`, message });
  });

  test.each([null, undefined, 'web', 7, []])('no definition at all: %j', (definition) => {
    expect(errorOf(() => definePolicy(definition as unknown as PolicyDefinition, { pools: POOLS }))).toMatchObject({
      code: 'ERR_STEERING_TYPE',
      path: [],
    });
  });

  test('pools that the policy does not name are left alone', () => {
    expect(define({}, [...POOLS, { name: 'broken', endpoints: [] }])).not.toThrow();
  });

  test('other keys of pools and endpoints are not ours to judge: checks are the business of health', () => {
    const pools = POOLS.map((pool) => ({
      ...pool,
      check: { type: 'http' },
      endpoints: pool.endpoints.map((e) => ({ ...e, check: { port: 1 } })),
    }));
    expect(define({ chain: WEB.chain }, pools)).not.toThrow();
  });
});

describe('definePolicy: what is right', () => {
  test('a definition survives structured clone and JSON', () => {
    const expected = definePolicy(WEB, { pools: POOLS }).decide(CLIENT);
    expect(definePolicy(structuredClone(WEB), { pools: structuredClone(POOLS) }).decide(CLIENT)).toEqual(expected);
    expect(definePolicy(JSON.parse(JSON.stringify(WEB)), { pools: JSON.parse(JSON.stringify(POOLS)) }).decide(CLIENT)).toEqual(expected);
  });

  test("YAML's `- up:` is null: no parameters", () => {
    expect(define({ chain: [{ up: null }, { nearest: null }, { weighted: null }] })).not.toThrow();
  });

  test('ttl: defaults give way to the bound that is said', () => {
    const ttl = (bounds?: object) => {
      const { minTtlSeconds, maxTtlSeconds } = define({ ttl: bounds })();
      return [minTtlSeconds, maxTtlSeconds];
    };
    expect(ttl()).toEqual([5, 60]);
    expect(ttl({ max: 3 })).toEqual([3, 3]);
    expect(ttl({ min: 90 })).toEqual([90, 90]);
    expect(ttl({ min: 0, max: 0 })).toEqual([0, 0]);
  });
});

describe('the table of error codes', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const source = readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8');
  const codesIn = (text: string) => [...new Set(text.match(/ERR_STEERING_[A-Z_]+/g))].sort();

  test('README and source name the same codes', () => {
    expect(codesIn(readme)).toEqual(codesIn(source));
  });

  test('each code is thrown by something that these tests do', () => {
    const thrown = [...policyRows, ...poolRows].map(([, code]) => `ERR_STEERING_${code}`);
    thrown.push(errorOf(() => parseClientSubnet('x')).code);
    thrown.push(errorOf(define({ chain: [{ use: 'x' }] })).code);
    thrown.push(errorOf(() => define({})().decide(CLIENT, { health: { 'eu/x': 'down' } })).code);
    expect([...new Set(thrown)].sort()).toEqual(codesIn(source));
  });

  test('every filter is known by its own name', () => {
    for (const [name, kind] of FILTERS) expect(kind.name).toBe(name);
    expect(FILTER_NAMES).toEqual([...FILTERS.keys()]);
  });

  test('the type of a definition is made of the registry: names alone, or with their parameters', () => {
    type Keys<D> = D extends string | CustomFilter ? never : keyof D;
    expectTypeOf<Keys<FilterDefinition>>().toEqualTypeOf<Kinds['name']>();
    expectTypeOf<'up' | 'nearest' | { first: number } | { weighted: null }>().toExtend<FilterDefinition>();
    expectTypeOf<'first'>().not.toExtend<FilterDefinition>();
    expectTypeOf<'geotarget'>().not.toExtend<FilterDefinition>();
    expectTypeOf<{ first: string }>().not.toExtend<FilterDefinition>();
    expectTypeOf<{ first: null }>().not.toExtend<FilterDefinition>();
    expectTypeOf<{ nearest: { bais: object } }>().not.toExtend<FilterDefinition>();
  });

  test('a new filter is its own file and one row: no other source has the list', () => {
    const sources = new URL('../src/', import.meta.url);
    const files = readdirSync(sources).filter((file) => file.endsWith('.ts'));
    expect(files).toContain('definition.ts');
    for (const file of files) {
      const text = readFileSync(new URL(file, sources), 'utf8');
      const named = FILTER_NAMES.filter((name) => new RegExp(`['"\`/]${name}['"\`.]|\\{ ${name}:`).test(text));
      expect([file, named.length < 2]).toEqual([file, true]);
    }
  });
});
