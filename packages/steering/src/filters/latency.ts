import { rankByBand } from '../bands.ts';
import { type Compilation, type Filter, type FilterKind, readPool } from '../filter.ts';
import type { NetworkMap } from '../network-map.ts';
import { readNetworks } from '../network-parameters.ts';
import type { NetworkTable } from '../network-table.ts';
import type { Reading } from '../reading.ts';
import type { Run } from '../run.ts';
import type { Value } from '../value.ts';

export interface LatencyParameters {
  /** Milliseconds by network and pool; or a file of lines `192.0.2.0/24 eu=12 us=85`, as `readNetworkTable` read it. */
  networks: Readonly<Record<string, Readonly<Record<string, number>>>> | NetworkTable;
  /** Milliseconds: what is no more than so much slower than the fastest of its tier shares it; 0 when left out. */
  within?: number;
}

/**
 * Tiers by the milliseconds that it takes from the client's network (the longest that is listed) to each pool, fastest first. A pool without a figure comes last; a client in
 * no network leaves the candidates as they are.
 */
export const latency: FilterKind<'latency', LatencyParameters> = {
  name: 'latency',
  compile(parameters, compilation) {
    parameters.keys(['networks', 'within']);
    const within = parameters.at('within');
    const withinMs = within.isAbsent ? 0 : within.number(0, 60_000, 'milliseconds from 0 to 60000');
    const readOwn = (value: Value) => readFigures(value, compilation);
    const { map, values } = readNetworks(parameters.at('networks'), 'milliseconds by network and pool', readOwn, (own) => own.join());
    return new Latency(map, values, withinMs, compilation.pools.length);
  },
};

/** By pool; Infinity: none. */
function readFigures(value: Value, compilation: Compilation): Float64Array {
  const figures = new Float64Array(compilation.pools.length).fill(Number.POSITIVE_INFINITY);
  if (!Array.isArray(value.found)) {
    for (const name of value.keys()) figures[readPool(value.at(name), compilation, name)] = readMs(value.at(name));
    return figures;
  }
  for (const item of value.list('figures such as eu=12')) {
    const text = item.text('a pool and its milliseconds such as eu=12');
    const at = text.lastIndexOf('=');
    const ms = item.or(at < 0 || text.slice(at + 1) === '' ? text : Number(text.slice(at + 1)));
    figures[readPool(item, compilation, text.slice(0, Math.max(0, at)))] = readMs(ms);
  }
  return figures;
}

function readMs(value: Value): number {
  return value.number(0, 60_000, 'milliseconds from 0 to 60000');
}

class Latency implements Filter {
  readonly name = 'latency';
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads: readonly Reading[] = ['subnet'];
  private readonly map: NetworkMap;
  private readonly figures: readonly (Float64Array | undefined)[];
  private readonly withinMs: number;
  private readonly order: Int32Array;
  private readonly rankOf: Int32Array;

  constructor(map: NetworkMap, figures: readonly (Float64Array | undefined)[], withinMs: number, poolCount: number) {
    this.map = map;
    this.figures = figures;
    this.withinMs = withinMs;
    this.order = new Int32Array(poolCount);
    this.rankOf = new Int32Array(poolCount);
  }

  apply(run: Run): void {
    const { candidates } = run;
    if (run.isDecided('network')) return;
    const figures = this.figures[run.network(this.map)];
    if (figures === undefined) {
      if (run.recorder !== undefined) run.reason = `${run.networkText(this.map)} is in no network: the candidates stay as they are`;
      return;
    }
    const ranked = rankByBand(candidates.sizes, figures, 0, this.withinMs, this.order, this.rankOf);
    if (run.recorder !== undefined) run.reason = this.explain(run, figures, ranked & 0xffff);
    candidates.retierByPool(this.rankOf, ranked >> 16);
  }

  private explain(run: Run, figures: Float64Array, pools: number): string {
    let reason = `${run.networkText(this.map)}: `;
    for (let i = 0; i < pools; i++) {
      const pool = this.order[i]!;
      const ms = figures[pool]!;
      reason += `${i === 0 ? '' : ', '}${run.roster.poolNames[pool]} ${ms === Number.POSITIVE_INFINITY ? 'not measured' : `${ms} ms`}`;
    }
    return this.withinMs === 0 ? reason : `${reason}; what is within ${this.withinMs} ms shares a tier`;
  }
}
