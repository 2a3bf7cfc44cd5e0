import type { FilterDefinition, LocationLike } from '../../src/index.ts';
import { type DecisionCase, pool, sites, weighing } from './decision-case.ts';

const shuffle = 'NS1 Connect documentation, Shuffle filters';
const health = 'NS1 Connect documentation, Health check filters';
const netfence = 'NS1 Connect documentation, Netfence filters';
const geographic = 'NS1 Connect documentation, Geographic filters';

const three = sites({ eu: [50.1, 8.7], us: [38.9, -77], world: null });
const FENCES = { eu: { countries: ['DE', 'FR'] }, us: { countries: ['US'], subdivisions: ['CA-ON'] } };
const fenced = (rule: string, where: Partial<LocationLike>, out: string[], removeUnlocated = false): DecisionCase => ({
  rule,
  source: geographic,
  pools: three,
  policy: { chain: [{ geofence: { pools: FENCES, ...(removeUnlocated && { removeUnlocated }) } }] },
  circumstances: { locate: where },
  expect: { pools: out },
});

const nearest = (rule: string, where: Partial<LocationLike>, out: string[], more: FilterDefinition[] = []): DecisionCase => ({
  rule,
  source: geographic,
  pools: sites({ west: [37.8, -122.4], ny: [43, -75], de: [51, 10] }),
  policy: { chain: ['up', 'nearest', ...more] },
  circumstances: { locate: where },
  expect: { pools: out },
});

const shuffled = (rule: string, chain: FilterDefinition[], weights: number[], shares: number[]): DecisionCase => ({
  rule,
  source: shuffle,
  pools: [weighing('p', weights)],
  policy: { chain: [...chain, { first: 1 }] },
  expect: { shares: Object.fromEntries(shares.map((share, i) => [`p/${i + 1}`, share])), least: 1, most: 1 },
});

const shed = (rule: string, load: Record<string, number>, expected: DecisionCase['expect']): DecisionCase => ({
  rule,
  source: 'NS1 Connect documentation, Automatic load shedding',
  pools: sites({ eu: null, us: null }),
  policy: { chain: [{ shed: { low: 80, high: 90 } }] },
  circumstances: { feeds: { load } },
  expect: expected,
});

const asns: FilterDefinition = { asn: { networks: { 64500: ['eu'], 64501: ['us', 'world'] }, default: ['world'] } };
const prefixes: FilterDefinition = { cidr: { networks: { '192.0.2.0/24': ['eu'], '2001:db8::/32': ['us'] }, default: ['world'] } };

export const NS1: readonly DecisionCase[] = [
  shed('load: no figure of an answer: it stays', { us: 95 }, { pools: ['eu'] }),
  shed('load: below the low watermark: it stays', { eu: 79 }, { pools: ['eu', 'us'] }),
  shed('load: at the low watermark: it stays', { eu: 80 }, { pools: ['eu', 'us'] }),
  shed('load: at the high watermark: it is removed', { eu: 90 }, { pools: ['us'] }),
  shed('load: above the high watermark: it is removed', { eu: 120 }, { pools: ['us'] }),
  shed('load: between them it is removed as often as it is far from the low one: 30 %', { eu: 83 }, { shares: { 'eu/1': 0.7, 'us/1': 1 } }),
  shed('load: between them: 90 %', { eu: 89 }, { shares: { 'eu/1': 0.1, 'us/1': 1 } }),
  fenced('an answer of the country of the client, and those without a place', { country: 'DE', continent: 'EU' }, ['eu', 'world']),
  fenced('the second country of a list', { country: 'FR', continent: 'EU' }, ['eu', 'world']),
  fenced('a province of Canada', { country: 'CA', continent: 'NA', subdivision: 'ON' }, ['us', 'world']),
  fenced('another province: only those without a place', { country: 'CA', continent: 'NA', subdivision: 'QC' }, ['world']),
  fenced('no answer matches: only those without a place', { country: 'JP', continent: 'AS' }, ['world']),
  fenced('the place of the client is unknown: only those without a place', {}, ['world']),
  fenced('remove those without a place on a match', { country: 'DE', continent: 'EU' }, ['eu'], true),
  fenced('remove those without a place, but there is no match', { country: 'JP', continent: 'AS' }, ['world'], true),
  {
    rule: 'no answer matches, and all have places: none',
    source: geographic,
    pools: three,
    policy: { pools: ['eu', 'us'], chain: [{ geofence: { pools: FENCES } }], allDown: 'none' },
    circumstances: { locate: { country: 'JP', continent: 'AS' } },
    expect: { none: true },
  },
  nearest('by proximity, none removed: from Nevada', { latitude: 39, longitude: -117 }, ['west', 'ny', 'de']),
  nearest('by proximity: from Boston', { latitude: 42.4, longitude: -71.1 }, ['ny', 'west', 'de']),
  nearest('by proximity: from Spain', { latitude: 40.4, longitude: -3.7 }, ['de', 'ny', 'west']),
  nearest('with Select First N: the closest alone', { latitude: 42.4, longitude: -71.1 }, ['ny'], [{ first: 1 }]),
  {
    ...nearest('the closest is down: the next', { latitude: 42.4, longitude: -71.1 }, ['west'], [{ first: 1 }]),
    circumstances: { locate: { latitude: 42.4, longitude: -71.1 }, health: { ny: 'down' } },
  },
  {
    rule: 'several answers in the closest place: Shuffle takes one of them',
    source: geographic,
    pools: [pool('near', 2, { location: { lat: 50, lon: 8 } }), pool('far', 2, { location: { lat: 40, lon: -100 } })],
    policy: { chain: ['nearest', 'shuffle', { first: 1 }] },
    circumstances: { locate: { latitude: 51, longitude: 10 } },
    expect: { shares: { 'near/1': 0.5, 'near/2': 0.5, 'far/1': 0, 'far/2': 0 }, least: 1, most: 1 },
  },
  {
    rule: 'a place that no answer has metadata for gets the closest answer',
    source: 'NS1 help centre, About geographic filters: Geotarget Country',
    pools: sites({ de: [51, 10], us: [39.8, -98.6] }),
    policy: { chain: ['nearest', { first: 1 }] },
    circumstances: { locate: { country: 'PL', continent: 'EU', latitude: 52, longitude: 20 } },
    expect: { endpoints: ['de/1'] },
  },
  shuffled('Shuffle: evenly', ['shuffle'], [1, 1, 1, 1], [0.25, 0.25, 0.25, 0.25]),
  shuffled('Shuffle: weights do not count', ['shuffle'], [1, 9], [0.5, 0.5]),
  shuffled('Weighted shuffle: the first by weight', ['weighted'], [1, 2, 5], [1 / 8, 2 / 8, 5 / 8]),
  shuffled('Weighted shuffle: any scale of weights', ['weighted'], [0.1, 0.2, 0.5], [1 / 8, 2 / 8, 5 / 8]),
  {
    rule: 'a sifting filter first: Shuffle spreads over what it left',
    source: shuffle,
    pools: [pool('p', 3)],
    policy: { chain: ['up', 'shuffle', { first: 1 }] },
    circumstances: { health: { 'p/2': 'down' } },
    expect: { shares: { 'p/1': 0.5, 'p/2': 0, 'p/3': 0.5 }, least: 1, most: 1 },
  },
  {
    rule: 'Up eliminates what is down',
    source: health,
    pools: [pool('p', 3)],
    policy: { chain: ['up'] },
    circumstances: { health: { 'p/1': 'down', 'p/3': 'down' } },
    expect: { endpoints: ['p/2'] },
  },
  {
    rule: 'Up and Select First N are failover',
    source: health,
    pools: [pool('p', 3)],
    policy: { chain: ['up', { first: 1 }] },
    circumstances: { health: { 'p/1': 'down' } },
    expect: { endpoints: ['p/2'] },
  },
  {
    rule: 'all are down: none is left to answer',
    source: health,
    pools: [pool('p', 2)],
    policy: { chain: ['up'], allDown: 'none' },
    circumstances: { health: { p: 'down' } },
    expect: { none: true },
  },
  {
    rule: 'Netfence ASN: the answer of the AS',
    source: netfence,
    pools: three,
    policy: { chain: [asns] },
    circumstances: { locate: { asn: 64500 } },
    expect: { pools: ['eu'] },
  },
  {
    rule: 'Netfence ASN: an AS of several answers',
    source: netfence,
    pools: three,
    policy: { chain: [asns] },
    circumstances: { locate: { asn: 64501 } },
    expect: { pools: ['us', 'world'] },
  },
  {
    rule: 'Netfence ASN: another AS keeps those without metadata',
    source: netfence,
    pools: three,
    policy: { chain: [asns] },
    circumstances: { locate: { asn: 64999 } },
    expect: { pools: ['world'] },
  },
  {
    rule: 'Netfence ASN: the AS is unknown',
    source: netfence,
    pools: three,
    policy: { chain: [asns] },
    expect: { pools: ['world'] },
  },
  {
    rule: 'Netfence Prefix: a client inside',
    source: netfence,
    pools: three,
    policy: { chain: [prefixes] },
    question: { client: '192.0.2.77/32' },
    expect: { pools: ['eu'] },
  },
  {
    rule: 'Netfence Prefix: a client of IPv6 inside',
    source: netfence,
    pools: three,
    policy: { chain: [prefixes] },
    question: { client: '2001:db8:1::/48' },
    expect: { pools: ['us'] },
  },
  {
    rule: 'Netfence Prefix: a client outside keeps those without a list',
    source: netfence,
    pools: three,
    policy: { chain: [prefixes] },
    question: { client: '198.51.100.1/32' },
    expect: { pools: ['world'] },
  },
];
