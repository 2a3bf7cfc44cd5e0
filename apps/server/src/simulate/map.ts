import { countryCentroid } from '@dnsteer/geo';
import type { SimulationReport } from './report.ts';
import { WORLD } from './world.generated.ts';

// Paul Tol's "bright" and "muted": told apart by those who don't see all colours, too.
const COLORS = ['#4477aa', '#ee6677', '#228833', '#ccbb44', '#66ccee', '#aa3377', '#ddaa33', '#882255', '#44aa99', '#999933'];
const NONE_COLOR = '#333333';
const WIDTH = 2000;
const HEIGHT = 1000;
/** Nothing to steer lies farther south. */
const SHOWN_HEIGHT = 830;
const LINE = 34;
const LEGEND_COLUMNS = 4;

/** A map of the world for each side: countries in the colour of the pool that gets most of them, and how much load as a circle, whose parts are the pools'. */
export function worldMap(report: SimulationReport): string {
  const pools = [...new Set(report.sides.flatMap((side) => Object.keys(side.pools)))];
  const color = (pool: string) => (pool === '' ? NONE_COLOR : COLORS[pools.indexOf(pool) % COLORS.length]!);
  const isOneMissing = report.sides.some(({ none }) => none > 0);
  const legendRows = Math.ceil((pools.length + (isOneMissing ? 1 : 0)) / LEGEND_COLUMNS);
  const sideHeight = SHOWN_HEIGHT + (legendRows + 1) * LINE + 20;
  const sides = report.sides.map(
    (side, i) => `<g transform="translate(0 ${i * sideHeight + 60})">${sideMap(report, side, pools, color)}</g>`,
  );
  const height = report.sides.length * sideHeight + 60 + LINE;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="24">
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
<text x="20" y="40" font-size="30" font-weight="bold">${escaped(`${report.name} ${report.type}: ${report.population}`)}</text>
${sides.join('\n')}
<text x="20" y="${height - 24}" fill="#555555">Circles: the load of a country, by area, and its parts by pool. Countries: in the colour of the pool that gets most of them; grey: no clients.</text>
</svg>
`;
}

type SideReport = SimulationReport['sides'][number];

function sideMap({ load }: SimulationReport, side: SideReport, pools: readonly string[], color: (pool: string) => string): string {
  const shapes = Object.entries(WORLD).map(([country, path]) => {
    const loads = side.countries[country];
    const [chief] = partsOf(loads)[0] ?? [];
    const fill = chief === undefined ? '#e4e4e4' : color(chief);
    return `<path d="${path}" fill="${fill}" fill-opacity="${chief === undefined ? 1 : 0.45}"><title>${escaped(titleOf(country, loads, load))}</title></path>`;
  });
  const circles = Object.entries(side.countries)
    .map(([country, loads]) => ({ country, loads, sum: sumOf(loads) }))
    .sort((a, b) => b.sum - a.sum)
    .map(({ country, loads, sum }) => {
      const at = countryCentroid(country);
      if (at === undefined || sum === 0) return '';
      const radius = Math.max(2, 130 * Math.sqrt(sum / load));
      const place = `translate(${(((at.lon + 180) * WIDTH) / 360).toFixed(1)} ${(((90 - at.lat) * HEIGHT) / 180).toFixed(1)})`;
      return `<g transform="${place}"><title>${escaped(titleOf(country, loads, load))}</title>${pie(partsOf(loads), sum, radius, color)}</g>`;
    });
  const legend = [...pools, ...(side.none > 0 ? [''] : [])].map((pool, i) => {
    const amount = pool === '' ? side.none : (side.pools[pool] ?? 0);
    const over = side.overCapacity.find(({ id }) => id === pool);
    const text = `${pool || 'no answer'} ${percent(amount, load)}${over === undefined ? '' : `, over its capacity of ${percent(over.capacity, load)}`}`;
    const x = 20 + (i % LEGEND_COLUMNS) * 490;
    const y = SHOWN_HEIGHT + LINE * (1 + Math.floor(i / LEGEND_COLUMNS));
    return `<rect x="${x}" y="${y - 20}" width="24" height="24" fill="${color(pool)}"/><text x="${x + 34}" y="${y}">${escaped(text)}</text>`;
  });
  return `<svg width="${WIDTH}" height="${SHOWN_HEIGHT}" viewBox="0 0 ${WIDTH} ${SHOWN_HEIGHT}"><rect width="${WIDTH}" height="${SHOWN_HEIGHT}" fill="#f4f8fb"/>
<g stroke="#ffffff" stroke-width="0.8">${shapes.join('')}</g>
<g stroke="#ffffff" stroke-width="1">${circles.join('')}</g></svg>
<text x="20" y="30" font-weight="bold">${escaped(side.label)}</text>
${legend.join('')}`;
}

type Part = readonly [pool: string, load: number];

function partsOf(loads: Readonly<Record<string, number>> | undefined): Part[] {
  return Object.entries(loads ?? {}).sort(([, a], [, b]) => b - a);
}

function sumOf(loads: Readonly<Record<string, number>>): number {
  return Object.values(loads).reduce((sum, load) => sum + load, 0);
}

function pie(parts: readonly Part[], sum: number, radius: number, color: (pool: string) => string): string {
  if (parts.length === 1) return `<circle r="${radius.toFixed(1)}" fill="${color(parts[0]![0])}"/>`;
  let from = 0;
  return parts
    .map(([pool, load]) => {
      const to = from + load / sum;
      const point = (turn: number) =>
        `${(radius * Math.sin(2 * Math.PI * turn)).toFixed(1)} ${(-radius * Math.cos(2 * Math.PI * turn)).toFixed(1)}`;
      const path = `M0 0L${point(from)}A${radius.toFixed(1)} ${radius.toFixed(1)} 0 ${to - from > 0.5 ? 1 : 0} 1 ${point(to)}z`;
      from = to;
      return `<path d="${path}" fill="${color(pool)}"/>`;
    })
    .join('');
}

function titleOf(country: string, loads: Readonly<Record<string, number>> | undefined, load: number): string {
  if (loads === undefined) return `${country}: no clients`;
  const sum = sumOf(loads);
  return `${country}: ${percent(sum, load)} of the load; ${partsOf(loads)
    .map(([pool, own]) => `${pool || 'no answer'} ${percent(own, sum)}`)
    .join(', ')}`;
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 0 : ((part / whole) * 100).toFixed(1)} %`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);
}
