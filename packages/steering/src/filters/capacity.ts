import { type Compilation, type Filter, type FilterKind, readPool } from '../filter.ts';
import type { Reading } from '../reading.ts';
import { hashId, rendezvousDraw, writeCost } from '../rendezvous.ts';
import type { Run } from '../run.ts';
import { BY_CHANCE, explainRendezvous, readClient, readFlag, readingsOf, refusePrefixes, type StickyKey } from '../sticky-key.ts';
import type { Value } from '../value.ts';

/** Of all traffic of the policy, in one unit for all pools: percent, queries, or what their machines are worth. */
export interface PoolCapacity {
  /** What it is meant to get. */
  share: number;
  /** What it can take; at least its share. */
  limit: number;
}

export interface CapacityParameters {
  pools: Readonly<Record<string, PoolCapacity>>;
  /** The same client subnet meets the same pool for as long as the same pools are there; otherwise every decision draws anew. */
  sticky?: boolean;
  /** Bits of an IPv4 client that count for `sticky`: 1-32, 24 when left out. */
  ipv4Prefix?: number;
  /** Bits of an IPv6 client that count for `sticky`: 1-128, 56 when left out. */
  ipv6Prefix?: number;
}

/**
 * Gives each pool its share of the clients. The share of a pool without candidates spills over to the others in proportion to the room that they have, so that none goes
 * over its limit as long as all limits together suffice; else all go over in proportion to their limits. The chosen pool comes first, the others behind it.
 */
export const capacity: FilterKind<'capacity', CapacityParameters> = {
  name: 'capacity',
  compile(parameters, compilation) {
    parameters.keys(['pools', 'sticky', 'ipv4Prefix', 'ipv6Prefix']);
    const by = readFlag(parameters.at('sticky')) ? readClient(parameters) : BY_CHANCE;
    if (by === BY_CHANCE) refusePrefixes(parameters, 'no prefix without sticky: true');
    return new Capacity(readCapacities(parameters.at('pools'), compilation), by, compilation);
  },
};

function readCapacities(value: Value, compilation: Compilation): { shares: Float64Array; limits: Float64Array } {
  const count = compilation.pools.length;
  const [shares, limits] = [new Float64Array(count), new Float64Array(count)];
  if (value.isAbsent || value.keys().length === 0) throw value.error('ERR_STEERING_EMPTY', 'a share and a limit by pool');
  for (const name of value.keys()) {
    const own = value.at(name);
    const pool = readPool(own, compilation, name);
    own.keys(['share', 'limit']);
    shares[pool] = own.at('share').number(0, 1e12, 'a share of 0 or more');
    limits[pool] = own.at('limit').number(0, 1e12, 'a limit of 0 or more');
    if (limits[pool]! < shares[pool]!) throw own.at('limit').error('ERR_STEERING_RANGE', `at least the share, which is ${shares[pool]}`);
  }
  if (shares.every((share) => share === 0)) throw value.error('ERR_STEERING_RANGE', 'a share above 0');
  return { shares, limits };
}

class Capacity implements Filter {
  readonly name = 'capacity';
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads: readonly Reading[];
  private readonly shares: Float64Array;
  private readonly limits: Float64Array;
  private readonly total: number;
  private readonly by: StickyKey | typeof BY_CHANCE;
  private readonly nameHashes: Int32Array;
  /** By pool: what it gets as things stand. */
  private readonly loads: Float64Array;
  private readonly costs: Float64Array;
  private readonly rankOf: Int32Array;

  constructor(
    { shares, limits }: { shares: Float64Array; limits: Float64Array },
    by: StickyKey | typeof BY_CHANCE,
    { roster }: Compilation,
  ) {
    this.shares = shares;
    this.limits = limits;
    this.total = shares.reduce((sum, share) => sum + share, 0);
    this.by = by;
    this.reads = readingsOf(by);
    this.nameHashes = Int32Array.from(roster.poolNames, hashId);
    this.loads = new Float64Array(shares.length);
    this.costs = new Float64Array(shares.length);
    this.rankOf = new Int32Array(shares.length);
  }

  apply(run: Run): void {
    const { candidates } = run;
    // What any pool gets hangs on who else is there.
    run.poolsDepend = true;
    const over = this.spread(candidates.sizes);
    if (over < 0) {
      if (run.recorder !== undefined) run.reason = 'no pool with a share has a candidate: the candidates stay as they are';
      return;
    }
    const hash = this.by === BY_CHANCE || candidates.onlyPool() >= 0 ? Number.NaN : this.by.hash(run);
    const chosen = candidates.onlyPool() >= 0 ? candidates.onlyPool() : Number.isNaN(hash) ? this.pickByChance(run) : this.pickByHash(hash);
    if (run.recorder !== undefined) run.reason = this.explain(run, hash, chosen, over);
    for (let pool = 0; pool < this.rankOf.length; pool++) this.rankOf[pool] = pool === chosen ? 0 : 1;
    candidates.retierByPool(this.rankOf, 2);
  }

  /** Fills `loads`. @returns by how much all limits together are exceeded; 0: not; -1: nobody takes anything. */
  private spread(sizes: Int32Array): number {
    const { limits, loads, shares, total } = this;
    let kept = 0;
    let room = 0;
    let limit = 0;
    for (let pool = 0; pool < loads.length; pool++) {
      loads[pool] = 0;
      if (sizes[pool] === 0) continue;
      kept += shares[pool]!;
      room += limits[pool]! - shares[pool]!;
      limit += limits[pool]!;
    }
    if (limit === 0) return -1;
    const spilled = total - kept;
    for (let pool = 0; pool < loads.length; pool++) {
      if (sizes[pool] === 0) continue;
      if (spilled > room) loads[pool] = (total * limits[pool]!) / limit;
      else loads[pool] = shares[pool]! + (room === 0 ? 0 : (spilled * (limits[pool]! - shares[pool]!)) / room);
    }
    return spilled > room ? spilled - room : 0;
  }

  private pickByChance(run: Run): number {
    let left = ((run.random() >>> 0) / DRAWS) * this.total;
    let last = 0;
    for (let pool = 0; pool < this.loads.length; pool++) {
      if (this.loads[pool] === 0) continue;
      last = pool;
      left -= this.loads[pool]!;
      if (left < 0) break;
    }
    return last;
  }

  private pickByHash(hash: number): number {
    const { costs } = this;
    let best = -1;
    for (let pool = 0; pool < this.loads.length; pool++) {
      if (this.loads[pool] === 0) continue;
      writeCost(costs, pool, rendezvousDraw(hash, this.nameHashes[pool]!), this.loads, pool);
      if (best < 0 || costs[pool]! < costs[best]!) best = pool;
    }
    return best;
  }

  private explain(run: Run, hash: number, chosen: number, over: number): string {
    const { candidates, roster } = run;
    const parts: string[] = [];
    for (let pool = 0; pool < this.loads.length; pool++) {
      const [share, load] = [this.shares[pool]!, this.loads[pool]!];
      const spill = load > share ? ` (${round(share)} and ${round(load - share)} of what is gone)` : '';
      if (candidates.sizes[pool] !== 0)
        parts.push(`${roster.poolNames[pool]} gets ${round(load)}${spill} of at most ${round(this.limits[pool]!)}`);
    }
    const beyond = over > 0 ? `; all together are over their limits by ${round(over)}` : '';
    const key = this.by !== BY_CHANCE && candidates.onlyPool() < 0 ? ` for ${explainRendezvous(this.by, run, hash)}` : '';
    return `${parts.join(', ')}${beyond} -> ${roster.poolNames[chosen]}${key}`;
  }
}

const DRAWS = 4294967296;

function round(load: number): number {
  return Math.round(load * 100) / 100;
}
