import type { FilterDefinition, LocationLike } from '../../src/index.ts';
import { type DecisionCase, down, pool, sites, upTo, weighing } from './decision-case.ts';

const guide = (page: string) => `Route 53 Developer Guide, ${page}`;
const chooses = guide('How Amazon Route 53 chooses records when health checking is configured');
const lastResort = guide('How Amazon Route 53 averts failover problems');
const geolocation = guide('Geolocation routing');
const geoproximity = guide('Geoproximity routing');
const multivalue = guide('Multivalue answer routing');
const weightedPage = guide('Weighted routing');
const failoverPage = guide('Failover routing');

const weighted = (rule: string, source: string, weights: number[], shares: number[], downIds: number[] = []): DecisionCase => ({
  rule,
  source,
  pools: [weighing('p', weights)],
  policy: { chain: ['up', 'weighted', { first: 1 }] },
  circumstances: { health: Object.fromEntries(downIds.map((id) => [`p/${id}`, 'down'])) },
  expect: { shares: Object.fromEntries(shares.map((share, i) => [`p/${i + 1}`, share])), least: 1, most: 1 },
});

const regions = sites({ eu: null, na: null, ca: null, us: null, wa: null, any: null });
const chain: FilterDefinition[] = [
  'up',
  {
    geotarget: {
      subdivisions: { 'US-WA': ['wa'] },
      countries: { CA: ['ca'], US: ['us'] },
      continents: { EU: ['eu'], NA: ['na'] },
      default: ['any'],
    },
  },
  { first: 1 },
];
const geo = (rule: string, where: Partial<LocationLike>, answer: string, downPools: string[] = []): DecisionCase => ({
  rule,
  source: geolocation,
  pools: regions,
  policy: { chain },
  circumstances: { locate: where, health: Object.fromEntries(downPools.map((name) => [name, 'down'])) },
  expect: { endpoints: [`${answer}/1`] },
});

// On one meridian: from latitude 0 a degree is 111.2 km.
const line = sites({ near: [10, 0], far: [20, 0], south: [-12, 0] });
const proximity = (rule: string, bias: Record<string, number>, out: string[], health: Record<string, 'down'> = {}): DecisionCase => ({
  rule,
  source: geoproximity,
  pools: line,
  policy: { chain: ['up', { nearest: { bias } }] },
  circumstances: { locate: { latitude: 0, longitude: 0 }, health },
  expect: { pools: out },
});

const many = (rule: string, total: number, downCount: number, answered: number): DecisionCase => ({
  rule,
  source: multivalue,
  pools: [pool('p', total)],
  policy: { chain: ['up', { multivalue: 8 }] },
  circumstances: { health: down('p', total, downCount) },
  expect: answered <= 8 && total - downCount === answered ? { set: upTo('p', answered) } : { shares: {}, least: answered, most: answered },
});

const PAIR = sites({ primary: null, secondary: null });
const failover = (rule: string, downPools: string[], answer: string): DecisionCase => ({
  rule,
  source: failoverPage,
  pools: PAIR,
  policy: { chain: ['up', { priority: { primary: 1, secondary: 2 } }, { first: 1 }] },
  circumstances: { health: Object.fromEntries(downPools.map((name) => [name, 'down'])) },
  expect: { endpoints: [`${answer}/1`] },
});

export const ROUTE53: readonly DecisionCase[] = [
  weighted('a weight of 1 beside 255', weightedPage, [1, 255], [1 / 256, 255 / 256]),
  weighted('shares of the total weight', weightedPage, [1, 3], [1 / 4, 3 / 4]),
  weighted('weight 0 stops the traffic', weightedPage, [0, 5], [0, 1]),
  weighted('all of weight 0: alike', weightedPage, [0, 0], [1 / 2, 1 / 2]),
  weighted('an unhealthy one of three: the other two', chooses, [1, 1, 1], [1 / 2, 1 / 2, 0], [3]),
  weighted('what is left keeps its ratios', chooses, [1, 2, 5], [1 / 3, 2 / 3, 0], [3]),
  weighted('none is healthy: all count as healthy', chooses, [1, 3], [1 / 4, 3 / 4], [1, 2]),
  weighted('only those that weigh more than 0 are considered first', chooses, [0, 1, 1], [0, 1 / 2, 1 / 2]),
  weighted('all that weigh more than 0 are unhealthy: then those of weight 0', chooses, [0, 0, 4], [1 / 2, 1 / 2, 0], [3]),
  {
    rule: 'a record without a check is always healthy',
    source: chooses,
    pools: [pool('p', 2)],
    policy: { chain: ['up'] },
    expect: { endpoints: ['p/1', 'p/2'] },
  },
  weighted('all of them reject checks: an answer all the same', lastResort, [1, 1, 1], [1 / 3, 1 / 3, 1 / 3], [1, 2, 3]),
  weighted('one of three is overloaded: the two others share', lastResort, [1, 1, 1], [0, 1 / 2, 1 / 2], [1]),
  geo('a continent', { country: 'DE', continent: 'EU' }, 'eu'),
  geo('a country of a continent that has a record, too: the smaller region', { country: 'CA', continent: 'NA' }, 'ca'),
  geo('another country of that continent', { country: 'MX', continent: 'NA' }, 'na'),
  geo('a state of the USA: the smallest region', { country: 'US', continent: 'NA', subdivision: 'WA' }, 'wa'),
  geo('another state: the country', { country: 'US', continent: 'NA', subdivision: 'OR' }, 'us'),
  geo('a state unknown: the country', { country: 'US', continent: 'NA' }, 'us'),
  geo('a continent without a record: the default', { country: 'JP', continent: 'AS' }, 'any'),
  geo('an address that is mapped to no location: the default', {}, 'any'),
  geo('the state is unhealthy: its country', { country: 'US', continent: 'NA', subdivision: 'WA' }, 'us', ['wa']),
  geo('state and country are unhealthy: the continent', { country: 'US', continent: 'NA', subdivision: 'WA' }, 'na', ['wa', 'us']),
  geo('all of them are unhealthy: the default', { country: 'US', continent: 'NA', subdivision: 'WA' }, 'any', ['wa', 'us', 'na']),
  {
    rule: 'without a default a place that has no record gets no answer',
    source: geolocation,
    pools: sites({ eu: null }),
    policy: { chain: [{ geofence: { pools: { eu: { continents: ['EU'] } } } }], allDown: 'none' },
    circumstances: { locate: { country: 'JP', continent: 'AS' } },
    expect: { none: true },
  },
  proximity('the closest resource', {}, ['near', 'south', 'far']),
  proximity('the closest that is available', {}, ['south', 'far'], { near: 'down' }),
  proximity('a bias of 45 shrinks the distance, not enough', { far: 45 }, ['near', 'far', 'south']),
  proximity('a bias of 60 brings 20 degrees to 8', { far: 60 }, ['far', 'near', 'south']),
  proximity('a bias of 99 wins by far', { far: 99 }, ['far', 'near', 'south']),
  proximity('a bias of -10 counts 10 degrees as 11.1', { near: -10 }, ['near', 'south', 'far']),
  proximity('a bias of -20 counts 10 degrees as 12.5', { near: -20 }, ['south', 'near', 'far']),
  proximity('a bias of -60 counts 10 degrees as 25', { near: -60 }, ['south', 'far', 'near']),
  proximity('a bias of -99 counts it a hundredfold', { near: -99 }, ['south', 'far', 'near']),
  proximity('two biases: 20 degrees count as 10, 12 as 6', { far: 50, south: 50 }, ['south', 'near', 'far']),
  proximity('bias 0 is the distance itself', { near: 0, far: 0, south: 0 }, ['near', 'south', 'far']),
  many('eight or fewer: all of them', 8, 0, 8),
  many('five of them', 5, 0, 5),
  many('more than eight: eight of them', 12, 0, 8),
  many('only healthy ones', 12, 7, 5),
  many('nine healthy ones of twelve: eight of them', 12, 3, 8),
  many('none is healthy: up to eight all the same', 12, 12, 8),
  failover('the primary, while it is healthy', [], 'primary'),
  failover('the secondary, when the primary is not', ['primary'], 'secondary'),
  failover('the primary, when neither is', ['primary', 'secondary'], 'primary'),
  failover('an unhealthy secondary changes nothing', ['secondary'], 'primary'),
];
