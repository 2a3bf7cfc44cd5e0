// Writes src/simulate/world.generated.ts: node apps/server/scripts/make-world.mjs
// From Natural Earth's countries at 1:110m (public domain) as world-atlas carries them.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../tooling/package.json', import.meta.url));
const atlas = require('world-atlas/countries-110m.json');
const { geoEquirectangular, geoPath } = await import(require.resolve('d3-geo'));
const { feature } = require('topojson-client');

/** ISO 3166-1 numeric -> alpha-2: Unicode's aliases of regions know the numbers. XK is the code that everybody uses for Kosovo. */
function alpha2({ id, properties }) {
  if (id === undefined) return properties.name === 'Kosovo' ? 'XK' : undefined;
  const { region } = new Intl.Locale(`und-${id}`);
  return /^[A-Z]{2}$/.test(region ?? '') ? region : undefined;
}

/** Takes down an outline, cut where it crosses the antimeridian, in whole numbers relative to each other: a third of the octets of degrees. */
class Outline {
  path = '';
  #x = 0;
  #y = 0;

  moveTo(x, y) {
    [this.#x, this.#y] = [Math.round(x), Math.round(y)];
    this.path += `M${this.#x} ${this.#y}l`;
  }

  lineTo(x, y) {
    const [toX, toY] = [Math.round(x), Math.round(y)];
    if (toX === this.#x && toY === this.#y) return;
    this.path += `${this.path.endsWith('l') ? '' : ' '}${toX - this.#x} ${toY - this.#y}`;
    [this.#x, this.#y] = [toX, toY];
  }

  closePath() {
    this.path += 'z';
  }
}

const projection = geoEquirectangular()
  .scale(1000 / Math.PI)
  .translate([1000, 500])
  .precision(0);
const paths = new Map();
for (const country of feature(atlas, atlas.objects.countries).features) {
  const outline = new Outline();
  geoPath(projection, outline)(country);
  const code = alpha2(country) ?? '';
  paths.set(code, (paths.get(code) ?? '') + outline.path);
}
const rows = [...paths].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, path]) => `  ${code || "''"}:\n    '${path}',`);
writeFileSync(
  new URL('../src/simulate/world.generated.ts', import.meta.url),
  `// Made by scripts/make-world.mjs from Natural Earth 1:110m (world-atlas ${require('world-atlas/package.json').version}); not to be edited.
/** ISO 3166-1 alpha-2 ('': land without a code) -> SVG path on a map of 2000 x 1000, plate carree. */
export const WORLD: Readonly<Record<string, string>> = {
${rows.join('\n')}
};
`,
);
console.log(`${rows.length} countries`);
