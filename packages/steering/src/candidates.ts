/** From here on set() is faster than a loop, and counts are kept. */
const LONG = 100;

/**
 * Candidates as a sequence of tiers, best first: endpoint indexes in one array, tier ends in another. No tier is ever empty,
 * and all candidates of a pool stand in one tier.
 * Allocated once per policy; every method works in place.
 */
export class Candidates {
  /** The first `count` are candidates. */
  endpoints: Int32Array;
  count = 0;
  /** `tierEnds[t]` is one past the last candidate of tier t; the first `tierCount` count. */
  readonly tierEnds: Int32Array;
  tierCount = 0;
  /** How many candidates each pool has. */
  readonly sizes: Int32Array;
  private spare: Int32Array;
  private readonly poolOf: Int32Array;
  private readonly starts: Int32Array;
  private readonly known = new Map<Int32Array, Int32Array>();

  /** @param poolOf - pool index by endpoint index. */
  constructor(poolOf: Int32Array, poolCount: number) {
    this.poolOf = poolOf;
    this.endpoints = new Int32Array(poolOf.length);
    this.spare = new Int32Array(poolOf.length);
    this.tierEnds = new Int32Array(poolOf.length + 1);
    this.sizes = new Int32Array(poolCount);
    this.starts = new Int32Array(poolCount + 1);
  }

  /** One tier of all of `members`: one of a few lists that the policy has, and never changes. */
  load(members: Int32Array): void {
    const { endpoints, poolOf, sizes } = this;
    // A loop is faster than fill() and set() for arrays as short as these mostly are; so it is in the filters.
    for (let pool = 0; pool < sizes.length; pool++) sizes[pool] = 0;
    if (members.length > LONG) {
      endpoints.set(members);
      sizes.set(this.sizesOf(members));
    } else {
      for (let i = 0; i < members.length; i++) {
        const endpoint = members[i]!;
        endpoints[i] = endpoint;
        sizes[poolOf[endpoint]!]!++;
      }
    }
    this.count = members.length;
    this.tierEnds[0] = members.length;
    this.tierCount = members.length === 0 ? 0 : 1;
  }

  /** How many of `members`, which never change, each pool has. */
  private sizesOf(members: Int32Array): Int32Array {
    let sizes = this.known.get(members);
    if (sizes === undefined) {
      sizes = new Int32Array(this.sizes.length);
      for (let i = 0; i < members.length; i++) sizes[this.poolOf[members[i]!]!]!++;
      this.known.set(members, sizes);
    }
    return sizes;
  }

  tierStart(tier: number): number {
    return tier === 0 ? 0 : this.tierEnds[tier - 1]!;
  }

  /** The only pool that has candidates, or -1 when there are several (or none). */
  onlyPool(): number {
    if (this.count === 0) return -1;
    const pool = this.poolOf[this.endpoints[0]!]!;
    return this.sizes[pool] === this.count ? pool : -1;
  }

  /** Drops those whose flag is 0; order and tiers of the others stay. `flags` by endpoint index. */
  keepFlagged(flags: Uint8Array): void {
    const { endpoints, poolOf, sizes, tierEnds } = this;
    let kept = 0;
    let tiers = 0;
    let at = 0;
    for (let tier = 0; tier < this.tierCount; tier++) {
      const before = kept;
      for (const end = tierEnds[tier]!; at < end; at++) {
        const endpoint = endpoints[at]!;
        if (flags[endpoint] !== 0) endpoints[kept++] = endpoint;
        else sizes[poolOf[endpoint]!]!--;
      }
      if (kept > before) tierEnds[tiers++] = kept;
    }
    this.count = kept;
    this.tierCount = tiers;
  }

  /**
   * Forgets the tiers and makes new ones of whole pools; order within a pool stays.
   *
   * @param rankOf - tier by pool index, 0 to `ranks` - 1; a negative rank drops the pool. Pools without candidates may hold anything.
   */
  retierByPool(rankOf: Int32Array, ranks: number): void {
    const { endpoints, poolOf, sizes, spare, starts, tierEnds } = this;
    for (let rank = 0; rank <= ranks; rank++) starts[rank] = 0;
    for (let pool = 0; pool < sizes.length; pool++) {
      if (sizes[pool] === 0) continue;
      const rank = rankOf[pool]!;
      if (rank >= 0) starts[rank + 1]! += sizes[pool]!;
      else sizes[pool] = 0;
    }
    let tiers = 0;
    for (let rank = 0; rank < ranks; rank++) {
      const size = starts[rank + 1]!;
      starts[rank + 1] = starts[rank]! + size;
      if (size > 0) tierEnds[tiers++] = starts[rank + 1]!;
    }
    const kept = starts[ranks]!;
    // Mostly those of a pool stand side by side: what is known of it is read once.
    let pool = -1;
    let rank = -1;
    let at = 0;
    for (let i = 0; i < this.count; i++) {
      const endpoint = endpoints[i]!;
      if (poolOf[endpoint]! !== pool) {
        if (rank >= 0) starts[rank] = at;
        pool = poolOf[endpoint]!;
        rank = rankOf[pool]!;
        if (rank >= 0) at = starts[rank]!;
      }
      if (rank >= 0) spare[at++] = endpoint;
    }
    this.endpoints = spare;
    this.spare = endpoints;
    this.count = kept;
    this.tierCount = tiers;
  }

  /** Keeps those of `tiers`, in their order; each of them a candidate, and none twice. Of a pool they may stand in several tiers, so who calls it lets no pool be released. */
  arrange(tiers: readonly (readonly number[])[]): void {
    const { poolOf, sizes } = this;
    for (let pool = 0; pool < sizes.length; pool++) sizes[pool] = 0;
    let count = 0;
    for (const [tier, endpoints] of tiers.entries()) {
      for (const endpoint of endpoints) {
        this.endpoints[count++] = endpoint;
        sizes[poolOf[endpoint]!]!++;
      }
      this.tierEnds[tier] = count;
    }
    this.count = count;
    this.tierCount = tiers.length;
  }

  /** Keeps the first `limit`. */
  truncate(limit: number): void {
    const { endpoints, poolOf, sizes, tierEnds } = this;
    if (limit >= this.count) return;
    if (this.count - limit < limit + sizes.length) for (let i = limit; i < this.count; i++) sizes[poolOf[endpoints[i]!]!]!--;
    else {
      // Few stay: they are sooner counted than those that go.
      for (let pool = 0; pool < sizes.length; pool++) sizes[pool] = 0;
      for (let i = 0; i < limit; i++) sizes[poolOf[endpoints[i]!]!]!++;
    }
    let tier = 0;
    while (tierEnds[tier]! < limit) tier++;
    tierEnds[tier] = limit;
    this.tierCount = tier + 1;
    this.count = limit;
  }

  swap(i: number, j: number): void {
    const endpoint = this.endpoints[i]!;
    this.endpoints[i] = this.endpoints[j]!;
    this.endpoints[j] = endpoint;
  }
}
