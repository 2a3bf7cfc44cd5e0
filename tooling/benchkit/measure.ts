export type Candidate = () => unknown;

export interface MeasureOptions {
  /** Rounds after the warm-up; in each, every candidate runs once. */
  readonly rounds?: number;
  /** How long one candidate runs in a round, in milliseconds. */
  readonly roundMs?: number;
  /** Monotonic clock in milliseconds; handed in by tests. */
  readonly now?: () => number;
}

export interface Measured {
  readonly name: string;
  /** Median over the rounds. */
  readonly nanosecondsPerCall: number;
  /** Median over the rounds of (this candidate / the first one), both of the same round: what else the machine did cancels out. */
  readonly ratio: number;
  /** The middle half of those ratios. */
  readonly ratioQuartiles: readonly [low: number, high: number];
}

// Written to, so that no engine may leave a call out because nobody looks at its result.
const sink: { last?: unknown } = {};

/**
 * Measures candidates interleaved: round by round, each for the same time, starting with another one every round, so that frequency changes, garbage
 * collection and other processes meet all of them alike.
 *
 * @param candidates - by name; the first is what the ratios refer to. Synchronous functions without arguments.
 */
export function measure(candidates: Readonly<Record<string, Candidate>>, options: MeasureOptions = {}): Measured[] {
  const { rounds = 15, roundMs = 20, now = () => performance.now() } = options;
  const entries = Object.entries(candidates).map(([name, candidate]) => ({
    name,
    candidate,
    calls: callsFor(candidate, roundMs, now),
    rounds: [] as number[],
  }));
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[(round + i) % entries.length]!;
      entry.rounds.push(time(entry.candidate, entry.calls, now) / entry.calls);
    }
  }
  const base = entries[0]?.rounds ?? [];
  return entries.map((entry) => {
    const ratios = entry.rounds.map((milliseconds, round) => milliseconds / base[round]!);
    return {
      name: entry.name,
      nanosecondsPerCall: quantile(entry.rounds, 0.5) * 1e6,
      ratio: quantile(ratios, 0.5),
      ratioQuartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    };
  });
}

function time(candidate: Candidate, calls: number, now: () => number): number {
  const before = now();
  for (let i = 0; i < calls; i++) sink.last = candidate();
  return now() - before;
}

/** Warms the candidate up and finds how many calls fill `roundMs`. */
function callsFor(candidate: Candidate, roundMs: number, now: () => number): number {
  let calls = 1;
  for (;;) {
    const took = time(candidate, calls, now);
    if (took >= roundMs / 2) return Math.max(1, Math.round((calls * roundMs) / took));
    calls *= 2;
  }
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  return low + ((sorted[Math.ceil(at)] ?? low) - low) * (at - Math.floor(at));
}

/** The measurements as aligned text. */
export function table(rows: readonly Measured[]): string {
  const width = Math.max(...rows.map((row) => row.name.length), 4);
  const head = `${''.padEnd(width)} ${'ns/call'.padStart(12)} ${'ratio'.padStart(8)}  middle half of the ratios`;
  const lines = rows.map((row) => {
    const [low, high] = row.ratioQuartiles;
    return `${row.name.padEnd(width)} ${row.nanosecondsPerCall.toFixed(1).padStart(12)} ${row.ratio.toFixed(2).padStart(8)}  ${low.toFixed(2)}-${high.toFixed(2)}`;
  });
  return [head, ...lines].join('\n');
}
