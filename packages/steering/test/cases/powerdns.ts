import type { FilterDefinition } from '../../src/index.ts';
import { type DecisionCase, pool, sites, weighing } from './decision-case.ts';

const lua = (name: string) => `PowerDNS Authoritative Server documentation, Lua Records, functions: ${name}`;
const tests = (name: string) => `PowerDNS regression-tests.auth-py/test_LuaRecords.py, ${name}`;

const one: FilterDefinition[] = ['up', 'shuffle', { first: 1 }];
const up = (
  rule: string,
  source: string,
  total: number,
  downIds: number[],
  shares: number[],
  more: Partial<DecisionCase['policy']> = {},
): DecisionCase => ({
  rule,
  source,
  pools: [pool('p', total)],
  policy: { chain: one, ...more },
  circumstances: { health: Object.fromEntries(downIds.map((id) => [`p/${id}`, 'down'])) },
  expect: { shares: Object.fromEntries(shares.map((share, i) => [`p/${i + 1}`, share])), least: 1, most: 1 },
});

/** Sets of addresses: the first with one that is up. */
const sets = (rule: string, source: string, sizes: number[], downIds: string[], endpoints: string[]): DecisionCase => ({
  rule,
  source,
  pools: sizes.map((size, i) => pool(`set${i + 1}`, size)),
  policy: { chain: ['up', { priority: Object.fromEntries(sizes.map((_, i) => [`set${i + 1}`, i + 1])) }, 'shuffle', { first: 1 }] },
  circumstances: { health: Object.fromEntries(downIds.map((id) => [id, 'down'])) },
  expect: { endpoints },
});

const weighted = (rule: string, source: string, weights: number[], sticky = false): DecisionCase => {
  const sum = weights.reduce((a, b) => a + b, 0);
  return {
    rule,
    source,
    pools: [weighing('p', weights)],
    policy: { chain: [sticky ? { weighted: { sticky: true } } : 'weighted', { first: 1 }] },
    expect: { shares: Object.fromEntries(weights.map((weight, i) => [`p/${i + 1}`, weight / sum])), least: 1, most: 1 },
  };
};

const three = sites({ seattle: [47.6, -122.3], paris: [48.9, 2.4], sydney: [-33.9, 151.2] });
const closest = (rule: string, source: string, latitude: number, longitude: number, answer: string): DecisionCase => ({
  rule,
  source,
  pools: three,
  policy: { chain: ['nearest', { first: 1 }] },
  circumstances: { locate: { latitude, longitude } },
  expect: { endpoints: [`${answer}/1`] },
});

const VIEW: FilterDefinition = { cidr: { networks: { '192.168.0.0/16': ['lan'], '203.0.113.0/24': ['dmz'] }, default: ['all'] } };
const view = (rule: string, client: string, answer: string, source = lua('view')): DecisionCase => ({
  rule,
  source,
  pools: sites({ lan: null, dmz: null, all: null }),
  policy: { chain: [VIEW] },
  question: { client },
  expect: { pools: [answer] },
});

export const POWERDNS: readonly DecisionCase[] = [
  up('one of those that are available', lua('ifportup'), 2, [], [1 / 2, 1 / 2]),
  up('one that is not available is not answered', lua('ifportup'), 2, [1], [0, 1]),
  up('none is available: any of them', lua('ifportup'), 2, [1, 2], [1 / 2, 1 / 2]),
  up('all ports are up', tests('testIfportup'), 2, [], [1 / 2, 1 / 2]),
  up('some are down: only the other', tests('testIfportupWithSomeDown'), 2, [1], [0, 1]),
  up('all are down: any', tests('testIfportupWithAllDown'), 2, [1, 2], [1 / 2, 1 / 2]),
  up('a URL is reachable at one of two', tests('testIfurlup'), 2, [2], [1, 0]),
  up('a simple list of addresses', tests('testIfurlupSimplified'), 2, [1], [0, 1]),
  {
    rule: "backupSelector 'all': all are down, all are answered",
    source: tests('testIfportupWithAllDownAndAllBackupSelector'),
    pools: [pool('p', 2)],
    policy: { chain: ['up'] },
    circumstances: { health: { p: 'down' } },
    expect: { set: ['p/1', 'p/2'] },
  },
  {
    rule: "selector 'all': all that are available",
    source: lua('ifportup, selector'),
    pools: [pool('p', 3)],
    policy: { chain: ['up'] },
    circumstances: { health: { 'p/2': 'down' } },
    expect: { set: ['p/1', 'p/3'] },
  },
  {
    rule: "selector 'pickclosest': the closest that is available",
    source: lua('ifportup, selector'),
    pools: three,
    policy: { chain: ['up', 'nearest', { first: 1 }] },
    circumstances: { locate: { latitude: 48, longitude: 3 }, health: { paris: 'down' } },
    expect: { endpoints: ['seattle/1'] },
  },
  {
    rule: "backupSelector 'pickclosest': all are down, the closest of all",
    source: lua('ifportup, backupSelector'),
    pools: three,
    policy: { chain: ['up', 'nearest', { first: 1 }] },
    circumstances: { locate: { latitude: 48, longitude: 3 }, health: { paris: 'down', seattle: 'down', sydney: 'down' } },
    expect: { endpoints: ['paris/1'] },
  },
  sets('the first set with one that is available', lua('ifurlup'), [1, 1], [], ['set1/1']),
  sets('the first set has none: the second', lua('ifurlup'), [2, 1], ['set1/1', 'set1/2'], ['set2/1']),
  sets('several sets, some down: the middle one', tests('testIfportupWithSomeDownMultiset'), [1, 2, 1], ['set1/1', 'set2/1'], ['set2/2']),
  sets('several sets of URLs', tests('testIfurlupMultiSet'), [2, 2], ['set1/1', 'set1/2', 'set2/2'], ['set2/1']),
  sets('health from elsewhere: the second group', tests('testIfurlextup'), [2, 1], ['set1/1', 'set1/2'], ['set2/1']),
  {
    rule: 'pickrandom: a random one',
    source: lua('pickrandom'),
    pools: [pool('p', 4)],
    policy: { chain: ['shuffle', { first: 1 }] },
    expect: { shares: { 'p/1': 1 / 4, 'p/2': 1 / 4, 'p/3': 1 / 4, 'p/4': 1 / 4 }, least: 1, most: 1 },
  },
  {
    rule: 'pickrandom of AAAA',
    source: tests('testV6PickRandom'),
    pools: sites({ a: null, b: null }),
    policy: { chain: ['shuffle', { first: 1 }] },
    question: { type: 'AAAA' },
    expect: { shares: { 'a/1': 1 / 2, 'b/1': 1 / 2 }, least: 1, most: 1 },
  },
  {
    rule: 'AAAA of addresses of IPv4 only is SERVFAIL',
    source: tests('testBogusV6PickRandom'),
    pools: [pool('p', 2)],
    policy: { chain: ['shuffle', { first: 1 }] },
    question: { type: 'AAAA' },
    expect: { none: true },
    differs: 'a policy has the types that its endpoints have; another type is NODATA, which is no failure',
  },
  {
    rule: 'pickrandomsample: two of three',
    source: tests('testPickRandomSampleTxt'),
    pools: [pool('p', 3)],
    policy: { chain: [{ multivalue: 2 }] },
    expect: { shares: { 'p/1': 2 / 3, 'p/2': 2 / 3, 'p/3': 2 / 3 }, least: 2, most: 2 },
  },
  weighted('pickwrandom: 30 and 15', tests('testWRandom'), [30, 15]),
  weighted('pickwrandom: the weights of the example', lua('pickwrandom'), [15, 100]),
  weighted('pickwhashed: given many clients, by weight', lua('pickwhashed'), [15, 100], true),
  weighted('pickwhashed: 15 and 42', tests('testWHashed'), [15, 42], true),
  {
    rule: 'pickhashed: given many clients, evenly',
    source: lua('pickhashed'),
    pools: [pool('p', 2)],
    policy: { chain: [{ weighted: { sticky: true } }, { first: 1 }] },
    expect: { shares: { 'p/1': 1 / 2, 'p/2': 1 / 2 }, least: 1, most: 1 },
  },
  closest('the closest to the client', lua('pickclosest'), 47.9, -122.3, 'seattle'),
  closest('the closest: from Europe', lua('pickclosest'), 50, 5, 'paris'),
  closest('the closest: from New Zealand', lua('pickclosest'), -41, 174, 'sydney'),
  closest('closestMagic: from the place of 1.1.1.0/24', tests('testClosestMagic'), -27.5, 153, 'sydney'),
  closest('closestMagic: from the place of 1.2.3.0/24', tests('testClosestMagic'), 47.913, -122.3042, 'seattle'),
  {
    rule: 'all: all of them',
    source: lua('all'),
    pools: [pool('p', 3)],
    policy: { chain: [] },
    expect: { set: ['p/1', 'p/2', 'p/3'] },
  },
  view('a client inside the first network', '192.168.7.0/24', 'lan'),
  view('a client inside the second network', '203.0.113.9/32', 'dmz', tests('testView')),
  view('0.0.0.0/0: everybody else', '198.51.100.1/32', 'all'),
];
