// Two versions, measured alternately.
import { median } from './peers/run.mjs';

/**
 * @param rounds - `{ ours, theirs }` each: nanoseconds by the name of a benchmark.
 * @returns for every benchmark that all rounds have of both: `{ name, ours, theirs, ratio, low, high }`. `ratio` is the median of ours by theirs
 * within a round, `low` and `high` the least and the greatest.
 */
export function ratiosOf(rounds) {
  const names = [...(rounds[0]?.ours.keys() ?? [])].filter((name) =>
    rounds.every(({ ours, theirs }) => ours.has(name) && theirs.has(name)),
  );
  return names.map((name) => {
    const ratios = rounds.map(({ ours, theirs }) => ours.get(name) / theirs.get(name));
    return {
      name,
      ours: median(rounds.map(({ ours }) => ours.get(name))),
      theirs: median(rounds.map(({ theirs }) => theirs.get(name))),
      ratio: median(ratios),
      low: Math.min(...ratios),
      high: Math.max(...ratios),
    };
  });
}

/** Aligned text; a star where all rounds agree on who is faster. */
export function formatRatios(rows) {
  if (rows.length === 0) return 'nothing that both versions measure';
  const width = Math.max(...rows.map(({ name }) => name.length));
  const head = `${''.padEnd(width)} ${'now ns'.padStart(14)} ${'before ns'.padStart(14)} ${'ratio'.padStart(7)}  least-most`;
  const lines = rows.map(({ name, ours, theirs, ratio, low, high }) => {
    const figures = `${ours.toFixed(0).padStart(14)} ${theirs.toFixed(0).padStart(14)} ${ratio.toFixed(2).padStart(7)}  ${low.toFixed(2)}-${high.toFixed(2)}`;
    return `${name.padEnd(width)} ${figures}${low > 1 || high < 1 ? ' *' : ''}`;
  });
  return [head, ...lines].join('\n');
}
