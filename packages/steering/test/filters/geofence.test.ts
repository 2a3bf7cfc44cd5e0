import { describe, expect, test } from 'vitest';
import type { LocationLike } from '../../src/index.ts';
import { CLIENT, chainOf, GERMANY, JAPAN, USA } from '../fixtures.ts';

const EU = ['eu/fra1', 'eu/ams1'];
const US = ['us/iad1', 'us/dfw1'];
const AP = ['ap/nrt1', 'ap/sin1'];

const pools = {
  eu: { countries: ['CH'], continents: ['EU'] },
  us: { subdivisions: ['US-CA'], cities: ['US/Chicago'] },
};

type Row = [rule: string, location: LocationLike, out: string[][], reason: string];

const rows: Row[] = [
  ['inside by continent', GERMANY, [[...EU, ...AP]], 'DE: inside the fence of eu; outside that of us, dropped'],
  ['inside by subdivision', { ...USA, subdivision: 'CA' }, [[...US, ...AP]], 'US-CA: inside the fence of us; outside that of eu, dropped'],
  [
    'inside by city',
    { ...USA, subdivision: 'IL', city: 'Chicago' },
    [[...US, ...AP]],
    'US/Chicago: inside the fence of us; outside that of eu, dropped',
  ],
  [
    'a city of that name in another country is another city',
    { country: 'CO', continent: 'SA', city: 'Chicago', prefixLength: 9 },
    [AP],
    'CO/Chicago: outside that of eu, us, dropped',
  ],
  ['a pool without a fence is for all', JAPAN, [AP], 'JP: outside that of eu, us, dropped'],
  ['an unknown place is inside no fence', { prefixLength: 9 }, [AP], 'place unknown: outside that of eu, us, dropped'],
];

describe('geofence', () => {
  test.each(rows)('%s', (_, locate, out, reason) => {
    const { trace, ecsScope } = chainOf([{ geofence: { pools } }]).decide(CLIENT, { locate });
    expect(trace).toEqual([{ filter: 'geofence', in: [[...EU, ...US, ...AP]], out, reason }]);
    expect(ecsScope).toBe(locate.prefixLength);
  });

  test("removeUnlocated, NS1's remove_no_location: pools without a fence go where one with a fence has candidates for the client", () => {
    const policy = chainOf(['up', { geofence: { pools, removeUnlocated: true } }]);
    expect(policy.decide(CLIENT, { locate: GERMANY }).trace[1]).toMatchObject({
      out: [EU],
      reason: 'DE: inside the fence of eu; outside that of us, dropped; ap without a fence dropped, as removeUnlocated says',
    });
    expect(policy.decide(CLIENT, { locate: GERMANY, health: { eu: 'down' } }).trace[1]?.out).toEqual([AP]);
    expect(policy.decide(CLIENT, { locate: JAPAN }).trace[1]?.out).toEqual([AP]);
  });

  test('it forbids: nobody outside gets in when all else is down', () => {
    const fenced = { geofence: { pools: { eu: { continents: ['EU'] }, us: { countries: ['US'] }, ap: { continents: ['AS'] } } } };
    const policy = chainOf(['up', fenced]);
    expect(policy.decide(CLIENT, { locate: { country: 'BR', continent: 'SA', prefixLength: 9 } })).toMatchObject({
      status: 'none',
      answers: [],
    });
    expect(policy.decide(CLIENT, { locate: GERMANY, health: { eu: 'down' } }).endpoints).toEqual(EU);
  });

  test('where no pool with candidates has a fence, the client is not looked at', () => {
    const { ecsScope, trace } = chainOf([{ geotarget: { default: ['ap'] } }, { geofence: { pools } }]).decide(CLIENT, { locate: JAPAN });
    expect(trace[1]).toMatchObject({ out: [AP], reason: 'no pool that has candidates has a fence' });
    expect(ecsScope).toBe(0);
  });

  test.each<[found: unknown, path: (string | number)[], code: string, expected: string]>([
    [{}, ['pools'], 'ERR_STEERING_EMPTY', 'a fence for a pool at least'],
    [{ pools: { mars: { countries: ['DE'] } } }, ['pools', 'mars'], 'ERR_STEERING_UNKNOWN_POOL', "one of the policy's pools: eu, us, ap"],
    [{ pools: { eu: {} } }, ['pools', 'eu'], 'ERR_STEERING_EMPTY', 'cities, subdivisions, countries, continents'],
    [
      { pools: { eu: { countries: ['de'] } } },
      ['pools', 'eu', 'countries', 0],
      'ERR_STEERING_LOCATION',
      'a country of two capital letters',
    ],
    [{ pools: { eu: { subdivisions: ['CA'] } } }, ['pools', 'eu', 'subdivisions', 0], 'ERR_STEERING_LOCATION', 'US-CA'],
    [{ pools: { eu: { cities: ['Berlin'] } } }, ['pools', 'eu', 'cities', 0], 'ERR_STEERING_LOCATION', 'DE/Berlin'],
    [{ pools: { eu: { planets: ['Earth'] } } }, ['pools', 'eu', 'planets'], 'ERR_STEERING_UNKNOWN_KEY', 'one of the keys'],
    [{ pools: { eu: { countries: [] } } }, ['pools', 'eu', 'countries'], 'ERR_STEERING_EMPTY', 'at least one of countries'],
    [{ pools: { eu: { countries: ['DE'] } }, removeUnlocated: 1 }, ['removeUnlocated'], 'ERR_STEERING_TYPE', 'true or false'],
  ])('%j is refused with its place', (found, path, code, expected) => {
    const define = () => chainOf([{ geofence: found as never }]);
    expect(define).toThrow(expect.objectContaining({ code, path: ['chain', 0, 'geofence', ...path] }));
    expect(define).toThrow(expected);
  });
});
