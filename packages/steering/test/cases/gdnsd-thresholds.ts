import { type DecisionCase, down, pool, upTo } from './decision-case.ts';

// gdnsd-plugin-multifo(8), "UP THRESH": how many of how many must be up, by threshold. The columns are sets of 1 to 8, and of 16.
const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 16];
const NEEDED: Readonly<Record<string, readonly number[]>> = {
  '10%': [1, 1, 1, 1, 1, 1, 1, 1, 2],
  '20%': [1, 1, 1, 1, 1, 2, 2, 2, 4],
  '30%': [1, 1, 1, 2, 2, 2, 3, 3, 5],
  '40%': [1, 1, 2, 2, 2, 3, 3, 4, 7],
  '50%': [1, 1, 2, 2, 3, 3, 4, 4, 8],
  '60%': [1, 2, 2, 3, 3, 4, 5, 5, 10],
  '70%': [1, 2, 3, 3, 4, 5, 5, 6, 12],
  '80%': [1, 2, 3, 4, 4, 5, 6, 7, 13],
  '90%': [1, 2, 3, 4, 5, 6, 7, 8, 15],
};
const source = 'gdnsd-plugin-multifo(8), UP THRESH, intermediate value examples';

/** At the threshold those that are up are answered; with one fewer, all are. */
export const GDNSD_THRESHOLDS: readonly DecisionCase[] = Object.entries(NEEDED).flatMap(([share, row]) =>
  row.flatMap((needed, column): DecisionCase[] => {
    const total = SIZES[column]!;
    const pools = [pool('p', total, { minHealthy: share as `${number}%` })];
    const atThreshold: DecisionCase = {
      rule: `threshold ${share}: ${needed} of ${total} are enough`,
      source,
      pools,
      policy: { chain: ['up'] },
      circumstances: { health: down('p', total, total - needed) },
      expect: { endpoints: upTo('p', needed) },
    };
    const below: DecisionCase = {
      rule: `threshold ${share}: ${needed - 1} of ${total} are not, so all are answered`,
      source,
      pools,
      policy: { chain: ['up'] },
      circumstances: { health: down('p', total, total - needed + 1) },
      expect: { endpoints: upTo('p', total) },
    };
    // A threshold that one fails is the rule of the last line of the section: with none up, all are answered.
    return needed > 1 ? [atThreshold, below] : [atThreshold];
  }),
);
