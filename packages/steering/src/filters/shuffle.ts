import type { FilterKind } from '../filter.ts';
import { BY_CHANCE } from '../sticky-key.ts';
import { Weighted } from './weighted.ts';

/** Permutes each tier at random, whatever the weights. */
export const shuffle: FilterKind<'shuffle', Record<string, never> | null> = {
  name: 'shuffle',
  compile(parameters, { roster, nextLimit }) {
    if (!parameters.isAbsent) parameters.keys([]);
    return new Weighted('shuffle', roster, nextLimit, BY_CHANCE);
  },
};
