// Tests of a routing policy: no socket, no sleeping, no luck. In a project of your own: npm i -D vitest, and this file with your policy in it.
import { definePolicy } from '@dnsteer/steering';
import { FakeWorld, steeringMatchers } from '@dnsteer/steering/testing';
import { beforeEach, expect, test } from 'vitest';

expect.extend(steeringMatchers);

const pools = [
  {
    name: 'eu',
    endpoints: [
      { name: 'fra1', addresses: ['198.51.100.20', '2001:db8:20::20'], weight: 3 },
      { name: 'ams1', addresses: ['198.51.100.21'], weight: 1 },
    ],
  },
  { name: 'us', endpoints: [{ name: 'iad1', addresses: ['203.0.113.30'] }] },
];

const web = definePolicy(
  {
    name: 'web',
    pools: ['eu', 'us'],
    chain: [
      'up',
      { geotarget: { continents: { EU: ['eu'], NA: ['us'] }, default: ['us', 'eu'] } },
      { weighted: { sticky: true } },
      { first: 1 },
    ],
  },
  { pools },
);

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld({
    places: { '81.2.0.0/16': { country: 'DE', continent: 'EU' }, '12.0.0.0/8': { country: 'US', continent: 'NA' } },
    now: '2026-01-05T12:00:00Z',
    seed: 1,
  });
});

test('Germans go to Frankfurt or Amsterdam, Americans to Ashburn', () => {
  expect(world.decide(web, '81.2.69.0/24')).toGoTo('eu');
  expect(world.decide(web, '12.34.56.0/24')).toGoTo('us/iad1');
  expect(world.decide(web, '12.34.56.0/24')).toHaveScope(8);
});

test('when Europe is down its clients cross the ocean, and the reason says so', () => {
  const decision = world.down('eu').decide(web, '81.2.69.0/24');
  expect(decision).toAnswer('203.0.113.30');
  expect(decision).toGiveReason('up', 'pool eu is down');
});

test('only Frankfurt has IPv6', () => {
  expect(world.decide(web, { client: '81.2.69.0/24', type: 'AAAA' })).toAnswer('2001:db8:20::20');
});

test('Frankfurt takes three quarters of Europe; without it nobody else moves', () => {
  const before = world.crowd(web, { within: '81.2.0.0/16', clients: 256 });
  expect(before).toHaveShare('eu/fra1', 0.75, 0.1);

  const after = world.down('eu/fra1').crowd(web, { within: '81.2.0.0/16', clients: 256 });
  expect(after).toHaveShare('eu/ams1', 1);
});

test('when all are down everyone is still answered', () => {
  expect(world.down('eu', 'us').decide(web, '81.2.69.0/24')).toBeAllDown();
  expect(world.decide(web, '81.2.69.0/24')).toGoTo('eu');
});
