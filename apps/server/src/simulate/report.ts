import Table from 'cli-table3';
import type { Capacities } from './capacity.ts';
import type { SideLoad, Simulation } from './simulate.ts';

/** What a simulation found, in the unit of the load: what `simulate --json` prints. */
export interface SimulationReport {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  readonly population: string;
  readonly clients: number;
  /** All of it; 100 makes percentages. */
  readonly load: number;
  readonly sides: readonly {
    readonly label: string;
    readonly policy: string;
    readonly pools: Readonly<Record<string, number>>;
    readonly endpoints: Readonly<Record<string, number>>;
    /** By country, then by pool. */
    readonly countries: Readonly<Record<string, Readonly<Record<string, number>>>>;
    /** Without an answer. */
    readonly none: number;
    /** Steered by `allDown`. */
    readonly allDown: number;
    /** Who gets more than it can bear. */
    readonly overCapacity: readonly { readonly id: string; readonly load: number; readonly capacity: number }[];
  }[];
  /** What another endpoint gets than before, and from which pool to which ('': no answer); with two sides only. */
  readonly moved?: number;
  readonly moves?: readonly { readonly from: string; readonly to: string; readonly load: number }[];
}

export function reportOf(
  simulation: Simulation,
  head: Pick<SimulationReport, 'name' | 'type' | 'population' | 'clients' | 'load'>,
  policies: readonly string[],
  capacities: readonly Capacities[],
): SimulationReport {
  const scale = simulation.total === 0 ? 0 : head.load / simulation.total;
  const scaled = (loads: ReadonlyMap<string, number>) => Object.fromEntries(Array.from(loads, ([key, load]) => [key, round(load * scale)]));
  return {
    ...head,
    sides: simulation.sides.map((side, i) => ({
      label: side.label,
      policy: policies[i]!,
      pools: scaled(side.pools),
      endpoints: scaled(side.endpoints),
      countries: Object.fromEntries(Array.from(side.countries, ([country, loads]) => [country, scaled(loads)])),
      none: round(side.none * scale),
      allDown: round(side.allDown * scale),
      overCapacity: overCapacity(side, scale, capacities[i]!),
    })),
    ...(simulation.sides.length > 1 && {
      moved: round(simulation.moved * scale),
      moves: simulation.moves.map(({ from, to, load }) => ({ from, to, load: round(load * scale) })),
    }),
  };
}

function overCapacity({ pools, endpoints }: SideLoad, scale: number, capacities: Capacities) {
  return Array.from(capacities, ([id, capacity]) => ({ id, capacity, load: round((pools.get(id) ?? endpoints.get(id) ?? 0) * scale) }))
    .filter(({ load, capacity }) => load > capacity)
    .sort((a, b) => b.load / b.capacity - a.load / a.capacity);
}

/** Sums of a million parts are not exact in the last digits. */
function round(load: number): number {
  return Math.round(load * 1e6) / 1e6;
}

const MOST_COUNTRIES = 20;

/** As tables for people. */
export function reportText(report: SimulationReport): string {
  const { sides, load, name, type, population, moved, moves = [] } = report;
  const text = [`${name} ${type}: ${population}, load ${shown(load)}`];
  const loads = (of: (side: SimulationReport['sides'][number]) => number) => {
    const values = sides.map(of);
    const difference = values.length > 1 ? [signed(values[1]! - values[0]!)] : [];
    return [...values.map(shown), ...difference];
  };
  const heads = [...sides.map(({ label }) => label), ...(sides.length > 1 ? ['change'] : [])];
  const target = table(['pool, endpoint', ...heads]);
  for (const pool of keysOf(sides.map(({ pools }) => pools))) {
    target.push([pool, ...loads(({ pools }) => pools[pool] ?? 0)]);
    for (const id of keysOf(sides.map(({ endpoints }) => endpoints)).filter((own) => own.startsWith(`${pool}/`)))
      target.push([`  ${id}`, ...loads(({ endpoints }) => endpoints[id] ?? 0)]);
  }
  for (const [what, key] of [
    ['no answer', 'none'],
    ['all down', 'allDown'],
  ] as const)
    if (sides.some((side) => side[key] > 0)) target.push([what, ...loads((side) => side[key])]);
  text.push(target.toString());
  if (moved !== undefined) {
    text.push(`moves: ${shown(moved)} of ${shown(load)}`);
    for (const { from, to, load: own } of moves.slice(0, MOST_COUNTRIES))
      text.push(`  ${from || 'no answer'} -> ${to || 'no answer'}${from === to ? ' (another endpoint)' : ''}: ${shown(own)}`);
  }
  for (const { label, overCapacity: over } of sides)
    for (const { id, load: own, capacity } of over)
      text.push(`over capacity (${label}): ${id} gets ${shown(own)} of ${shown(capacity)} (${shown((own / capacity) * 100)} %)`);
  text.push(countryTable(report, heads));
  return text.join('\n');
}

function countryTable({ sides }: SimulationReport, heads: readonly string[]): string {
  const total = (loads: Readonly<Record<string, number>> | undefined) => Object.values(loads ?? {}).reduce((sum, load) => sum + load, 0);
  const last = sides.at(-1)!.countries;
  const isPair = sides.length > 1;
  const moves = new Map(
    Object.keys(last).map((country) => [country, isPair ? movedWithin(sides[0]!.countries[country], last[country]) : 0]),
  );
  const countries = Object.keys(last)
    .filter((country) => total(last[country]) > 0)
    .sort((a, b) => moves.get(b)! - moves.get(a)! || total(last[b]) - total(last[a]));
  const rows = table(['country', 'load', ...heads.slice(0, sides.length), ...(isPair ? ['moves'] : [])]);
  for (const country of countries.slice(0, MOST_COUNTRIES)) {
    const cells = sides.map(({ countries: own }) => {
      const all = total(own[country]);
      const parts = Object.entries(own[country] ?? {}).sort(([, a], [, b]) => b - a);
      return parts.map(([pool, part]) => `${pool || 'no answer'} ${Math.round((part / all) * 100)} %`).join(', ');
    });
    rows.push([country, shown(total(last[country])), ...cells, ...(isPair ? [shown(moves.get(country)!)] : [])]);
  }
  const rest = countries.length - MOST_COUNTRIES;
  return rest > 0 ? `${rows.toString()}\nand ${rest} countries more: --json has them` : rows.toString();
}

/** Of a country's load, what goes to another pool on the other side. */
function movedWithin(before: Readonly<Record<string, number>> = {}, after: Readonly<Record<string, number>> = {}): number {
  return round(keysOf([before, after]).reduce((sum, pool) => sum + Math.max(0, (after[pool] ?? 0) - (before[pool] ?? 0)), 0));
}

function table(head: readonly string[]) {
  return new Table({ head: [...head], style: { head: [], border: [], compact: true } });
}

function keysOf(records: readonly Readonly<Record<string, number>>[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

function shown(load: number): string {
  if (load > 0 && load < 0.005) return '<0.01';
  return load.toLocaleString('en', { maximumFractionDigits: Math.abs(load) < 1000 ? 2 : 0 });
}

function signed(change: number): string {
  const text = shown(Math.abs(change));
  return change === 0 ? text : `${change > 0 ? '+' : '-'}${text}`;
}
