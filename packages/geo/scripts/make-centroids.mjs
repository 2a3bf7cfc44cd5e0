// Writes src/centroids.generated.ts: node packages/geo/scripts/make-centroids.mjs
// From Natural Earth's countries at 1:10m (public domain) as world-atlas carries them.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../tooling/package.json', import.meta.url));
const atlas = require('world-atlas/countries-10m.json');
const { geoArea, geoCentroid } = await import(require.resolve('d3-geo'));
const { feature } = require('topojson-client');

// Parts of another country in Natural Earth; latitude and longitude from the CIA World Factbook (public domain).
const BY_HAND = {
  BQ: [12.18, -68.25],
  BV: [-54.43, 3.4],
  CC: [-12.5, 96.83],
  CX: [-10.5, 105.67],
  GF: [4, -53],
  GP: [16.25, -61.58],
  MQ: [14.67, -61],
  RE: [-21.1, 55.6],
  SJ: [78, 20],
  TK: [-9, -172],
  YT: [-12.83, 45.17],
};

// Kosovo has no ISO number; XK is the user-assigned code that everybody uses.
const BY_NAME = { Kosovo: 'XK' };

/** ISO 3166-1 numeric -> alpha-2: Unicode's aliases of regions know the numbers. */
function alpha2({ id, properties }) {
  if (id === undefined) return BY_NAME[properties.name];
  const { region } = new Intl.Locale(`und-${id}`);
  return /^[A-Z]{2}$/.test(region ?? '') ? region : undefined;
}

const largest = new Map();
for (const country of feature(atlas, atlas.objects.countries).features) {
  const code = alpha2(country);
  if (code === undefined) continue;
  const { type, coordinates } = country.geometry;
  for (const rings of type === 'Polygon' ? [coordinates] : coordinates) {
    let polygon = { type: 'Polygon', coordinates: rings };
    let area = geoArea(polygon);
    // A ring the wrong way round (atolls, at the atlas's precision) is the rest of the world.
    if (area > 2 * Math.PI) {
      polygon = { type: 'Polygon', coordinates: rings.map((ring) => ring.toReversed()) };
      area = geoArea(polygon);
    }
    if (area > (largest.get(code)?.area ?? -1)) largest.set(code, { area, polygon });
  }
}

const table = new Map(Object.entries(BY_HAND));
for (const [code, { polygon }] of largest) {
  if (table.has(code)) throw new Error(`${code} is in the atlas now: take it out of BY_HAND`);
  const [lon, lat] = geoCentroid(polygon);
  table.set(code, [round(lat), round(lon)]);
}

function round(degrees) {
  return Math.round(degrees * 100) / 100;
}

const rows = [...table].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, [lat, lon]]) => `  ${code}: [${lat}, ${lon}],`);
writeFileSync(
  new URL('../src/centroids.generated.ts', import.meta.url),
  `// Made by scripts/make-centroids.mjs from Natural Earth 1:10m (world-atlas ${require('world-atlas/package.json').version}); not to be edited.
/** ISO 3166-1 alpha-2 -> latitude and longitude in degrees of the middle of the country's largest piece of land. */
export const CENTROIDS: Readonly<Record<string, readonly [latitude: number, longitude: number]>> = {
${rows.join('\n')}
};
`,
);
console.log(`${rows.length} countries`);
