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
  private spare: Int32Array;
  private readonly poolOf: Int32Array;
  private readonly starts: Int32Array;

  /** @param poolOf - pool index by endpoint index. */
  constructor(poolOf: Int32Array, poolCount: number) {
    this.poolOf = poolOf;
    this.endpoints = new Int32Array(poolOf.length);
    this.spare = new Int32Array(poolOf.length);
    this.tierEnds = new Int32Array(poolOf.length + 1);
    this.starts = new Int32Array(poolCount + 1);
  }

  /** One tier of all of `members`. */
  load(members: Int32Array): void {
    for (let i = 0; i < members.length; i++) this.endpoints[i] = members[i]!;
    this.count = members.length;
    this.tierEnds[0] = members.length;
    this.tierCount = members.length === 0 ? 0 : 1;
  }

  tierStart(tier: number): number {
    return tier === 0 ? 0 : this.tierEnds[tier - 1]!;
  }

  /** The only pool that has candidates, or -1 when there are several (or none). */
  onlyPool(): number {
    if (this.count === 0) return -1;
    const pool = this.poolOf[this.endpoints[0]!]!;
    for (let i = 1; i < this.count; i++) if (this.poolOf[this.endpoints[i]!] !== pool) return -1;
    return pool;
  }

  /** Drops those whose flag is 0; order and tiers of the others stay. `flags` by endpoint index. */
  keepFlagged(flags: Uint8Array): void {
    let kept = 0;
    let tiers = 0;
    let at = 0;
    for (let tier = 0; tier < this.tierCount; tier++) {
      const before = kept;
      for (const end = this.tierEnds[tier]!; at < end; at++) {
        const endpoint = this.endpoints[at]!;
        if (flags[endpoint] !== 0) this.endpoints[kept++] = endpoint;
      }
      if (kept > before) this.tierEnds[tiers++] = kept;
    }
    this.count = kept;
    this.tierCount = tiers;
  }

  /**
   * Forgets the tiers and makes new ones of whole pools; order within a pool stays.
   *
   * @param rankOf - tier by pool index, 0 to `ranks` - 1; a negative rank drops the pool.
   */
  retierByPool(rankOf: Int32Array, ranks: number): void {
    const { endpoints, poolOf, starts, spare } = this;
    starts.fill(0, 0, ranks + 1);
    for (let i = 0; i < this.count; i++) {
      const rank = rankOf[poolOf[endpoints[i]!]!]!;
      if (rank >= 0) starts[rank + 1]!++;
    }
    let tiers = 0;
    for (let rank = 0; rank < ranks; rank++) {
      const size = starts[rank + 1]!;
      starts[rank + 1] = starts[rank]! + size;
      if (size > 0) this.tierEnds[tiers++] = starts[rank + 1]!;
    }
    const kept = starts[ranks]!;
    for (let i = 0; i < this.count; i++) {
      const endpoint = endpoints[i]!;
      const rank = rankOf[poolOf[endpoint]!]!;
      if (rank >= 0) spare[starts[rank]!++] = endpoint;
    }
    this.endpoints = spare;
    this.spare = endpoints;
    this.count = kept;
    this.tierCount = tiers;
  }

  /** Keeps the first `limit`. */
  truncate(limit: number): void {
    if (limit >= this.count) return;
    this.count = limit;
    let tier = 0;
    while (this.tierEnds[tier]! < limit) tier++;
    this.tierEnds[tier] = limit;
    this.tierCount = tier + 1;
  }

  swap(i: number, j: number): void {
    const endpoint = this.endpoints[i]!;
    this.endpoints[i] = this.endpoints[j]!;
    this.endpoints[j] = endpoint;
  }
}
