import { describe, expect, test } from 'vitest';
import { GeoDatabase, openDatabase } from '../../geo/src/index.ts';
import { writeMmdb } from '../../geo/test/fixtures/mmdb-writer.ts';
import { endsOf, naiveRecord, octetsOf, toNumber, toOctets } from '../../geo/test/fixtures/prefixes.ts';
import {
  Atlas,
  Choice,
  type Environment,
  type FilterDefinition,
  type LocationLike,
  type Locator,
  type Policy,
  seededRandom,
} from '../src/index.ts';
import { chainOf } from './fixtures.ts';

/**
 * The scope of a decision (RFC 7871 7.2.1) is *true*: every client in it gets the same candidates with the same draws. And it is *no longer than it needs to
 * be*: with one bit less it would hold a client for whom a filter has another verdict, whichever pools are up, or another subnet of a sticky hash. Without an
 * atlas of the locator, one whose record is another.
 */

const record = (country_code: string, continent: string, lat: number, lon: number, city = '', asn = 0) => ({
  ...(asn > 0 && { asn }),
  country: { iso_code: country_code },
  continent: { code: continent },
  location: { latitude: lat, longitude: lon },
  ...(city !== '' && { city: { names: { en: city } } }),
});
const NETWORKS: [string, ReturnType<typeof record>][] = [
  ['1.0.0.0/8', record('AU', 'OC', -27, 133)],
  ['1.2.0.0/15', record('CN', 'AS', 35, 105)],
  ['1.2.3.0/24', record('JP', 'AS', 36, 138)],
  ['1.2.3.4/32', record('KR', 'AS', 37, 127)],
  ['53.0.0.0/8', record('DE', 'EU', 51, 10, '', 64500)],
  ['53.4.0.0/14', record('DE', 'EU', 52, 13, 'Berlin')],
  ['53.5.128.0/18', record('FR', 'EU', 46, 2)],
  ['53.5.140.16/28', record('CH', 'EU', 47, 8)],
  ['128.0.0.0/2', record('US', 'NA', 38, -97)],
  ['129.7.0.0/16', record('CA', 'NA', 60, -95)],
  ['129.7.255.255/32', record('BR', 'SA', -10, -55)],
  ['255.255.255.255/32', record('NZ', 'OC', -41, 174)],
  ['0.0.0.0/32', record('FJ', 'OC', -18, 178)],
  ['2001:db8::/32', record('DE', 'EU', 51, 10)],
  ['2001:db8:1::/48', record('FR', 'EU', 46, 2)],
  ['2001:db8:1:2:3:4:5:6/128', record('CH', 'EU', 47, 8)],
  ['2a00::/12', record('GB', 'EU', 54, -2)],
  ['2600::/16', record('US', 'NA', 38, -97, '', 64500)],
  ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128', record('NZ', 'OC', -41, 174)],
];
const CIDR: Record<string, string[]> = {
  '53.0.0.0/9': ['ap'],
  '53.5.140.0/24': ['us', 'eu'],
  '53.5.140.64/30': ['eu'],
  '129.7.128.0/17': ['eu'],
  '192.0.0.0/2': ['us', 'eu'],
  '2001:db8::/33': ['us'],
  '2001:db8:1:2::/64': ['ap'],
};

/** The same networks, as `latency` reads them. */
const MS = Object.fromEntries(
  Object.entries(CIDR).map(([network, pools]) => [network, Object.fromEntries(pools.map((pool, i) => [pool, 20 + 7 * i]))]),
);

type Reads = 'place' | 'cidr' | number;

const GEOTARGET = {
  geotarget: {
    cities: { 'DE/Berlin': ['us'] },
    countries: { CH: ['ap'], US: ['us'] },
    continents: { EU: ['eu'], NA: ['us', 'eu'] },
    default: ['ap', 'eu'],
  },
};
const STICKY20 = { weighted: { sticky: true, ipv4Prefix: 20, ipv6Prefix: 44 } };
const FENCES = { geofence: { pools: { eu: { continents: ['EU'] }, us: { countries: ['US', 'CA'] } } } };
const ROUTE = {
  route: { countries: { FR: [{ cidr: { networks: CIDR } }] }, continents: { NA: ['nearest'] }, default: [{ weighted: { sticky: true } }] },
} as const;

const LIMITS = { eu: { share: 50, limit: 70 }, us: { share: 50, limit: 60 } };

/** What may be looked at: the place, the networks of `cidr`, or a subnet of so many bits (IPv4). */
const CHAINS: [name: string, reads: Reads[], chain: FilterDefinition[]][] = [
  ['nothing', [], []],
  ['up', [], ['up']],
  ['priority', [], [{ priority: { us: 1, eu: 2 } }, { first: 2 }]],
  ['cost', [], [{ cost: { us: 1, eu: 2 } }]],
  ['weighted, shuffle, multivalue draw', [], ['weighted', 'shuffle', { multivalue: 3 }]],
  ['geofence', ['place'], [FENCES]],
  ['geofence, some removed', ['place'], [{ geofence: { ...FENCES.geofence, removeUnlocated: true } }]],
  ['geotarget', ['place'], [GEOTARGET]],
  ['geotarget for all', [], [{ geotarget: { default: ['us', 'ap'] } }]],
  ['asn', ['place'], [{ asn: { networks: { 64500: ['eu'] } } }]],
  ['nearest', ['place'], ['nearest']],
  ['nearest, within a band', ['place'], [{ nearest: { bias: { eu: 20 }, within: 3000 } }]],
  ['cidr', ['cidr'], [{ cidr: { networks: CIDR } }]],
  ['latency', ['cidr'], [{ latency: { networks: MS, within: 10 } }, { first: 3 }]],
  ['sticky', [24], [{ weighted: { sticky: true } }, { first: 1 }]],
  ['sticky by /20 and /44', [20], [STICKY20]],
  ['nearest, then sticky', ['place', 24], ['up', 'nearest', { weighted: { sticky: true } }, { first: 1 }]],
  ['geotarget, then sticky by /20', ['place', 20], ['up', GEOTARGET, STICKY20, { first: 2 }]],
  ['cidr, then nearest', ['cidr', 'place'], [{ cidr: { networks: CIDR } }, 'nearest', { first: 3 }]],
  ['geofence, cidr, sticky', ['place', 'cidr', 20], [FENCES, { cidr: { networks: CIDR } }, STICKY20]],
  ['sticky before what looks at the place', [24, 'place'], [{ weighted: { sticky: true } }, GEOTARGET]],
  ['route', ['place', 'cidr', 24], [ROUTE]],
  ['canary', [24], [{ canary: { pools: ['ap'], percent: 40 } }]],
  [
    'capacity',
    [20],
    [
      {
        capacity: {
          pools: { eu: { share: 2, limit: 3 }, us: { share: 1, limit: 3 }, ap: { share: 1, limit: 1 } },
          sticky: true,
          ipv4Prefix: 20,
          ipv6Prefix: 44,
        },
      },
    ],
  ],
  ['sticky by the name', [], [{ sticky: { by: 'qname' } }]],
  ['canary', [24], [{ canary: { pools: ['ap'], percent: 40 } }, { first: 1 }]],
  ['shed draws', [], [{ shed: { low: 60, high: 90 } }, { first: 1 }]],
  ['shed, sticky', [20], [{ shed: { low: 60, high: 90, sticky: true, ipv4Prefix: 20, ipv6Prefix: 44 } }, { first: 1 }]],
  ['a canary that is called back', [], [{ canary: { pools: ['ap'], percent: 40, guard: { feed: 'errors', max: 2 } } }]],
  ['capacity draws', [], [{ capacity: { pools: LIMITS } }, { first: 1 }]],
  ['capacity, sticky', [24], [{ capacity: { pools: LIMITS, sticky: true } }, { first: 1 }]],
  ['sticky as NS1 has it, by the subnet', [24], ['sticky']],
  ['split and nearest, sticky', ['place', 24], [{ split: { A: ['nearest'] } }, { weighted: { sticky: true } }]],
];

/** With the same draws for all; `eu/ams1` is down. */
function decideFor(policy: Policy, locator: Locator, address: Uint8Array, isWarm = false): { chosen: string; scope: number } {
  const view = { isUp: (slot: number) => slot !== 1, ttlCapSeconds: () => Number.POSITIVE_INFINITY };
  const health = isWarm ? { ...view, revision: () => 1 } : view;
  const feeds = { values: new Float64Array(99), times: new Float64Array(99) };
  for (const { feed, id, slot } of policy.feeds) {
    if (feed === 'canary' || id.includes('/')) continue;
    feeds.values[slot] = 75;
    feeds.times[slot] = 1;
  }
  const environment: Environment = { health, feeds, locator, nowMs: 0, random: seededRandom(7) };
  const choice = new Choice();
  const client = { address, family: address.length === 4 ? 4 : 6, prefixLength: address.length * 8, fromEcs: true } as const;
  policy.choose(client, 4, environment, choice);
  return { chosen: choice.endpoints.subarray(0, choice.endpointCount).join(), scope: choice.ecsScope };
}

/** The first and the last address of every network of the database. */
function boundaries(database: GeoDatabase, octets: 4 | 16): Uint8Array[] {
  const all: Uint8Array[] = [];
  for (let at = 0n; at < 1n << BigInt(octets * 8); ) {
    const address = toOctets(at, octets);
    const { last } = endsOf(address, database.locate(address).prefixLength);
    all.push(address, last);
    at = toNumber(last) + 1n;
  }
  return all;
}

const UP = [0, 1, 2, 3, 4, 5, 6, 7].map((up) =>
  Object.fromEntries(['eu', 'us', 'ap'].map((pool, i) => [pool, (up >> i) & 1 ? 'up' : 'down'])),
);

/** What each filter makes of a place, for every set of pools that are up. */
function verdictsOf(chain: readonly FilterDefinition[]): (location: LocationLike) => string {
  const policies = chain
    .filter((one) => /geofence|geotarget|asn|nearest|route/.test(JSON.stringify(one)))
    .map((one) => chainOf(['up', one]));
  const known = new Map<string, string>();
  return ({ prefixLength: _own, ...locate }) => {
    const key = JSON.stringify(locate);
    let verdicts = known.get(key);
    if (verdicts === undefined) {
      const decisions = policies.flatMap((policy) =>
        UP.map((health) => policy.decide({ client: '198.51.100.7', type: 'A' }, { health: health as Record<string, 'up'>, locate })),
      );
      verdicts = JSON.stringify(decisions.map(({ trace }) => trace.at(-1)?.out));
      known.set(key, verdicts);
    }
    return verdicts;
  };
}

/** All that there is to know of a client, from the lists that database and policy were made of. */
function factOf(address: Uint8Array, read: Reads): string {
  if (read === 'place') return JSON.stringify(naiveRecord(NETWORKS, inDatabase(address)));
  if (read === 'cidr') return JSON.stringify(naiveRecord(byLength(Object.entries(CIDR)), address));
  const bits = address.length === 4 ? read : read === 24 ? 56 : 44;
  return String(toNumber(endsOf(address, bits).first));
}

/** IPv4 networks stand in ::/96 of the file. */
function inDatabase(address: Uint8Array): Uint8Array {
  return address.length === 16 && toNumber(address.subarray(0, 12)) === 0n ? address.subarray(12) : address;
}

/** Looked up as IPv4 (RFC 4291 2.5.5.2), whatever is around it: no client of IPv6 has one. */
const isMapped = (address: Uint8Array) => address.length === 16 && toNumber(address.subarray(0, 12)) === 0xffffn;

/** The last one that holds an address is the longest. */
function byLength<T>(networks: readonly [string, T][]): [string, T][] {
  return [...networks].sort(([a], [b]) => Number(a.split('/')[1]) - Number(b.split('/')[1]));
}

describe.each([
  ['IPv4', 4],
  ['IPv6', 16],
] as const)('every boundary of a small database, %s', { timeout: 60_000 }, (_, octets) => {
  const database = new GeoDatabase([writeMmdb(NETWORKS)]);
  const end = 1n << BigInt(octets * 8);
  const edges = Object.keys(CIDR)
    .map((text) => text.split('/') as [string, string])
    .filter(([text]) => octetsOf(text).length === octets)
    .flatMap(([text, length]) => Object.values(endsOf(octetsOf(text), Number(length))));
  // Those beside them, too, and one that is not a boundary of anything.
  const numbers = [...boundaries(database, octets), ...edges].flatMap((address) => {
    const n = toNumber(address);
    return [n, n - 1n, n + 1n, n ^ 0x55n].filter((own) => own >= 0n && own < end);
  });
  const samples = [...new Set(numbers)]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((n) => [n, toOctets(n, octets)] as const)
    .filter(([, address]) => !isMapped(address))
    .map(([n, address]) => {
      const facts = new Map<Reads, string>(([24, 20, 'place', 'cidr'] as const).map((read) => [read, factOf(address, read)]));
      return { n, address, facts };
    });
  /** Places of those from `first` to `last`. */
  const within = (first: bigint, last: bigint): number[] => {
    const places: number[] = [];
    let low = 0;
    let high = samples.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (samples[middle]!.n < first) low = middle + 1;
      else high = middle;
    }
    for (; low < samples.length && samples[low]!.n <= last; low++) places.push(low);
    return places;
  };

  const atlas = Atlas.of(database)!;

  test.each(CHAINS.flatMap((row) => [[...row, false] as const, [...row, true] as const]))(
    'RFC 7871 7.2.1: %s: the same candidates within the scope, and no scope longer than it needs to be; %j %j, with an atlas: %j',
    (_name, reads, chain, hasAtlas) => {
      const [policy, warm] = [chainOf(chain), chainOf(chain)];
      // What a thread hands to another.
      if (hasAtlas) for (const own of [policy, warm]) own.useScopes(database, structuredClone(chainOf(chain).scopeTable(atlas)));
      const decided = samples.map(({ address }) => decideFor(policy, database, address));
      for (const [i, { address }] of samples.entries()) expect(decideFor(warm, database, address, true)).toEqual(decided[i]);
      const verdict = verdictsOf(chain);
      /** With an atlas, what is behind a /64 is told apart by its record. */
      const known = (address: Uint8Array, read: Reads, fact = factOf(address, read)) => {
        if (!hasAtlas || read !== 'place') return fact;
        const location = database.locate(address);
        return address.length === 16 && location.prefixLength > 64 ? fact : verdict(location);
      };
      const told = (address: Uint8Array, facts?: Map<Reads, string>) =>
        reads.map((read) => known(address, read, facts?.get(read))).join('|');
      const toldOf = samples.map(({ address, facts }) => told(address, facts));
      const seen = new Set<string>();
      samples.forEach(({ address }, i) => {
        const { chosen, scope } = decided[i]!;
        const ends = endsOf(address, scope);
        const [first, last] = [toNumber(ends.first), toNumber(ends.last)];
        // What is denied is denied to everyone (RFC 7871 7.4).
        if (chosen === '' || seen.has(`${first}/${scope}`)) return;
        seen.add(`${first}/${scope}`);
        for (const edge of [ends.first, ends.last].filter((own) => !isMapped(own)))
          expect(decideFor(policy, database, edge)).toEqual({ chosen, scope });
        const others = within(first, last).filter((place) => decided[place]!.chosen !== chosen || decided[place]!.scope !== scope);
        expect(
          others.map((place) => samples[place]!.address.join('.')),
          `within /${scope} of ${address.join('.')}`,
        ).toEqual([]);
        if (scope === 0) return;
        // One bit less: the network beside it comes in, and with it somebody else.
        const size = last - first + 1n;
        const beside = first ^ size;
        const hasOther =
          told(toOctets(beside, octets)) !== toldOf[i] || within(beside, beside + size - 1n).some((place) => toldOf[place] !== toldOf[i]);
        expect(hasOther, `/${scope} for ${address.join('.')}`).toBe(true);
      });
      expect(decided.some(({ scope }) => scope > 0)).toBe(reads.length > 0);
    },
  );
});

test('RFC 7871 7.2.1: a thousand networks of the country database, and their neighbours', async () => {
  const database = await openDatabase();
  const random = seededRandom(3);
  const chains = [[GEOTARGET], ['nearest', { first: 2 }], ['up', GEOTARGET, 'nearest', STICKY20, { first: 1 }]] as FilterDefinition[][];
  const policies = chains.map((chain) => chainOf(chain));
  for (let i = 0; i < 1000; i++) {
    const address = i % 4 === 0 ? toOctets((0x2a00n << 112n) | (BigInt(random()) << 80n), 16) : toOctets(BigInt(random()), 4);
    const { country, prefixLength } = database.locate(address);
    for (const policy of policies) {
      const { chosen, scope } = decideFor(policy, database, address);
      const { first, last } = endsOf(address, scope);
      for (const edge of [first, last]) expect(decideFor(policy, database, edge)).toEqual({ chosen, scope });
      expect(Math.max(prefixLength, address.length === 4 ? 20 : 44)).toBeGreaterThanOrEqual(scope);
    }
    if (prefixLength === 0) continue;
    // The database's own networks are as wide as they can be: beside each there is another country.
    const size = 1n << BigInt(address.length * 8 - prefixLength);
    let at = toNumber(endsOf(address, prefixLength).first) ^ size;
    const end = at + size;
    let isOther = false;
    for (let steps = 0; at < end && !isOther && steps < 2000; steps++) {
      const neighbour = database.locate(toOctets(at, address.length));
      isOther = neighbour.country !== country;
      at += 1n << BigInt(address.length * 8 - neighbour.prefixLength);
    }
    expect(isOther, `${address.join('.')}/${prefixLength}`).toBe(true);
  }
});
