import { type Compilation, type Filter, readPool } from './filter.ts';
import type { Run } from './run.ts';
import type { Value } from './value.ts';

/** Numbers by pool, for a filter that makes tiers of them: the lowest number first. */
export type PoolNumbers = Readonly<Record<string, number>>;

/** @param of - what the numbers are, for who is told what was expected. */
export function readRanking(name: string, parameters: Value, compilation: Compilation, of: string): Ranking {
  if (parameters.isAbsent || parameters.keys().length === 0) throw parameters.error('ERR_STEERING_EMPTY', `${of} by pool`);
  const numbers = new Float64Array(compilation.pools.length).fill(Number.NaN);
  for (const key of parameters.keys()) {
    const value = parameters.at(key);
    const pool = readPool(value, compilation, key);
    numbers[pool] = value.number(-1e9, 1e9, `${of}: a number`);
  }
  return new Ranking(name, numbers);
}

/** Tiers by the numbers of pools, lowest first; equal numbers share a tier. Earlier tiers are forgotten; a pool without a number comes last. */
export class Ranking implements Filter {
  readonly name: string;
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads = [];
  /** By pool; NaN: it has none. */
  private readonly numbers: Float64Array;
  private readonly rankOf: Int32Array;
  private readonly ranks: number;

  constructor(name: string, numbers: Float64Array) {
    const given = [...new Set(numbers.filter((number) => !Number.isNaN(number)))].sort((a, b) => a - b);
    this.name = name;
    this.numbers = numbers;
    this.rankOf = Int32Array.from(numbers, (number) => (Number.isNaN(number) ? given.length : given.indexOf(number)));
    this.ranks = given.length + (numbers.some(Number.isNaN) ? 1 : 0);
  }

  apply(run: Run): void {
    if (run.recorder !== undefined) run.reason = this.explain(run);
    run.candidates.retierByPool(this.rankOf, this.ranks);
  }

  private explain({ candidates, roster }: Run): string {
    const tiers: string[] = [];
    for (let rank = 0; rank < this.ranks; rank++) {
      const pools = Array.from(this.rankOf.keys()).filter((pool) => this.rankOf[pool] === rank && (candidates.sizes[pool] ?? 0) !== 0);
      if (pools.length === 0) continue;
      const number = this.numbers[pools[0]!]!;
      tiers.push(
        `${Number.isNaN(number) ? `without ${this.name}` : `${this.name} ${number}`}: ${pools.map((pool) => roster.poolNames[pool]).join(', ')}`,
      );
    }
    return tiers.join('; ');
  }
}
