import { formatProblem, type Problem } from '../config/problem.ts';
import type { ConfigSource } from '../config/source.ts';

/** A value of the configuration, and what is wrong with it. */
export interface Misfit {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What packages refuse of a configuration, with its places in the file. */
export class ProblemList {
  readonly #source: ConfigSource;
  readonly #found = new Map<string, Problem>();

  constructor(source: ConfigSource) {
    this.#source = source;
  }

  get found(): Problem[] {
    return [...this.#found.values()];
  }

  add({ path, message }: Misfit): void {
    const problem = this.#source.problem(path, message);
    this.#found.set(formatProblem(problem), problem);
  }

  /**
   * What `make` makes; `undefined` when it threw what `misfitOf` knows.
   *
   * @throws what `misfitOf` doesn't know.
   */
  collect<T>(make: () => T, misfitOf: (error: unknown) => Misfit | undefined): T | undefined {
    try {
      return make();
    } catch (error) {
      const misfit = misfitOf(error);
      if (misfit === undefined) throw error;
      this.add(misfit);
      return undefined;
    }
  }
}
