import { parseClientSubnet } from '../client.ts';
import { SteeringError } from '../errors.ts';
import { type Compilation, type Filter, type FilterKind, readPools } from '../filter.ts';
import { MOST_VALUES, type NetworkEntry, NetworkMap } from '../network-map.ts';
import { NO_VALUE } from '../network-runs.ts';
import { EXPECTED_NETWORK, type NetworkTable } from '../network-table.ts';
import type { Reading } from '../reading.ts';
import type { Run } from '../run.ts';
import { explainTargets, type Tried } from '../target-reason.ts';
import { Value } from '../value.ts';

export interface CidrParameters {
  /** Pools by network: '192.0.2.0/24', '2001:db8::/32'; or a file of them, as `readNetworkTable` read it. */
  networks: Readonly<Record<string, readonly string[]>> | NetworkTable;
  default?: readonly string[];
}

/** By value of the map. */
type Lists = (Int32Array | undefined)[];

/** Sends clients to pools by the longest network that they are in, else by default; when its pools have no candidate, the candidates stay. */
export const cidr: FilterKind<'cidr', CidrParameters> = {
  name: 'cidr',
  compile(parameters, compilation) {
    parameters.keys(['networks', 'default']);
    const networks = parameters.at('networks');
    const isTable = (networks.found as Partial<NetworkTable> | undefined)?.runs4?.runs instanceof Uint32Array;
    const { map, lists } = isTable ? ofTable(networks, compilation) : ofRecord(networks, compilation);
    const fallback = parameters.at('default');
    if (!fallback.isAbsent) lists[NO_VALUE] = readPools(fallback, compilation);
    return new Cidr(map, lists, compilation.pools.length);
  },
};

function ofRecord(networks: Value, compilation: Compilation): { map: NetworkMap; lists: Lists } {
  if (networks.isAbsent || networks.keys().length === 0) throw networks.error('ERR_STEERING_EMPTY', 'pools by network');
  const entries: NetworkEntry[] = [];
  const lists: Lists = [undefined];
  // Equal lists are one, so that neighbours of one list are one network.
  const byText = new Map<string, number>();
  for (const key of networks.keys()) {
    const pools = readPools(networks.at(key), compilation);
    let value = byText.get(pools.join());
    if (value === undefined) byText.set(pools.join(), (value = lists.push(pools) - 1));
    if (value > MOST_VALUES) throw networks.error('ERR_STEERING_RANGE', `at most ${MOST_VALUES} different lists of pools`);
    entries.push(readNetwork(networks, key, value));
  }
  return { map: NetworkMap.of(entries), lists };
}

function ofTable(networks: Value, compilation: Compilation): { map: NetworkMap; lists: Lists } {
  const { file, lines, lists, runs4, runs6 } = networks.found as NetworkTable;
  const known = lists.map((pools, i) => {
    const owner = { kind: 'argument', name: `${file}, line ${lines[i]}` } as const;
    return readPools(new Value(pools, [], owner), compilation);
  });
  return { map: new NetworkMap(runs4, runs6), lists: [undefined, ...known] };
}

function readNetwork(networks: Value, key: string, value: number): NetworkEntry {
  const fail = () => networks.keyError(key, 'ERR_STEERING_ADDRESS', EXPECTED_NETWORK);
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
