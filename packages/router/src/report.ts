/** Something the operator or the author of a handler should know. */
export interface Report {
  readonly code: string;
  /** One line. */
  readonly message: string;
  readonly error?: unknown;
}

export type Reporter = (report: Report) => void;

const LINES_PER_SECOND = 10;

/** Writes reports to stderr, at most ten a second: a flood of bad queries must not become a flood of lines. */
export function stderrReporter(write: (line: string) => void = (line) => void process.stderr.write(line)): Reporter {
  let second = 0;
  let lines = 0;
  return ({ code, message, error }) => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) {
      if (lines > LINES_PER_SECOND) write(`dnsteer: ${lines - LINES_PER_SECOND} more reports in that second\n`);
      second = now;
      lines = 0;
    }
    if (++lines > LINES_PER_SECOND) return;
    write(`dnsteer: ${code}: ${message}\n`);
    if (error instanceof Error && error.stack !== undefined) write(`${error.stack}\n`);
  };
}

/** What an error says, whatever was thrown: hostile or careless objects can't be made into text. */
export function messageOf(error: unknown): string {
  try {
    return String((error as Error | undefined)?.message ?? error);
  } catch {
    return 'something that has no text';
  }
}

/** A reporter that throws costs its report, never the answer: that one goes to stderr. */
export function guarded(report: Reporter): Reporter {
  const toStderr = stderrReporter();
  return (entry) => {
    try {
      report(entry);
    } catch (error) {
      toStderr(entry);
      toStderr({ code: 'ERR_REPORTER', message: `the reporter threw: ${messageOf(error)}`, error });
    }
  };
}
