import { expect, test } from 'vitest';
import { definePolicy } from '../../src/index.ts';
import { FakeWorld, steeringMatchers } from '../../src/testing.ts';
import { chainOf, POOLS, WEB } from '../fixtures.ts';

expect.extend(steeringMatchers);

const GERMANY = { country: 'DE', continent: 'EU', latitude: 51.2, longitude: 10.4 };
const JAPAN = { country: 'JP', continent: 'AS', latitude: 36.2, longitude: 138.3 };
const web = definePolicy(WEB, { pools: POOLS });
const world = () => new FakeWorld({ places: { '81.0.0.0/8': GERMANY, '81.128.0.0/9': JAPAN, '2001:db8::/32': GERMANY } });

test('a world says where clients are, who is up, what time it is and what is drawn', () => {
  const fake = world();
  expect(fake.decide(web, '81.2.69.1')).toGoTo('eu');
  expect(fake.decide(web, '81.200.0.1')).not.toGoTo('eu');
  expect(fake.down('eu').decide(web, '81.2.69.1')).toGoTo('us');
  expect(fake.decide(web, '81.2.69.1')).toGiveReason('up', 'pool eu is down');
  expect(fake.up('eu/ams1').decide(web, '81.2.69.1')).toGoTo('eu/ams1');
  expect(fake.decide(web, '81.2.69.1')).toAnswer('198.51.100.21');
  expect(fake.heal().decide(web, '81.2.69.1')).toHaveTtl(60);
  expect(fake.down('eu', 'us', 'ap').decide(web, '81.2.69.1')).toBeAllDown();
  const night = chainOf([
    { when: { from: '22:00', to: '06:00', inside: [{ priority: { us: 1 } }], outside: [{ priority: { eu: 1 } }] } },
    { first: 1 },
  ]);
  const clock = new FakeWorld({ now: '2026-01-01T21:00:00Z' });
  expect(clock.decide(night, '192.0.2.1')).toGoTo('eu');
  expect(clock.advance(3_600_000).decide(night, '192.0.2.1')).toGoTo('us');
  expect(clock.at('2026-01-02T06:00:00Z').decide(night, '192.0.2.1')).toGoTo('eu');
});

test('a scope is that of the network, or narrower where another lies within it', () => {
  const place = chainOf([{ geotarget: { countries: { DE: ['eu'] }, default: ['us'] } }]);
  expect(world().decide(place, '81.200.0.1')).toHaveScope(9);
  // 81.0.0.0/9 is all of 81.0.0.0/8 that is not in Japan.
  expect(world().decide(place, '81.2.69.1')).toHaveScope(9);
  expect(world().decide(place, { client: '2001:db8::1', type: 'A' })).toHaveScope(32);
  // The first bit at which it parts from 81/8: 0101 against 0100.
  expect(world().decide(place, '64.0.0.1')).toHaveScope(4);
});

test('a crowd: shares by pool and endpoint, each client in the same place of every crowd', () => {
  const fake = new FakeWorld({ seed: 7 });
  const sticky = chainOf([{ geotarget: { default: ['eu'] } }, { weighted: { sticky: true } }, { first: 1 }]);
  const before = fake.crowd(sticky, { clients: 4000 });
  expect(before).toHaveShare('eu', 1, 0);
  expect(before).toHaveShare('eu/fra1', 0.75, 0.03);
  expect(new Set(before.endpoints)).toEqual(new Set(['eu/fra1', 'eu/ams1']));
  const after = fake.crowd(chainOf(['up', { geotarget: { default: ['eu'] } }, { weighted: { sticky: true } }, { first: 1 }]), {
    clients: 4000,
  });
  expect(after.endpoints).toEqual(before.endpoints);
  const nobody = chainOf(['up'], { allDown: 'none' });
  expect(fake.down('eu', 'us', 'ap').crowd(nobody, { clients: 10, within: '2001:db8::/32' }).none).toBe(10);
});

test('a matcher that fails says what it found, and every step of the decision', () => {
  const decision = world().decide(web, '81.2.69.1');
  expect(() => expect(decision).toGoTo('us')).toThrow(/to go to us, found eu\/\w+\n {2}up: .*\n {2}geotarget: DE -> continent EU/);
  expect(() => expect(decision).not.toGoTo('eu')).toThrow(/not to go to eu/);
  expect(() => expect(decision).toAnswer()).toThrow(/to answer nothing, found 198/);
  expect(() => expect(decision).toHaveScope(1)).toThrow(/to have scope 1, found \d+ \(/);
  expect(() => expect(decision).toHaveTtl(1)).toThrow(/to have TTL 1, found 60/);
  expect(() => expect(decision).toBeAllDown()).toThrow(/found candidates/);
  expect(() => expect(decision).toGiveReason('asn', 'x')).toThrow(/no step of that filter/);
  expect(() => expect(new FakeWorld().crowd(web, { clients: 2 })).toHaveShare('eu', 0.5, 0)).toThrow(/share of 0.5/);
  expect(() => new FakeWorld({ now: 'soon' })).toThrow(/"soon", expected an ISO 8601 date/);
});
