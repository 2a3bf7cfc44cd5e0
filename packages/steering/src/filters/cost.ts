import type { FilterKind } from '../filter.ts';
import { type PoolNumbers, readRanking } from '../ranking.ts';

/** Tiers by what it costs to serve from a pool, the cheapest first. */
export const cost: FilterKind<'cost', PoolNumbers> = {
  name: 'cost',
  compile: (parameters, compilation) => readRanking('cost', parameters, compilation, 'the cost'),
};
