import { type Filter, type FilterKind, readPools } from '../filter.ts';
import type { NetworkMap } from '../network-map.ts';
import { type NetworkParameters, readNetworks } from '../network-parameters.ts';
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
    const fallback = parameters.at('default');
    const elsewhere = fallback.isAbsent ? undefined : readPools(fallback, compilation);
    const networks = readNetworks(parameters.at('networks'), 'pools by network', readOwn, (pools) => pools.join(), elsewhere);
    return new Cidr(networks, compilation.pools.length);
  },
};

class Cidr implements Filter {
  readonly name = 'cidr';
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads: readonly Reading[] = ['subnet'];
  private readonly networks: NetworkParameters<Int32Array>;
  private readonly classes: NetworkMap;
  /** By class; at NO_VALUE the default. */
  private readonly lists: readonly (Int32Array | undefined)[];
  private readonly rankOf: Int32Array;

  constructor(networks: NetworkParameters<Int32Array>, poolCount: number) {
    this.networks = networks;
    this.classes = networks.classes;
    this.lists = networks.byClass;
    this.rankOf = new Int32Array(poolCount);
  }

  apply(run: Run): void {
    const { candidates } = run;
    if (run.isDecided('network')) return;
    const own = this.lists[run.network(this.classes)];
    const fallback = this.lists[NO_VALUE];
    const chosen = hasCandidates(own, candidates.sizes) ? own : hasCandidates(fallback, candidates.sizes) ? fallback : undefined;
    if (run.recorder !== undefined) run.reason = this.explain(run, chosen);
    // Which list it is hangs on the health of what the lists name.
    run.isTargeted = true;
    run.poolsDepend = true;
    if (chosen === undefined) return;
    for (let pool = 0; pool < this.rankOf.length; pool++) this.rankOf[pool] = -1;
    for (let rank = 0; rank < chosen.length; rank++) this.rankOf[chosen[rank]!] = rank;
    candidates.retierByPool(this.rankOf, chosen.length);
  }

  private explain(run: Run, chosen: Int32Array | undefined): string {
    const { map, values } = this.networks;
    const value = run.networkValue(map);
    const isListed = value !== NO_VALUE;
    const client = `${run.networkText(map)}${isListed ? '' : ' is in no network'}`;
    const tried: Tried[] = [['default', this.lists[NO_VALUE]]];
    if (isListed) tried.unshift(['its list', values[value]]);
    return explainTargets(run, client, tried, chosen, '');
  }
}

function hasCandidates(pools: Int32Array | undefined, sizes: Int32Array): boolean {
  if (pools === undefined) return false;
  for (let i = 0; i < pools.length; i++) if (sizes[pools[i]!] !== 0) return true;
  return false;
}
