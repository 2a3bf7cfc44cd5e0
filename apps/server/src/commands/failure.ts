import { formatProblem, type Problem } from '../config/problem.ts';
import { err } from './colors.ts';

/** Several things that went wrong. */
export class Failures extends Error {
  readonly errors: unknown[] = [];

  /** Goes on after what `work` throws. */
  async collect(work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.errors.push(error);
    }
  }
}

/** What went wrong, as lines for people: places first, no stack. */
export function failureLines(error: unknown): string[] {
  if (error instanceof Failures) return error.errors.flatMap(failureLines);
  // ConfigError, ZoneError, ZoneBuildError: told apart by nobody, and loaded by whoever throws them.
  const { problems, message } = error as Error & { problems?: readonly (Omit<Problem, 'where'> & { where?: string })[] };
  if (Array.isArray(problems) && problems.length > 0) return problems.map((problem) => formatProblem({ where: '', ...problem }));
  return String(message ?? error).split('\n');
}

/** Runs a command; a failure is told on stderr and ends with exit code 1. */
export function reporting<Args extends unknown[]>(action: (...args: Args) => void | Promise<void>): (...args: Args) => Promise<void> {
  return async (...args) => {
    try {
      await action(...args);
    } catch (error) {
      for (const line of failureLines(error)) process.stderr.write(`${err.red('error')}: ${line}\n`);
      process.exitCode = 1;
    }
  };
}
