import type { Filter } from './filter.ts';
import type { Run } from './run.ts';

/**
 * Applies the filters `from` to `to` - 1, one after the other, while there is a candidate; each is told to the recorder.
 *
 * @param within - the filter that they are in, for the recorder: `when/`.
 * @param place - of that filter in the policy's chain; -1: this is that chain.
 */
export function applyFilters(run: Run, filters: readonly Filter[], from: number, to: number, within = '', place = -1): void {
  const { candidates, recorder } = run;
  let before = recorder === undefined ? undefined : run.tiers();
  for (let i = from; i < to && candidates.count > 0; i++) {
    const filter = filters[i]!;
    run.filterName = filter.name;
    run.filterPlace = place < 0 ? i : place;
    filter.apply(run, within);
    if (recorder === undefined || before === undefined) continue;
    const after = run.tiersAfter(before);
    if (filter.isBranching !== true) recorder.step(`${within}${filter.name}`, before, after, run.reason);
    before = after;
  }
}
