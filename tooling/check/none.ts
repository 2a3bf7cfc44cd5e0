/** Fails the test that calls it with `problems`, one a line, and without a stack: the place is in each line. */
export function none(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const error = new Error(problems.length === 1 ? problems[0] : `${problems.length} problems\n${problems.join('\n')}`);
  error.stack = '';
  throw error;
}
