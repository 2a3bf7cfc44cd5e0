import { type DestinationStream, pino } from 'pino';

/** Lines for operators: JSON, or text on a terminal. */
export interface Log {
  info(facts: Record<string, unknown>, message: string): void;
  warn(facts: Record<string, unknown>, message: string): void;
  error(facts: Record<string, unknown>, message: string): void;
}

export function createLog(): Log {
  return process.stderr.isTTY ? pino({ base: null }, new TerminalLines()) : pino({ base: null }, pino.destination({ dest: 2, sync: true }));
}

const LEVELS: Readonly<Record<number, string>> = { 30: '', 40: 'warning: ', 50: 'error: ' };

class TerminalLines implements DestinationStream {
  write(line: string): void {
    const { level, time, msg } = JSON.parse(line) as { level: number; time: number; msg: string };
    process.stderr.write(`${new Date(time).toLocaleTimeString('en-GB')} ${LEVELS[level] ?? ''}${msg}\n`);
  }
}
