import { parseClientSubnet } from '../client.ts';
import { SteeringError } from '../errors.ts';
import { type Filter, type FilterKind, readPools } from '../filter.ts';
import { MOST_VALUES, type NetworkEntry, NetworkMap, NO_VALUE } from '../network-map.ts';
import type { Reading } from '../reading.ts';
import type { Run } from '../run.ts';
import { explainTargets, type Tried } from '../target-reason.ts';
import type { Value } from '../value.ts';

export interface CidrParameters {
  /** Pools by network: '192.0.2.0/24', '2001:db8::/32'. */
  networks: Readonly<Record<string, readonly string[]>>;
  default?: readonly string[];
}

/** Sends clients to pools by the longest network that they are in, else by default; when its pools have no candidate, the candidates stay. */
export const cidr: FilterKind<'cidr', CidrParameters> = {
  name: 'cidr',
  compile(parameters, compilation) {
    parameters.keys(['networks', 'default']);
    const networks = parameters.at('networks');
    if (networks.isAbsent || networks.keys().length === 0) throw networks.error('ERR_STEERING_EMPTY', 'pools by network');
    const entries: NetworkEntry[] = [];
    /** By value; equal lists are one, so that neighbours of one list are one network. */
    const lists: (Int32Array | undefined)[] = [undefined];
    const byText = new Map<string, number>();
    for (const key of networks.keys()) {
      const pools = readPools(networks.at(key), compilation);
      let value = byText.get(pools.join());
      if (value === undefined) byText.set(pools.join(), (value = lists.push(pools) - 1));
      if (value > MOST_VALUES) throw networks.error('ERR_STEERING_RANGE', `at most ${MOST_VALUES} different lists of pools`);
      entries.push(readNetwork(networks, key, value));
    }
    const fallback = parameters.at('default');
    if (!fallback.isAbsent) lists[NO_VALUE] = readPools(fallback, compilation);
    return new Cidr(new NetworkMap(entries), lists, compilation.pools.length);
  },
};

function readNetwork(networks: Value, key: string, value: number): NetworkEntry {
  const expected = 'a network such as 192.0.2.0/24 or 2001:db8::/32, with no bit set behind its prefix';
  const fail = () => networks.keyError(key, 'ERR_STEERING_ADDRESS', expected);
  if (!key.includes('/')) throw fail();
  try {
    const { address, family, prefixLength } = parseClientSubnet(key);
    const octets = address.slice(0, family === 4 ? 4 : 16);
    const whole = parseClientSubnet(key.slice(0, key.indexOf('/'))).address;
    if (octets.some((octet, i) => octet !== whole[i])) throw fail();
    return { octets, prefixLength, value };
  } catch (error) {
    throw error instanceof SteeringError && error.code === 'ERR_STEERING_CLIENT' ? fail() : error;
  }
}

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
