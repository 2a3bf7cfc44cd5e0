import { ZoneError } from '@dnsteer/zone';
import { ZoneBuildError } from 'dnsteer';
import pc from 'picocolors';
import { ConfigError, formatProblem } from '../config/problem.ts';

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
  if (error instanceof ConfigError) return error.problems.map(formatProblem);
  if ((error instanceof ZoneBuildError || error instanceof ZoneError) && error.problems.length > 0)
    return error.problems.map((problem) => formatProblem({ ...problem, where: '' }));
  return String((error as Error)?.message ?? error).split('\n');
}

/** Runs a command; a failure is told on stderr and ends with exit code 1. */
export function reporting<Args extends unknown[]>(action: (...args: Args) => void | Promise<void>): (...args: Args) => Promise<void> {
  return async (...args) => {
    try {
      await action(...args);
    } catch (error) {
      for (const line of failureLines(error)) process.stderr.write(`${pc.red('error')}: ${line}\n`);
      process.exitCode = 1;
    }
  };
}
