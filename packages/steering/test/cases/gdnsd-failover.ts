import type { Pool } from '../../src/index.ts';
import { type DecisionCase, down, pool, upTo, weighing } from './decision-case.ts';

const simplefo = 'gdnsd-plugin-simplefo(8), OPERATIONAL MECHANICS';
const multifo = 'gdnsd-plugin-multifo(8), OPERATIONAL MECHANICS';
const upThresh = 'gdnsd-plugin-multifo(8), UP THRESH';
const metafo = 'gdnsd-plugin-metafo(8), DESCRIPTION and PER-DATACENTER RESOLUTION';
const weighted = 'gdnsd-plugin-weighted(8)';
const adminState = 'gdnsd(8), ADMIN STATE FILE';
const trivial = 'gdnsd t/007plugins/001trivial.t';
const metafoTest = 'gdnsd t/007plugins/004metafo.t';
const weightedTest = 'gdnsd t/007plugins/002weighted.t';

/** Primary and secondary, each in both families. */
const PAIR: readonly Pool[] = ['primary', 'secondary'].map((name, i) => ({
  name,
  endpoints: [
    { name: 'v4', addresses: [`192.0.2.${i + 1}`] },
    { name: 'v6', addresses: [`2001:db8::${i + 1}`] },
  ],
}));
const failover = { chain: ['up', { priority: { primary: 1, secondary: 2 } }, { first: 1 }] } as const;
const pair = (rule: string, downIds: string[], answer: string, type: 'A' | 'AAAA' = 'A', source = simplefo): DecisionCase => ({
  rule,
  source,
  pools: PAIR,
  policy: failover,
  question: { type },
  circumstances: { health: Object.fromEntries(downIds.map((id) => [id, 'down'])) },
  expect: { endpoints: [answer] },
});

const half = (total: number) => [pool('p', total, { minHealthy: '50%' })];
const group = (rule: string, total: number, downCount: number, answered: number, source = multifo): DecisionCase => ({
  rule,
  source,
  pools: half(total),
  policy: { chain: ['up'] },
  circumstances: { health: down('p', total, downCount) },
  expect: { endpoints: upTo('p', answered) },
});

const DATACENTERS = [pool('dc1', 2, { minHealthy: '50%' }), pool('dc2', 2, { minHealthy: '50%' }), pool('dc3', 3, { minHealthy: '50%' })];
const meta = (rule: string, health: Record<string, 'down'>, endpoints: string[], source = metafo): DecisionCase => ({
  rule,
  source,
  pools: DATACENTERS,
  policy: { chain: ['up', { priority: { dc1: 1, dc2: 2, dc3: 3 } }, { first: 3 }] },
  circumstances: { health },
  expect: { endpoints },
});

const single = (
  rule: string,
  weights: number[],
  shares: number[],
  downCount = 0,
  source = `${weighted}, THE UNGROUPED SINGLE CASE`,
): DecisionCase => ({
  rule,
  source,
  pools: [weighing('p', weights)],
  policy: { chain: ['up', 'weighted', { first: 1 }] },
  circumstances: { health: down('p', weights.length, downCount) },
  expect: { shares: Object.fromEntries(shares.map((share, i) => [`p/${i + 1}`, share])), least: 1, most: 1 },
});

const multi = (rule: string, weights: number[], shares: number[], downCount: number, least: number): DecisionCase => ({
  rule,
  source: `${weighted}, THE UNGROUPED MULTI CASE`,
  pools: [weighing('p', weights)],
  policy: { chain: ['up', { weighted: { multi: true } }] },
  circumstances: { health: down('p', weights.length, downCount) },
  expect: { shares: Object.fromEntries(shares.map((share, i) => [`p/${i + 1}`, share])), least },
});

export const GDNSD_FAILOVER: readonly DecisionCase[] = [
  pair('the primary is up: it is used', [], 'primary/v4'),
  pair('the primary is down: the secondary', ['primary/v4'], 'secondary/v4'),
  pair('both are down: the primary', ['primary/v4', 'secondary/v4'], 'primary/v4'),
  pair('only the secondary is down: the primary', ['secondary/v4'], 'primary/v4'),
  pair('the families are decided apart: IPv6 is up though IPv4 is down', ['primary/v4'], 'primary/v6', 'AAAA'),
  pair('the families are decided apart: IPv6 is down', ['primary/v6'], 'secondary/v6', 'AAAA'),
  pair('the families are decided apart: both of IPv6 are down', ['primary/v6', 'secondary/v6'], 'primary/v6', 'AAAA'),
  pair('both are down (sfo1)', ['primary/v4', 'secondary/v4'], 'primary/v4', 'A', trivial),
  pair('both are up (sfo2)', [], 'primary/v4', 'A', trivial),
  {
    rule: 'only IPv6 is configured: A is NODATA (sfo3)',
    source: trivial,
    pools: [{ name: 'p', endpoints: [{ name: '1', addresses: ['2001:db8::dead'] }] }],
    policy: { chain: ['up', { first: 1 }] },
    expect: { none: true },
  },
  {
    rule: 'only IPv6 is configured: AAAA is answered (sfo4)',
    source: trivial,
    pools: [{ name: 'p', endpoints: [{ name: '1', addresses: ['2001:db8::b00'] }] }],
    policy: { chain: ['up', { first: 1 }] },
    question: { type: 'AAAA' },
    expect: { endpoints: ['p/1'] },
  },
  group('all that are not down are answered', 4, 1, 3),
  group('too few are up: all are answered', 4, 3, 4),
  group('all are up', 3, 0, 3),
  group('of three never one alone: two are answered', 3, 1, 2, upThresh),
  group('of three never one alone: all are answered instead', 3, 2, 3, upThresh),
  group('all are down: all are answered, at any threshold', 3, 3, 3, upThresh),
  group('three are down (mfo1)', 3, 3, 3, trivial),
  group('two are up (mfo2)', 2, 0, 2, trivial),
  {
    rule: 'threshold 1.0: one that is down has all answered',
    source: upThresh,
    pools: [pool('p', 4, { minHealthy: '100%' })],
    policy: { chain: ['up'] },
    circumstances: { health: down('p', 4, 1) },
    expect: { endpoints: upTo('p', 4) },
  },
  {
    rule: 'threshold 0.01: the only one of 40 that is left is answered',
    source: upThresh,
    pools: [pool('p', 40, { minHealthy: '1%' })],
    policy: { chain: ['up'] },
    circumstances: { health: down('p', 40, 39) },
    expect: { endpoints: ['p/1'] },
  },
  {
    rule: 'the two families have thresholds of their own: IPv6 keeps one of two',
    source: multifo,
    pools: [{ name: 'p', minHealthy: '50%', endpoints: [...PAIR[0]!.endpoints, { name: 'w6', addresses: ['2001:db8::9'] }] }],
    policy: { chain: ['up'] },
    question: { type: 'AAAA' },
    circumstances: { health: { 'p/v6': 'down' } },
    expect: { endpoints: ['p/w6'] },
  },
  {
    rule: 'ignore_health: down or not, all are answered',
    source: 'gdnsd-plugin-multifo(8), RESOURCE CONFIG, ignore_health',
    pools: half(3),
    policy: { chain: [] },
    circumstances: { health: down('p', 3, 1) },
    expect: { endpoints: upTo('p', 3) },
  },
  meta('the first datacenter', {}, ['dc1/1', 'dc1/2', 'dc2/1'], metafo),
  {
    ...meta('the first datacenter alone, when it is up', {}, ['dc1/1', 'dc1/2']),
    policy: { chain: ['up', { priority: { dc1: 1, dc2: 2, dc3: 3 } }, { first: 2 }] },
  },
  {
    ...meta('the first has failed: the next in the list (meta1)', { dc1: 'down' }, ['dc2/1', 'dc2/2'], metafoTest),
    policy: { chain: ['up', { priority: { dc1: 1, dc2: 2, dc3: 3 } }, { first: 2 }] },
  },
  meta('two have failed: the third (meta2)', { dc1: 'down', dc2: 'down' }, ['dc3/1', 'dc3/2', 'dc3/3'], metafoTest),
  {
    ...meta('below its threshold a datacenter counts as failed, though one of it is up', { 'dc3/2': 'down', 'dc3/3': 'down' }, [
      'dc2/1',
      'dc2/2',
    ]),
    policy: { chain: ['up', { priority: { dc3: 1, dc2: 2, dc1: 3 } }, { first: 2 }] },
  },
  {
    rule: 'the answer of a datacenter asked for by its name is its own, whatever its health',
    source: 'gdnsd-plugin-metafo(8), SYNTHETIC PER-DATACENTER RESOURCES',
    pools: DATACENTERS,
    policy: { pools: ['dc2'], chain: ['up'] },
    circumstances: { health: { dc2: 'down' } },
    expect: { endpoints: ['dc2/1', 'dc2/2'] },
  },
  {
    rule: 'skip_first: the first is never answered',
    source: 'gdnsd-plugin-metafo(8), CONFIGURATION - RESOURCES, skip_first',
    pools: DATACENTERS,
    policy: { pools: ['dc2', 'dc3'], chain: ['up', { priority: { dc2: 2, dc3: 3 } }, { first: 2 }] },
    expect: { endpoints: ['dc2/1', 'dc2/2'] },
  },
  {
    rule: 'a datacenter that an operator has put down: the next',
    source: `${adminState}: keys of datacenters`,
    pools: DATACENTERS,
    policy: { chain: ['up', { priority: { dc1: 1, dc2: 2, dc3: 3 } }, { first: 2 }] },
    circumstances: { health: { dc1: 'down' } },
    expect: { endpoints: ['dc2/1', 'dc2/2'] },
  },
  {
    rule: 'a list of one that has failed ends there: gdnsd answers from it all the same',
    source: 'gdnsd-plugin-geoip(8), map; gdnsd-plugin-metafo(8)',
    pools: [pool('a', 1), pool('b', 1)],
    policy: { chain: ['up', { geotarget: { countries: { IE: ['a'] }, default: ['a', 'b'] } }] },
    circumstances: { health: { a: 'down' }, locate: { country: 'IE' } },
    expect: { endpoints: ['b/1'] },
    differs: 'a list of `geotarget` without a candidate gives way to the next wider one; to forbid other pools is what `geofence` is for',
  },
  {
    rule: 'an empty list is NODATA for that place',
    source: 'gdnsd-plugin-geoip(8), map: an empty datacenter array',
    pools: [pool('a', 1), pool('b', 1)],
    policy: { chain: [{ geofence: { pools: { a: { continents: ['EU'] }, b: { continents: ['EU'] } } } }], allDown: 'none' },
    circumstances: { locate: { country: 'US', continent: 'NA' } },
    expect: { none: true },
  },
  single('shares of 45, 60 and 75 of 180', [45, 60, 75], [45 / 180, 60 / 180, 75 / 180]),
  single('what is down weighs nothing', [45, 60, 75], [45 / 105, 60 / 105, 0], 1),
  single('one of three (weighta)', [25, 30, 41], [25 / 96, 30 / 96, 41 / 96], 0, weightedTest),
  single('one of two of IPv4 (weightmix)', [22, 33], [22 / 55, 33 / 55], 0, weightedTest),
  multi('what shares the greatest weight is always in: 75 % for 45 of 60', [45, 60, 60], [0.75, 1, 1], 0, 2),
  multi('three of five share the greatest weight: three at least', [30, 30, 30, 20, 20], [1, 1, 1, 2 / 3, 2 / 3], 0, 3),
  multi('what is down weighs nothing, so the greatest is another', [30, 60, 90], [0.5, 1, 0], 1, 1),
  multi('three of IPv4 (weightam)', [30, 27, 22], [1, 27 / 30, 22 / 30], 0, 1),
  single('all are down: the odds are as if all were up', [22, 33], [22 / 55, 33 / 55], 2),
  {
    rule: 'the threshold sums weights: the one that weighs most is down, so less than half of the weight is up and all count as up',
    source: `${weighted}, THE UNGROUPED SINGLE CASE`,
    pools: [weighing('p', [10, 10, 80], { minHealthy: '50%' })],
    policy: { chain: ['up', 'weighted', { first: 1 }] },
    circumstances: { health: { 'p/3': 'down' } },
    expect: { shares: { 'p/1': 0.5, 'p/2': 0.5, 'p/3': 0 }, least: 1, most: 1 },
    differs: '`minHealthy` counts endpoints, not weights: two of three are up, which is enough',
  },
  {
    rule: 'weight 0 is an error',
    source: `${weighted}, LIMITS`,
    pools: [weighing('p', [1, 0])],
    policy: { chain: ['weighted', { first: 1 }] },
    expect: { endpoints: ['p/1'] },
    differs: 'weight 0 is allowed, and means never, as in Route 53',
  },
];
