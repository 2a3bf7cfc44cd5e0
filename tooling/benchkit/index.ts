import { test } from 'vitest';
import { type MeasureOptions, measure, table } from './measure.ts';

export { type Candidate, type Measured, type MeasureOptions, measure, table } from './measure.ts';

/**
 * For `bench/*.compare.ts` files (`pnpm bench`): measures the candidates side by side and prints their table. Asserts nothing: figures are for
 * reading, and a busy machine is no failure.
 */
export function sideBySide(name: string, candidates: Readonly<Record<string, () => unknown>>, options: MeasureOptions = {}): void {
  test(name, { timeout: 120_000 }, () => {
    console.log(`${name}\n${table(measure(candidates, options))}`);
  });
}
