/** Something wrong in a configuration or zone file. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where in the structure, such as `pools.eu.endpoints[0].weight`; empty in zone files. */
  readonly where: string;
  readonly message: string;
}

export type ConfigErrorCode = 'ERR_CONFIG_UNREADABLE' | 'ERR_CONFIG_SYNTAX' | 'ERR_CONFIG_INVALID';

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
  return `${file}:${line}:${column}: ${where === '' ? '' : `${where}: `}${message}`;
}

export function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : text === '' ? String(step) : `.${String(step)}`;
  return text;
}
