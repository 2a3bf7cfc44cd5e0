import { definePolicy, type FilterDefinition, type LocationLike, type Policy, type PolicyDefinition, type Pool } from '../src/index.ts';

/** Frankfurt and Amsterdam, Ashburn and Dallas, Tokyo and Singapore. */
export const POOLS: readonly Pool[] = [
  {
    name: 'eu',
    location: { lat: 50.1, lon: 8.7 },
    endpoints: [
      { name: 'fra1', addresses: ['198.51.100.20', '2001:db8:20::20'], weight: 3 },
      { name: 'ams1', addresses: ['198.51.100.21'], weight: 1 },
    ],
  },
  {
    name: 'us',
    location: { lat: 39.0, lon: -77.5 },
    endpoints: [
      { name: 'iad1', addresses: ['203.0.113.30', '2001:db8:30::30'] },
      { name: 'dfw1', addresses: ['203.0.113.31'] },
    ],
  },
  {
    name: 'ap',
    location: { lat: 35.7, lon: 139.7 },
    endpoints: [
      { name: 'nrt1', addresses: ['192.0.2.40'] },
      { name: 'sin1', addresses: ['192.0.2.41', '2001:db8:41::41'] },
    ],
  },
  { name: 'maintenance', endpoints: [{ name: 'page', addresses: ['192.0.2.99'] }] },
];

/** The policy of ARCHITECTURE.md's configuration. */
export const WEB: PolicyDefinition = {
  name: 'web',
  pools: ['eu', 'us', 'ap'],
  chain: [
    'up',
    { geotarget: { countries: { CH: ['eu'] }, continents: { EU: ['eu'], NA: ['us'] }, default: ['us', 'eu', 'ap'] } },
    { nearest: { bias: { eu: 10 } } },
    { weighted: { sticky: true } },
    { first: 1 },
  ],
  ttl: { min: 5, max: 60 },
  allDown: 'all',
};

export const GERMANY: LocationLike = { country: 'DE', continent: 'EU', latitude: 51.2, longitude: 10.4, prefixLength: 13 };
export const USA: LocationLike = { country: 'US', continent: 'NA', latitude: 39.8, longitude: -98.6, prefixLength: 11 };
export const JAPAN: LocationLike = { country: 'JP', continent: 'AS', latitude: 36.2, longitude: 138.3, prefixLength: 16 };

const CENTROIDS: Record<string, { lat: number; lon: number }> = {
  DE: { lat: 51.2, lon: 10.4 },
  US: { lat: 39.8, lon: -98.6 },
  JP: { lat: 36.2, lon: 138.3 },
};

export const centroid = (country: string) => CENTROIDS[country];

/** A policy over eu, us and ap with this chain. */
export function chainOf(chain: FilterDefinition[], more: Partial<PolicyDefinition> = {}, pools: readonly Pool[] = POOLS): Policy {
  return definePolicy({ name: 'test', pools: ['eu', 'us', 'ap'], chain, ...more }, { pools, centroid });
}

export const CLIENT = { client: '81.2.69.0/24', type: 'A' } as const;

/** One tier of one pool, `count` endpoints named e0, e1 ... with these weights. */
export function weightedPool(weights: readonly number[]): Pool {
  return { name: 'p', endpoints: weights.map((weight, i) => ({ name: `e${i}`, addresses: [`192.0.2.${i + 1}`], weight })) };
}

/**
 * Pearson's chi-square against the expected shares; with the 0.999 quantile of the distribution for k - 1 degrees of freedom
 * (Wilson and Hilferty's approximation), so that a right sampler fails one seed in a thousand.
 */
export function chiSquare(counts: readonly number[], shares: readonly number[]): { statistic: number; limit: number } {
  const total = counts.reduce((a, b) => a + b, 0);
  const sum = shares.reduce((a, b) => a + b, 0);
  const statistic = counts.reduce((s, count, i) => {
    const expected = (total * shares[i]!) / sum;
    return s + (count - expected) ** 2 / expected;
  }, 0);
  const k = counts.length - 1;
  return { statistic, limit: k * (1 - 2 / (9 * k) + 3.0902 * Math.sqrt(2 / (9 * k))) ** 3 };
}
