// Rounds: every server gets its turn in each, in another order, so that what else the machine does meets all of them alike.

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

function* turns(entries, rounds) {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < entries.length; i++) yield entries[(i + round) % entries.length];
  }
}

/** @returns entries of servers that are on this machine and wanted; tells of the others once. */
function present(context, entries) {
  return entries.filter(({ server }) => context.isThere(server));
}

/**
 * All servers run at the same time, and are measured one after the other, behind one turn that does not count.
 *
 * @param entries - `{ server, zones, name, ...more }`: a startable server, what it serves, and what measure() wants to know.
 * @returns samples by the server's name: what measure(running, entry) said in each round.
 */
export async function together(context, entries, measure) {
  const running = [];
  try {
    for (const entry of present(context, entries)) {
      try {
        running.push({ entry, server: await entry.server.start({ directory: context.directory, ...entry }), samples: [] });
      } catch (error) {
        context.leaveOut(entry.server.name, error);
      }
    }
    // What is compiled while it runs is measured when that is over.
    for (const { server, entry } of running) await measure(server, entry);
    for (const { server, entry, samples } of turns(running, context.rounds)) samples.push(await measure(server, entry));
  } finally {
    await Promise.all(running.map(({ server }) => server.stop()));
  }
  return new Map(running.map(({ entry, samples }) => [entry.server.name, samples]));
}

/** Each server runs alone, and anew in every round. As together(). */
export async function alone(context, entries, measure) {
  const samples = new Map();
  const failed = new Set();
  for (const entry of turns(present(context, entries), context.rounds)) {
    if (failed.has(entry)) continue;
    let server;
    try {
      server = await entry.server.start({ directory: context.directory, ...entry });
      const sample = await measure(server, entry);
      samples.set(entry.server.name, [...(samples.get(entry.server.name) ?? []), sample]);
    } catch (error) {
      failed.add(entry);
      context.leaveOut(entry.server.name, error);
    } finally {
      await server?.stop();
    }
  }
  return samples;
}

/** Median over the rounds of one figure; undefined when the server was not measured. */
export function figureOf(samples, name, key) {
  const values = samples.get(name)?.map((sample) => sample[key]);
  return values?.length > 0 ? median(values) : undefined;
}

/** Median over the rounds of `key` of one server by that of another in the same round. */
export function ratioOf(samples, name, base, key) {
  const [ours, theirs] = [samples.get(name), samples.get(base)];
  if (!(ours?.length > 0) || ours.length !== theirs?.length) return undefined;
  return median(ours.map((sample, round) => sample[key] / theirs[round][key]));
}

/**
 * A goal: `figure` is undefined where a program was missing. `mark` says where the plot shows it: at the bar of `server`, `limit` times what
 * `base` has, or at `limit` itself.
 */
export const atMost = (label, limit, unit, figure, mark) => ({
  label,
  limit,
  unit,
  figure,
  isMet: figure === undefined ? undefined : figure <= limit,
  mark,
});

/** Rows of a table: medians of every number of the samples. `base`: whose `key` the column `ratio` refers to. */
export function rowsOf(samples, { base, key }) {
  const rows = [...samples].map(([server, rounds]) => {
    const numbers = Object.keys(rounds[0]).filter((name) => typeof rounds[0][name] === 'number');
    const figures = Object.fromEntries(numbers.map((name) => [name, figureOf(samples, server, name)]));
    const spread = rounds.map((sample) => sample[key]);
    return { server, ...figures, low: Math.min(...spread), high: Math.max(...spread), ratio: ratioOf(samples, server, base, key) };
  });
  return rows.sort((a, b) => a[key] - b[key]);
}
