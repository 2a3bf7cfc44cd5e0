import { expect, test } from 'vitest';
import { measure, table } from '../benchkit/index.ts';
import { formatRatios, ratiosOf } from '../benchkit/ratios.mjs';

/** A machine whose speed halves every now and then: `cost` in milliseconds per call, times the slowness of the moment. */
function machine() {
  let clock = 0;
  let calls = 0;
  return {
    now: () => clock,
    calls: () => calls,
    work: (cost: number) => () => {
      calls++;
      clock += cost * (1 + (Math.floor(clock / 1000) % 2));
    },
  };
}

test('the ratio is that of the same round, so that a slower machine for half of the rounds does not move it', () => {
  const { now, work } = machine();
  const [first, second] = measure({ a: work(0.01), b: work(0.03) }, { rounds: 101, roundMs: 20, now });
  expect(first).toMatchObject({ name: 'a', ratio: 1, ratioQuartiles: [1, 1] });
  expect(second!.ratio).toBeCloseTo(3, 1);
  expect(second!.nanosecondsPerCall / first!.nanosecondsPerCall).toBeGreaterThan(1.4);
});

test('nanoseconds are per call, whatever the number of calls in a round', () => {
  let clock = 0;
  const [only] = measure({ only: () => (clock += 0.5) }, { rounds: 3, roundMs: 20, now: () => clock });
  expect(only!.nanosecondsPerCall).toBeCloseTo(500_000);
});

test('every candidate is run in every round, for about the same time', () => {
  let clock = 0;
  const spent: Record<string, number> = { quick: 0, slow: 0 };
  const work = (name: string, cost: number) => () => {
    clock += cost;
    spent[name]! += cost;
  };
  measure({ quick: work('quick', 0.1), slow: work('slow', 7) }, { rounds: 40, roundMs: 20, now: () => clock });
  expect(spent['quick']! / spent['slow']!).toBeGreaterThan(0.8);
  expect(spent['quick']! / spent['slow']!).toBeLessThan(1.25);
});

test('the table shows name, nanoseconds and ratio', () => {
  const text = table([{ name: 'ours', nanosecondsPerCall: 120.44, ratio: 0.5, ratioQuartiles: [0.48, 0.53] }]);
  expect(text.split('\n')[1]).toMatch(/^ours +120\.4 +0\.50 {2}0\.48-0\.53$/);
});

test('two versions: only what both have, the ratio of the same round, and a star where all rounds agree', () => {
  const round = (ours: readonly [string, number][], theirs: readonly [string, number][]) => ({
    ours: new Map(ours),
    theirs: new Map(theirs),
  });
  const rows = ratiosOf([
    round(
      [
        ['parse', 50],
        ['write', 90],
        ['new', 1],
      ],
      [
        ['parse', 100],
        ['write', 100],
      ],
    ),
    round(
      [
        ['parse', 150],
        ['write', 220],
      ],
      [
        ['parse', 200],
        ['write', 200],
        ['old', 1],
      ],
    ),
  ]);
  expect(rows).toEqual([
    { name: 'parse', ours: 100, theirs: 150, ratio: 0.625, low: 0.5, high: 0.75 },
    expect.objectContaining({ name: 'write', ratio: 1, low: 0.9, high: 1.1 }),
  ]);
  const [, parse, write] = formatRatios(rows).split('\n');
  expect(parse).toMatch(/^parse +100 +150 +0\.6[23] {2}0\.50-0\.75 \*$/);
  expect(write).not.toContain('*');
});
