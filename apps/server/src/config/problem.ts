/** Something wrong in a configuration or zone file. Lines and columns count from 1; line 0: the file as a whole. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where in the structure, such as `pools.eu.endpoints[0].weight`; empty in zone files. */
  readonly where: string;
  readonly message: string;
}

/** UNREADABLE, SYNTAX: the file itself. INVALID: what it says. FILE: a file or folder that it names. */
export type ConfigErrorCode = 'ERR_CONFIG_UNREADABLE' | 'ERR_CONFIG_SYNTAX' | 'ERR_CONFIG_INVALID' | 'ERR_CONFIG_FILE';

/** A configuration that can't be used; `problems` has every place that was found. */
export class ConfigError extends Error {
  readonly code: ConfigErrorCode;
  readonly problems: readonly Problem[];

  constructor(code: ConfigErrorCode, problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'ConfigError';
    this.code = code;
    this.problems = problems;
  }
}

/** `dnsteer.yaml:12:5: pools.eu.endpoints[0].weight: expected ...` */
export function formatProblem({ file, line, column, where, message }: Problem): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  return `${place}: ${where === '' ? '' : `${where}: `}${message}`;
}

export function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : text === '' ? String(step) : `.${String(step)}`;
  return text;
}
