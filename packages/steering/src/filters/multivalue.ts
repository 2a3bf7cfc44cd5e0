import type { Filter, FilterKind } from '../filter.ts';
import type { Run } from '../run.ts';
import { BY_CHANCE } from '../sticky-key.ts';
import { First } from './first.ts';
import { Weighted } from './weighted.ts';

/** How many. */
export type MultivalueParameters = number;

/** Takes n candidates, at random within each tier, from the top tiers (Route 53's multivalue answer has up to 8). */
export const multivalue: FilterKind<'multivalue', MultivalueParameters> = {
  name: 'multivalue',
  compile(parameters, { roster }) {
    const limit = parameters.integer(1, 65535, 'a whole number from 1');
    return new Multivalue(new Weighted('multivalue', roster, limit, BY_CHANCE), new First('multivalue', limit));
  },
};

class Multivalue implements Filter {
  readonly name = 'multivalue';
  readonly limit: number;
  readonly reads = ['random'] as const;
  private readonly order: Weighted;
  private readonly take: First;

  constructor(order: Weighted, take: First) {
    this.limit = take.limit;
    this.order = order;
    this.take = take;
  }

  apply(run: Run): void {
    this.order.apply(run);
    const drawn = run.reason;
    this.take.apply(run);
    if (run.recorder !== undefined) run.reason = `${drawn}; ${run.reason}`;
  }
}
