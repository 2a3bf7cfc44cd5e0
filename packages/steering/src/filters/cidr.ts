import { type Filter, type FilterKind, readPools } from '../filter.ts';
import type { NetworkMap } from '../network-map.ts';
import { readNetworks } from '../network-parameters.ts';
import { NO_VALUE } from '../network-runs.ts';
import type { NetworkTable } from '../network-table.ts';
import type { Reading } from '../reading.ts';
import type { Run } from '../run.ts';
import { explainTargets, type Tried } from '../target-reason.ts';
import type { Value } from '../value.ts';

export interface CidrParameters {
  /** Pools by network: '192.0.2.0/24', '2001:db8::/32'; or a file of them, as `readNetworkTable` read it. */
  networks: Readonly<Record<string, readonly string[]>> | NetworkTable;
  default?: readonly string[];
}

/** Sends clients to pools by the longest network that they are in, else by default; when its pools have no candidate, the candidates stay. */
export const cidr: FilterKind<'cidr', CidrParameters> = {
  name: 'cidr',
  compile(parameters, compilation) {
    parameters.keys(['networks', 'default']);
    const readOwn = (value: Value) => readPools(value, compilation);
    const { map, values: lists } = readNetworks(parameters.at('networks'), 'pools by network', readOwn, (pools) => pools.join());
    const fallback = parameters.at('default');
    if (!fallback.isAbsent) lists[NO_VALUE] = readPools(fallback, compilation);
    return new Cidr(map, lists, compilation.pools.length);
  },
};

class Cidr implements Filter {
  readonly name = 'cidr';
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads: readonly Reading[] = ['subnet'];
  private readonly map: NetworkMap;
  private readonly lists: readonly (Int32Array | undefined)[];
  private readonly rankOf: Int32Array;

  constructor(map: NetworkMap, lists: readonly (Int32Array | undefined)[], poolCount: number) {
    this.map = map;
    this.lists = lists;
    this.rankOf = new Int32Array(poolCount);
  }

  apply(run: Run): void {
    const { candidates } = run;
    if (run.isDecided('network')) return;
    const value = run.network(this.map);
    const own = this.lists[value];
    const fallback = this.lists[NO_VALUE];
    const chosen = hasCandidates(own, candidates.sizes) ? own : hasCandidates(fallback, candidates.sizes) ? fallback : undefined;
    if (run.recorder !== undefined) run.reason = this.explain(run, value, chosen);
    // Which list it is hangs on the health of what the lists name.
    run.isTargeted = true;
    run.poolsDepend = true;
    if (chosen === undefined) return;
    for (let pool = 0; pool < this.rankOf.length; pool++) this.rankOf[pool] = -1;
    for (let rank = 0; rank < chosen.length; rank++) this.rankOf[chosen[rank]!] = rank;
    candidates.retierByPool(this.rankOf, chosen.length);
  }

  private explain(run: Run, value: number, chosen: Int32Array | undefined): string {
    const isListed = value !== NO_VALUE;
    const client = `${run.networkText(this.map)}${isListed ? '' : ' is in no network'}`;
    const tried: Tried[] = [['default', this.lists[NO_VALUE]]];
    if (isListed) tried.unshift(['its list', this.lists[value]]);
    return explainTargets(run, client, tried, chosen, '');
  }
}

function hasCandidates(pools: Int32Array | undefined, sizes: Int32Array): boolean {
  if (pools === undefined) return false;
  for (let i = 0; i < pools.length; i++) if (sizes[pools[i]!] !== 0) return true;
  return false;
}
