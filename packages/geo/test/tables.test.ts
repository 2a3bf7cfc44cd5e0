import { expect, test } from 'vitest';
import { CENTROIDS } from '../src/centroids.generated.ts';
import { continentOf, countryCentroid, type GeoDatabase, openDatabase } from '../src/index.ts';

const codes = Object.keys(CENTROIDS);

test('all 249 countries of ISO 3166-1, and Kosovo, have a middle and a continent', () => {
  expect(codes).toHaveLength(250);
  expect(codes.filter((code) => continentOf(code) === undefined)).toEqual([]);
});

test('every country of the embedded database is in both tables', async () => {
  const database: GeoDatabase = await openDatabase();
  const seen = new Set<string>();
  for (let i = 0; i < 1 << 16; i++) {
    const { country, continent, latitude } = database.locate(Uint8Array.of(i >> 8, i & 0xff, 0, 1));
    if (country === undefined) continue;
    seen.add(country);
    expect([country, continent !== undefined, latitude !== undefined]).toEqual([country, true, true]);
  }
  expect(seen.size).toBeGreaterThan(150);
});

test.each([
  ['US', 39, 41, -100, -97],
  ['FR', 45, 48, 1, 4],
  ['DE', 50, 52, 9, 12],
  ['JP', 35, 38, 136, 139],
  ['AU', -27, -24, 132, 136],
  ['NZ', -46, -36, 168, 178],
  ['MV', -1, 8, 72, 74],
  ['SG', 1, 2, 103, 105],
  ['VA', 41, 42, 12, 13],
  ['GF', 3, 5, -54, -52],
  ['FJ', -19, -16, 177, 179],
  ['XK', 42, 43, 20, 22],
])('the middle of %s lies between %i and %i north, %i and %i east', (country, south, north, west, east) => {
  const { lat, lon } = countryCentroid(country)!;
  expect(lat > south && lat < north && lon > west && lon < east, `${lat}, ${lon}`).toBe(true);
});

test.each([
  ['DE', 'EU'],
  ['RU', 'EU'],
  ['TR', 'AS'],
  ['CY', 'AS'],
  ['EG', 'AF'],
  ['US', 'NA'],
  ['PA', 'NA'],
  ['CO', 'SA'],
  ['AU', 'OC'],
  ['AQ', 'AN'],
  ['TW', 'AS'],
  ['XK', 'EU'],
])('UN M49: %s is in %s', (country, continent) => {
  expect(continentOf(country)).toBe(continent);
});

test('codes are taken in either case; what is no country has neither middle nor continent', () => {
  expect(countryCentroid('de')).toBe(countryCentroid('DE'));
  expect(continentOf('jp')).toBe('AS');
  for (const code of ['ZZ', 'AP', '', 'DEU', 'constructor', '__proto__']) {
    expect(countryCentroid(code)).toBeUndefined();
    expect(continentOf(code)).toBeUndefined();
  }
});
