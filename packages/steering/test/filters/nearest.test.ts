import { describe, expect, test } from 'vitest';
import { DistanceTable } from '../../src/distances.ts';
import { definePolicy, type LocationLike, type Pool } from '../../src/index.ts';
import { distanceKm, writeUnitVector } from '../../src/sphere.ts';
import { CLIENT, centroid, chainOf, GERMANY, JAPAN, POOLS, USA } from '../fixtures.ts';

const EU = ['eu/fra1', 'eu/ams1'];
const US = ['us/iad1', 'us/dfw1'];
const AP = ['ap/nrt1', 'ap/sin1'];

const rows: [rule: string, location: LocationLike, bias: Record<string, number>, out: string[][], reason: string][] = [
  ['from Germany', GERMANY, {}, [EU, US, AP], 'from DE (51.2, 10.4): eu 171 km, us 6610 km, ap 9161 km'],
  ['from the USA', USA, {}, [US, EU, AP], 'from US (39.8, -98.6): us 1811 km, eu 7767 km, ap 9716 km'],
  ['from Japan', JAPAN, {}, [AP, EU, US], 'from JP (36.2, 138.3): ap 138 km, eu 9221 km, us 10883 km'],
  [
    'Route 53: b >= 0 counts distance x (1 - b/100)',
    USA,
    { ap: 50 },
    [US, AP, EU],
    'from US (39.8, -98.6): us 1811 km, ap 9716 km (counts as 4858 km by its bias), eu 7767 km',
  ],
  [
    'Route 53: b < 0 counts distance / (1 + b/100)',
    GERMANY,
    { eu: -98, us: -50 },
    [EU, AP, US],
    'from DE (51.2, 10.4): eu 171 km (counts as 8562 km by its bias), ap 9161 km, us 6610 km (counts as 13221 km by its bias)',
  ],
  [
    'the place of the country when the client has no coordinates',
    { country: 'JP', prefixLength: 8 },
    {},
    [AP, EU, US],
    'from the centroid of JP: ap 138 km, eu 9221 km, us 10883 km',
  ],
  [
    'an unknown country leaves the candidates',
    { country: 'XX', prefixLength: 8 },
    {},
    [[...EU, ...US, ...AP]],
    'no coordinates for the client (XX): the candidates stay as they are',
  ],
  [
    'an unknown place leaves the candidates',
    { prefixLength: 8 },
    {},
    [[...EU, ...US, ...AP]],
    'no coordinates for the client (country unknown): the candidates stay as they are',
  ],
];

describe('nearest', () => {
  test.each(rows)('%s', (_, locate, bias, out, reason) => {
    const { trace, ecsScope } = chainOf([{ nearest: { bias } }]).decide(CLIENT, { locate });
    expect(trace).toEqual([{ filter: 'nearest', in: [[...EU, ...US, ...AP]], out, reason }]);
    expect(ecsScope).toBe(locate.prefixLength);
  });

  test.each([
    [0, [EU, US, AP]],
    [2500, [EU, US, AP]],
    // ap is 2551 km farther than us, and 8990 km farther than eu.
    [2600, [EU, [...US, ...AP]]],
    [6500, [[...EU, ...US], AP]],
    [9000, [[...EU, ...US, ...AP]]],
  ])('within %i km of the nearest of a tier: pools share it', (within, out) => {
    const { trace } = chainOf([{ nearest: { within } }]).decide(CLIENT, { locate: GERMANY });
    expect(trace[0]?.out).toEqual(out);
    expect(trace[0]?.reason.endsWith(`; what is within ${within} km shares a tier`)).toBe(within > 0);
  });

  test('the band begins anew at the nearest that is left', () => {
    const policy = chainOf(['up', { nearest: { within: 2600 } }]);
    expect(policy.decide(CLIENT, { locate: GERMANY, health: { eu: 'down' } }).trace[1]?.out).toEqual([[...US, ...AP]]);
  });

  test.each([-1, 20_039, '10'])('within %j is refused with its place', (within) => {
    expect(() => chainOf([{ nearest: { within: within as never } }])).toThrow(
      expect.objectContaining({ path: ['chain', 0, 'nearest', 'within'] }),
    );
  });

  test('bias 99 and -99, the ends of the range: a hundredth, and a hundred times', () => {
    const reason = chainOf([{ nearest: { bias: { eu: 99, us: -99 } } }]).decide(CLIENT, { locate: GERMANY }).trace[0]?.reason;
    expect(reason).toBe(
      'from DE (51.2, 10.4): eu 171 km (counts as 2 km by its bias), ap 9161 km, us 6610 km (counts as 661049 km by its bias)',
    );
  });

  test('what is equally far shares a tier; a pool without a location is farthest', () => {
    const pools: Pool[] = [
      { name: 'nowhere', endpoints: [{ name: '1', addresses: ['192.0.2.1'] }] },
      { name: 'far', location: { lat: 0, lon: 90 }, endpoints: [{ name: '1', addresses: ['192.0.2.2'] }] },
      {
        name: 'b',
        location: { country: 'DE' },
        endpoints: [
          { name: '1', addresses: ['192.0.2.3'] },
          { name: '2', addresses: ['192.0.2.4'] },
        ],
      },
      { name: 'c', location: { country: 'DE' }, endpoints: [{ name: '1', addresses: ['192.0.2.5'] }] },
    ];
    const step = chainOf(['nearest'], { pools: ['nowhere', 'far', 'b', 'c'] }, pools).decide(CLIENT, { locate: GERMANY }).trace[0];
    expect(step?.out).toEqual([['b/1', 'b/2', 'c/1'], ['far/1'], ['nowhere/1']]);
    expect(step?.reason).toContain('nowhere has no location');
  });

  test('earlier tiers are forgotten', () => {
    const policy = chainOf([{ geotarget: { default: ['ap', 'us', 'eu'] } }, 'nearest']);
    expect(policy.decide(CLIENT, { locate: GERMANY }).trace[1]).toMatchObject({ in: [AP, US, EU], out: [EU, US, AP] });
  });

  test('with one pool left the client is not looked at', () => {
    expect(chainOf(['nearest'], { pools: ['eu'] }).decide(CLIENT, { locate: USA }).ecsScope).toBe(0);
  });

  test('many places in turn: what is remembered of one never answers for another', () => {
    const policy = chainOf(['nearest', { first: 1 }]);
    const fresh = (locate: LocationLike) =>
      definePolicy({ name: 'f', pools: ['eu', 'us', 'ap'], chain: ['nearest', { first: 1 }] }, { pools: POOLS, centroid }).decide(CLIENT, {
        locate,
      }).endpoints;
    for (let i = 0; i < 1500; i++) {
      const locate = { latitude: ((i * 7) % 179) - 89, longitude: ((i * 31) % 359) - 179, prefixLength: 24 };
      if (i % 25 === 0) expect(policy.decide(CLIENT, { locate }).endpoints).toEqual(fresh(locate));
      else policy.decide(CLIENT, { locate });
    }
  });

  test('places that fall into one row of the table of distances are told apart', () => {
    const pole = new Float64Array(3);
    writeUnitVector(pole, 0, 0, 0);
    const table = new DistanceTable(pole, Float64Array.of(1));
    const km = (latitude: number, longitude: number) => table.km[table.row(latitude, longitude)]!;
    const [a, b, c] = [km(10.001, 20.001), km(10.001, 20.002), km(10.002, 20.002)];
    expect(table.row(10.001, 20.001)).toBe(table.row(10.002, 20.002));
    expect(new Set([a, b, c]).size).toBe(3);
    expect([km(10.002, 20.002), km(10.001, 20.002), km(10.001, 20.001)]).toEqual([c, b, a]);
  });

  test.each([
    // Expected: the haversine formula, worked out apart.
    ['a quarter of the equator', 0, 0, 0, 90, 10007.557],
    ['pole to pole', 90, 0, -90, 0, 20015.114],
    ['antipodes', 10, 20, -10, -160, 20015.114],
    ['across the date line', 0, 179.5, 0, -179.5, 111.195],
    ['a hundred metres', 50, 8, 50.0009, 8, 0.100075],
    ['London to New York', 51.5074, -0.1278, 40.7128, -74.006, 5570.23],
  ])('great circle: %s', (_, latA, lonA, latB, lonB, expected) => {
    const vectors = new Float64Array(6);
    writeUnitVector(vectors, 0, latA, lonA);
    writeUnitVector(vectors, 3, latB, lonB);
    expect(Math.abs(distanceKm(vectors, 0, vectors, 3) / expected - 1)).toBeLessThan(1e-5);
  });
});
