import { describe, expect, test } from 'vitest';
import { readNetworkTable } from '../../src/index.ts';
import { chainOf } from '../fixtures.ts';

const EU = ['eu/fra1', 'eu/ams1'];
const US = ['us/iad1', 'us/dfw1'];
const AP = ['ap/nrt1', 'ap/sin1'];
const networks = { '192.0.2.0/24': { eu: 80, us: 12, ap: 20 }, '192.0.2.128/25': { ap: 9 }, '2001:db8::/32': { eu: 5, us: 5.5, ap: 300 } };
const text = '192.0.2.0/24 eu=80 us=12 ap=20\n192.0.2.128/25,ap=9\n2001:db8::/32 eu=5 us=5.5 ap=300\n';

describe.each([
  ['a record', networks],
  ['a file', readNetworkTable(Buffer.from(text), 'ms.csv')],
])('latency of %s', (_, own) => {
  const policy = (within?: number) => chainOf([{ latency: { networks: own, ...(within !== undefined && { within }) } }]);

  test.each([
    ['192.0.2.1', undefined, [US, AP, EU], 25, '192.0.2.0/25: us 12 ms, ap 20 ms, eu 80 ms'],
    ['192.0.2.1', 8, [[...US, ...AP], EU], 25, '192.0.2.0/25: us 12 ms, ap 20 ms, eu 80 ms; what is within 8 ms shares a tier'],
    ['192.0.2.1', 7, [US, AP, EU], 25, '192.0.2.0/25: us 12 ms, ap 20 ms, eu 80 ms; what is within 7 ms shares a tier'],
    ['192.0.2.200', undefined, [AP, [...EU, ...US]], 25, '192.0.2.128/25: ap 9 ms, eu not measured, us not measured'],
    ['2001:db8::1', 1, [[...EU, ...US], AP], 32, '2001:db8::/32: eu 5 ms, us 5.5 ms, ap 300 ms; what is within 1 ms shares a tier'],
    ['192.0.3.1', undefined, [[...EU, ...US, ...AP]], 24, '192.0.3.0/24 is in no network: the candidates stay as they are'],
  ])('%s within %j', (client, within, out, scope, reason) => {
    const { ecsScope, trace } = policy(within).decide({ client, type: 'A' });
    expect([trace[0]?.out, trace[0]?.reason, ecsScope]).toEqual([out, reason, scope]);
  });

  test('who is down is not among them, and one pool alone needs no look at the client', () => {
    const own = chainOf(['up', { latency: { networks: networks } }, { first: 1 }]);
    expect(own.decide({ client: '192.0.2.1', type: 'A' }, { health: { us: 'down' } }).endpoints).toEqual(['ap/nrt1']);
    expect(own.decide({ client: '192.0.2.1', type: 'A' }, { health: { us: 'down', ap: 'down' } }).ecsScope).toBe(0);
  });
});

test.each([
  [{}, ['chain', 0, 'latency'], 'ERR_STEERING_TYPE'],
  [{ networks: {} }, ['chain', 0, 'latency', 'networks'], 'ERR_STEERING_EMPTY'],
  [{ networks, feed: 'rtt' }, ['chain', 0, 'latency'], 'ERR_STEERING_TYPE'],
  [{ networks, maxAge: 5 }, ['chain', 0, 'latency', 'maxAge'], 'ERR_STEERING_UNKNOWN_KEY'],
  [{ feed: 'a/b' }, ['chain', 0, 'latency', 'feed'], 'ERR_STEERING_NAME'],
  [{ feed: 'rtt', maxAge: '5' }, ['chain', 0, 'latency', 'maxAge'], 'ERR_STEERING_TYPE'],
  [{ networks: { '192.0.2.0/24': { mars: 5 } } }, ['chain', 0, 'latency', 'networks', '192.0.2.0/24', 'mars'], 'ERR_STEERING_UNKNOWN_POOL'],
  [{ networks: { '192.0.2.0/24': { eu: -5 } } }, ['chain', 0, 'latency', 'networks', '192.0.2.0/24', 'eu'], 'ERR_STEERING_RANGE'],
  [{ networks: { '192.0.2.0/24': { eu: '5' } } }, ['chain', 0, 'latency', 'networks', '192.0.2.0/24', 'eu'], 'ERR_STEERING_TYPE'],
  [{ networks: { '192.0.2.1/24': { eu: 5 } } }, ['chain', 0, 'latency', 'networks', '192.0.2.1/24'], 'ERR_STEERING_ADDRESS'],
  [{ networks, within: -1 }, ['chain', 0, 'latency', 'within'], 'ERR_STEERING_RANGE'],
])('%j is refused with its place', (latency, path, code) => {
  expect(() => chainOf([{ latency } as never])).toThrow(expect.objectContaining({ path, code }));
});

describe('latency of a feed', () => {
  const policy = (within?: number) => chainOf([{ latency: { feed: 'rtt', ...(within !== undefined && { within }) } }]);
  const rtt = { ...networks, us: 50 };

  test.each([
    ['192.0.2.1', undefined, [US, AP, EU], 25, 'rtt of 192.0.2.0/25: us 12 ms, ap 20 ms, eu 80 ms'],
    ['192.0.2.1', 8, [[...US, ...AP], EU], 25, 'rtt of 192.0.2.0/25: us 12 ms, ap 20 ms, eu 80 ms; what is within 8 ms shares a tier'],
    // A figure for everybody stands in where the network has none; a longer network knows better, pool by pool.
    ['192.0.2.200', undefined, [AP, US, EU], 25, 'rtt of 192.0.2.128/25: ap 9 ms, us 12 ms, eu 80 ms'],
    ['198.51.100.1', undefined, [US, [...EU, ...AP]], 25, 'rtt of 198.51.100.0/25: us 50 ms, eu not measured, ap not measured'],
    ['2001:db8::1', 1, [[...EU, ...US], AP], 32, 'rtt of 2001:db8::/32: eu 5 ms, us 5.5 ms, ap 300 ms; what is within 1 ms shares a tier'],
  ])('%s within %j', (client, within, out, scope, reason) => {
    const { ecsScope, trace } = policy(within).decide({ client, type: 'A' }, { feeds: { rtt } });
    expect([trace[0]?.out, trace[0]?.reason, ecsScope]).toEqual([out, reason, scope]);
  });

  test('without any figure the candidates stay as they are, for everybody', () => {
    const { ecsScope, trace } = policy().decide({ client: '192.0.2.1', type: 'A' });
    const reason = 'rtt: no figure for everybody is known: the candidates stay as they are';
    expect([trace[0]?.out, trace[0]?.reason, ecsScope]).toEqual([[[...EU, ...US, ...AP]], reason, 0]);
  });

  test('figures of pools alone hold for everybody', () => {
    const { ecsScope, trace } = policy().decide({ client: '192.0.2.1', type: 'A' }, { feeds: { rtt: { eu: 30, us: 20 } } });
    expect([trace[0]?.out, ecsScope]).toEqual([[US, EU, AP], 0]);
  });
});

test.each([
  ['192.0.2.0/24 mars=5', 'ms.csv, line 1, [0]: found "mars", expected one of the policy\'s pools'],
  ['192.0.2.0/24 eu=5\n198.51.100.0/24 eu=fast', 'ms.csv, line 2, [0]: found NaN, expected milliseconds from 0 to 60000'],
  ['192.0.2.0/24 eu', 'ms.csv, line 1, [0]: found "", expected one of the policy\'s pools'],
])('a file of %j is refused with its line', (lines, message) => {
  expect(() => chainOf([{ latency: { networks: readNetworkTable(Buffer.from(lines), 'ms.csv') } }])).toThrow(message);
});

describe('RFC 7871 7.2.1: figures that rank the pools alike share a scope', () => {
  const neighbours = '192.0.2.0/26 eu=10 us=30 ap=90\n192.0.2.64/26 eu=12 us=31 ap=80\n192.0.2.128/25 eu=40 us=30 ap=90\n';

  test.each([
    [undefined, '192.0.2.1', 25, '192.0.2.0/26: eu 10 ms, us 30 ms, ap 90 ms'],
    [undefined, '192.0.2.70', 25, '192.0.2.64/26: eu 12 ms, us 31 ms, ap 80 ms'],
    // Two networks are apart where one has a band that the other has not.
    [19, '192.0.2.1', 26, '192.0.2.0/26: eu 10 ms, us 30 ms, ap 90 ms; what is within 19 ms shares a tier'],
    [19, '192.0.2.70', 26, '192.0.2.64/26: eu 12 ms, us 31 ms, ap 80 ms; what is within 19 ms shares a tier'],
    // All share one tier: who is ahead does not count.
    [100, '192.0.2.1', 24, '192.0.2.0/26: eu 10 ms, us 30 ms, ap 90 ms; what is within 100 ms shares a tier'],
  ])('within %j, %s: /%i, and its own figures as the reason', (within, client, scope, reason) => {
    const own = { networks: readNetworkTable(Buffer.from(neighbours), 'ms.csv'), ...(within !== undefined && { within }) };
    const { ecsScope, trace } = chainOf([{ latency: own }]).decide({ client, type: 'A' });
    expect([ecsScope, trace[0]?.reason]).toEqual([scope, reason]);
  });
});
