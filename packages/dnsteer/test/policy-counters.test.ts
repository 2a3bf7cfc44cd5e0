import { type AllDown, definePolicy } from '@dnsteer/steering';
import { expect, test } from 'vitest';
import { PolicyCounters } from '../src/policy-counters.ts';
import { rdataOf, SteeredSource, steer } from '../src/steer.ts';
import { newApp, ZONE } from './fixtures.ts';

const NOTHING = { all: 0, last: 0, none: 0, servfail: 0, pool: 0 };
const POOLS = [
  { name: 'eu', endpoints: [{ name: 'a', addresses: ['192.0.2.1'] }] },
  { name: 'us', endpoints: [{ name: 'b', addresses: ['192.0.2.2'] }] },
];

/** www.example.com, by a policy that counts in a row. */
function appThatCounts(allDown: AllDown, counts: Float64Array, isUp: () => boolean) {
  const definition = { name: 'web', pools: ['eu'], chain: ['up' as const], allDown, services: { HTTPS: '1 .' } };
  const policy = definePolicy(definition, { pools: POOLS, rdataOf });
  const options = { health: { isUp, ttlCapSeconds: () => Number.POSITIVE_INFINITY } };
  const handler = Object.assign(steer(policy, options), { source: new SteeredSource(policy, options, () => 0, counts) });
  return newApp().app.zone('example.com', ZONE).on('www.example.com', ['A', 'HTTPS'], handler);
}

test.each([
  ['all', 'all'],
  ['last', 'last'],
  ['none', 'none'],
  ['servfail', 'servfail'],
  ['pool', { pool: 'us' }],
] as const)('verdicts of allDown are counted by kind: %s', async (kind, allDown) => {
  const counters = new PolicyCounters(1);
  let up = true;
  const app = appThatCounts(allDown, counters.row(0, 5), () => up);
  await app.query('www.example.com', 'A');
  expect(counters.sum(5)).toEqual({ decisions: 1, allDown: NOTHING });
  up = false;
  await app.query('www.example.com', 'A');
  await app.query('www.example.com', 'A');
  expect(counters.sum(5)).toEqual({ decisions: 3, allDown: { ...NOTHING, [kind]: 2 } });
  expect(counters.sum(4)).toEqual({ decisions: 0, allDown: NOTHING });
});

test('RFC 9460: HTTPS takes a decision for each family; what no policy answers takes none', async () => {
  const counters = new PolicyCounters(1);
  const app = appThatCounts('all', counters.row(0, 0), () => true);
  await app.query('www.example.com', 'HTTPS');
  await app.query('static.example.com', 'A');
  await app.query('www.example.com', 'MX');
  expect(counters.sum(0)).toEqual({ decisions: 2, allDown: NOTHING });
});

test('what workers count in rows of their own is added up, by all who have the memory', async () => {
  const counters = new PolicyCounters(3);
  for (const worker of [0, 2]) {
    const own = new PolicyCounters(3, counters.shared);
    await appThatCounts('all', own.row(worker, 1), () => false).query('www.example.com', 'A');
  }
  expect(counters.sum(1)).toEqual({ decisions: 2, allDown: { ...NOTHING, all: 2 } });
  expect([counters.sum(0).decisions, counters.sum(2).decisions]).toEqual([0, 0]);
  counters.reset(1);
  expect(counters.sum(1)).toEqual({ decisions: 0, allDown: NOTHING });
});
