import { rfcOf, severityOf, type ZoneInspection, type ZoneProblemCode } from '@dnsteer/zone';
import type { createColors } from 'picocolors';

type Problem = ZoneInspection['problems'][number];
type Colors = ReturnType<typeof createColors>;

/** What `check zone --json` prints. */
export interface ZoneReport {
  /** Final dot. */
  readonly zone: string;
  /** `null`: there is no SOA that could be read. */
  readonly serial: number | null;
  /** Duplicates are counted once. */
  readonly records: number;
  readonly problems: readonly {
    readonly severity: 'error' | 'warning';
    readonly code: ZoneProblemCode;
    /** Such as `2181 10.1`; '' when none has a say. */
    readonly rfc: string;
    readonly file: string;
    /** From 1; 0: the file as a whole. */
    readonly line: number;
    readonly column: number;
    /** `null` when an entry can't be read. */
    readonly owner: string | null;
    readonly message: string;
  }[];
}

export function reportedProblem({ code, file, line, column, owner, message }: Problem): ZoneReport['problems'][number] {
  return { severity: severityOf(code), code, rfc: rfcOf(code), file, line, column, owner: owner ?? null, message };
}

/** `file:line:column: error: message [CODE]`, as compilers have it. */
export function problemLine({ code, file, line, column, message }: Problem, colors: Colors): string {
  const place = line === 0 ? file : column === 0 ? `${file}:${line}` : `${file}:${line}:${column}`;
  const severity = severityOf(code);
  const shown = severity === 'error' ? colors.red('error') : colors.yellow('warning');
  return `${colors.bold(`${place}:`)} ${colors.bold(shown)}${colors.bold(':')} ${printable(message)} ${colors.dim(`[${code}]`)}`;
}

/**
 * The line that a problem points at, with a mark under the word.
 *
 * @param text - the line of the file.
 * @param width - of the terminal.
 */
export function excerpt({ code, line, column }: Problem, text: string, width: number, colors: Colors): string[] {
  const margin = ` ${String(line).padStart(5)} | `;
  const room = Math.max(20, width - margin.length - 1);
  // Columns count octets, and a terminal has characters.
  let at =
    column === 0
      ? 0
      : Buffer.from(text)
          .subarray(0, column - 1)
          .toString().length;
  const word = /^("(\\.|[^"\\])*"?|[^\s();]+|.)?/.exec(text.slice(at))![0];
  let shown = text;
  if (shown.length > room) {
    const from = Math.max(0, Math.min(at - Math.floor(room / 3), shown.length - room));
    shown = shown.slice(from, from + room);
    at -= from;
  }
  const lines = [`${colors.dim(margin)}${printable(shown)}`];
  if (column === 0) return lines;
  const blank = shown.slice(0, at).replace(/[^\t]/g, ' ');
  const mark = `^${'~'.repeat(Math.max(0, Math.min(word.length, room - at) - 1))}`;
  const color = severityOf(code) === 'error' ? colors.red : colors.yellow;
  return [...lines, `${colors.dim(`${' '.repeat(margin.length - 2)}| `)}${blank}${color(mark)}`];
}

/** A zone file may come from anybody: it does nothing to the terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
