/** The codes of {@link ZoneError} and {@link ZoneProblem}; the README has what each of them means. */
export const ZONE_ERROR_CODES = [
  'ERR_ZONE_FILE',
  'ERR_ZONE_SYNTAX',
  'ERR_ZONE_DIRECTIVE',
  'ERR_ZONE_INCLUDE',
  'ERR_ZONE_NAME',
  'ERR_ZONE_OWNER_MISSING',
  'ERR_ZONE_OUT_OF_ZONE',
  'ERR_ZONE_TTL',
  'ERR_ZONE_CLASS',
  'ERR_ZONE_TYPE',
  'ERR_ZONE_RDATA',
  'ERR_ZONE_SOA_MISSING',
  'ERR_ZONE_SOA_PLACE',
  'ERR_ZONE_SOA_TWICE',
  'ERR_ZONE_NS_MISSING',
  'ERR_ZONE_CNAME_AND_OTHER',
  'ERR_ZONE_CNAME_TWICE',
  'ERR_ZONE_DNAME_TWICE',
  'ERR_ZONE_DNAME_AND_NS',
  'ERR_ZONE_BELOW_DNAME',
  'ERR_ZONE_DYNAMIC_TYPE',
  'ERR_ZONE_DYNAMIC_PLACE',
  'ERR_ZONE_IMAGE',
  'ERR_ZONE_IMAGE_OCTETS',
  'ERR_ZONE_SLABS_IN_USE',
] as const;

export type ZoneErrorCode = (typeof ZONE_ERROR_CODES)[number];

/** One thing that is wrong with a zone, and where. */
export interface ZoneProblem {
  code: ZoneErrorCode;
  /** What was found and what was expected; one line. */
  message: string;
  /** The zone file; '' when the record came from code. */
  file: string;
  /** From 1; 0 when there is no line to point at. */
  line: number;
  /** In octets from 1; 0 when the whole line is meant. */
  column: number;
}

/** What this package throws, and nothing else. A lookup in an image never throws. */
export class ZoneError extends Error {
  /** The code of the first problem. */
  readonly code: ZoneErrorCode;
  /** All that was found, up to 100, in the order of the file. */
  readonly problems: readonly ZoneProblem[];

  constructor(problems: readonly [ZoneProblem, ...ZoneProblem[]], options?: ErrorOptions) {
    super(problems.map(formatProblem).join('\n'), options);
    this.name = 'ZoneError';
    this.code = problems[0].code;
    this.problems = problems;
  }
}

/** A ZoneError about something that stands in no file. */
export function zoneError(code: ZoneErrorCode, message: string, options?: ErrorOptions): ZoneError {
  return new ZoneError([{ code, message, file: '', line: 0, column: 0 }], options);
}

/** `file:line:column: message`, as compilers and editors have it; what is not known is left out. */
function formatProblem({ file, line, column, message }: ZoneProblem): string {
  let place = file;
  if (line > 0) place += (place === '' ? 'line ' : ':') + line;
  if (line > 0 && column > 0) place += ':' + column;
  return place === '' ? message : place + ': ' + message;
}
