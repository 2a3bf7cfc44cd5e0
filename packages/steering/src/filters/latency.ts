import { bandClass, rankByBand } from '../bands.ts';
import { type Compilation, type Filter, type FilterKind, readPool } from '../filter.ts';
import { readMaxAge } from '../max-age.ts';
import type { NetworkMap } from '../network-map.ts';
import { type NetworkParameters, readNetworks } from '../network-parameters.ts';
import type { NetworkTable } from '../network-table.ts';
import type { Reading } from '../reading.ts';
import type { Run } from '../run.ts';
import type { Value } from '../value.ts';

export interface LatencyParameters {
  /** Milliseconds by network and pool; or a file of lines `192.0.2.0/24 eu=12 us=85`, as `readNetworkTable` read it. */
  networks?: Readonly<Record<string, Readonly<Record<string, number>>>> | NetworkTable;
  /** In place of `networks`: the feed that tells them, of pools for networks of clients, and of pools for everybody. */
  feed?: string;
  /** With `feed`: seconds after which a figure counts no more; 3600 when left out. */
  maxAge?: number;
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
    parameters.keys(['networks', 'feed', 'maxAge', 'within']);
    const within = parameters.at('within');
    const withinMs = within.isAbsent ? 0 : within.number(0, 60_000, 'milliseconds from 0 to 60000');
    const feed = parameters.at('feed');
    if (feed.isAbsent === parameters.at('networks').isAbsent) throw parameters.error('ERR_STEERING_TYPE', 'either networks or feed');
    if (!feed.isAbsent) return new FedLatency(feed.name('the name of a feed'), readMaxAge(parameters, 3600), withinMs, compilation);
    if (!parameters.at('maxAge').isAbsent) throw parameters.at('maxAge').error('ERR_STEERING_UNKNOWN_KEY', 'no age without feed');
    const readOwn = (value: Value) => readFigures(value, compilation);
    // Whom other figures rank alike gets the same answer.
    const classOf = (figures: Float64Array) => bandClass(figures, withinMs);
    const networks = readNetworks(parameters.at('networks'), 'milliseconds by network and pool', readOwn, classOf);
    return new Latency(networks, withinMs, compilation.pools.length);
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

/** Ranks pools by milliseconds, and says so. */
class Ranks {
  private readonly withinMs: number;
  private readonly order: Int32Array;
  private readonly rankOf: Int32Array;

  constructor(withinMs: number, poolCount: number) {
    this.withinMs = withinMs;
    this.order = new Int32Array(poolCount);
    this.rankOf = new Int32Array(poolCount);
  }

  /** @param figures - by pool. */
  apply({ candidates }: Run, figures: Float64Array): void {
    candidates.retierByPool(this.rankOf, rankByBand(candidates.sizes, figures, 0, this.withinMs, this.order, this.rankOf) >> 16);
  }

  explain({ candidates, roster }: Run, figures: Float64Array): string {
    const pools = rankByBand(candidates.sizes, figures, 0, this.withinMs, this.order, this.rankOf) & 0xffff;
    const parts = Array.from(this.order.subarray(0, pools), (pool) => {
      const ms = figures[pool]!;
      return `${roster.poolNames[pool]} ${ms === Number.POSITIVE_INFINITY ? 'not measured' : `${ms} ms`}`;
    });
    return this.withinMs === 0 ? parts.join(', ') : `${parts.join(', ')}; what is within ${this.withinMs} ms shares a tier`;
  }
}

/** By a table that is there when the policy is defined. */
class Latency implements Filter {
  readonly name = 'latency';
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads: readonly Reading[] = ['subnet'];
  private readonly networks: NetworkParameters<Float64Array>;
  private readonly classes: NetworkMap;
  /** By class: figures that rank the pools so. */
  private readonly figures: readonly (Float64Array | undefined)[];
  private readonly ranks: Ranks;

  constructor(networks: NetworkParameters<Float64Array>, withinMs: number, poolCount: number) {
    this.networks = networks;
    this.classes = networks.classes;
    this.figures = networks.byClass;
    this.ranks = new Ranks(withinMs, poolCount);
  }

  apply(run: Run): void {
    if (run.isDecided('network')) return;
    const figures = this.figures[run.network(this.classes)];
    if (run.recorder !== undefined) run.reason = this.explain(run);
    if (figures !== undefined) this.ranks.apply(run, figures);
  }

  private explain(run: Run): string {
    const { map, values } = this.networks;
    const own = values[run.networkValue(map)];
    const network = run.networkText(map);
    return own === undefined
      ? `${network} is in no network: the candidates stay as they are`
      : `${network}: ${this.ranks.explain(run, own)}`;
  }
}

/** By figures that come while it runs. */
class FedLatency implements Filter {
  readonly name = 'latency';
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads: readonly Reading[] = ['feed', 'subnet'];
  private readonly feed: string;
  private readonly maxAgeMs: number;
  private readonly ranks: Ranks;
  /** By pool. */
  private readonly slots: Int32Array;
  private readonly figures: Float64Array;

  constructor(feed: string, maxAgeMs: number, withinMs: number, { roster, feedSlot }: Compilation) {
    this.feed = feed;
    this.maxAgeMs = maxAgeMs;
    this.ranks = new Ranks(withinMs, roster.poolNames.length);
    this.slots = Int32Array.from(roster.poolNames, (pool) => feedSlot(feed, pool));
    this.figures = new Float64Array(this.slots.length);
  }

  apply(run: Run): void {
    if (run.isDecided('network')) return;
    const { figures } = this;
    const networkBits = run.figuresOfClient(this.slots, this.maxAgeMs, figures);
    let known = 0;
    for (let pool = 0; pool < figures.length; pool++) {
      if (Number.isNaN(figures[pool]!)) figures[pool] = Number.POSITIVE_INFINITY;
      else if (run.candidates.sizes[pool] !== 0) known++;
    }
    if (run.recorder !== undefined) run.reason = this.explain(run, known, networkBits);
    if (known > 0) this.ranks.apply(run, figures);
  }

  private explain(run: Run, known: number, networkBits: number): string {
    const whose = networkBits === 0 ? 'everybody' : run.subnetText(networkBits, networkBits);
    if (known === 0) return `${this.feed}: no figure for ${whose} is known: the candidates stay as they are`;
    return `${this.feed} of ${whose}: ${this.ranks.explain(run, this.figures)}`;
  }
}
