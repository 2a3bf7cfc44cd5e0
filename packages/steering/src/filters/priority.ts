import type { FilterKind } from '../filter.ts';
import { type PoolNumbers, readRanking } from '../ranking.ts';

/** Tiers by priority, the lowest number first (as NS1's): with `first`, failover from pool to pool. */
export const priority: FilterKind<'priority', PoolNumbers> = {
  name: 'priority',
  compile: (parameters, compilation) => readRanking('priority', parameters, compilation, 'the priority'),
};
