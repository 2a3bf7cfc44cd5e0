import { ZoneBuildError } from 'dnsteer';
import pc from 'picocolors';
import { ConfigError, formatProblem } from '../config/problem.ts';

/** What went wrong, as lines for people: places first, no stack. */
export function failureLines(error: unknown): string[] {
  if (error instanceof ConfigError) return error.problems.map(formatProblem);
  if (error instanceof ZoneBuildError && error.problems.length > 0)
    return error.problems.map((problem) => formatProblem({ ...problem, where: '' }));
  return [String((error as Error)?.message ?? error)];
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
