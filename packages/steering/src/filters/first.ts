import type { Filter, FilterKind } from '../filter.ts';
import type { Run } from '../run.ts';

/** How many. */
export type FirstParameters = number;

/** Takes n candidates from the top tiers. */
export const first: FilterKind<'first', FirstParameters> = {
  name: 'first',
  compile(parameters) {
    return new First('first', parameters.integer(1, 65535, 'a whole number from 1'));
  },
};

/** Also of filters that order first. */
export class First implements Filter {
  readonly name: 'first' | 'multivalue';
  readonly limit: number;
  readonly reads = [];

  constructor(name: First['name'], limit: number) {
    this.name = name;
    this.limit = limit;
  }

  apply(run: Run): void {
    const { candidates } = run;
    if (run.recorder !== undefined) {
      run.reason =
        candidates.count > this.limit
          ? `takes ${this.limit} of ${candidates.count} candidates`
          : `takes all ${candidates.count} candidates, as they are no more than ${this.limit}`;
    }
    if (candidates.count > this.limit) {
      this.releaseLowerPools(run);
      candidates.truncate(this.limit);
    }
    // Even when all were taken: one more of any pool would have pushed out another.
    run.poolsDepend = true;
  }

  /** A pool that stands in a lower tier can't get into the answer by anything that happens to its own health. */
  private releaseLowerPools(run: Run): void {
    const { candidates, roster } = run;
    let tier = 0;
    while (candidates.tierEnds[tier]! < this.limit) tier++;
    const { count, endpoints } = candidates;
    const { poolOf } = roster;
    let last = -1;
    for (let i = candidates.tierEnds[tier]!; i < count; i++) {
      const pool = poolOf[endpoints[i]!]!;
      if (pool !== last) run.releaseHealth(pool);
      last = pool;
    }
  }
}
