/** An error refuses the zone; a warning is told, and the zone is served. */
export type ZoneSeverity = 'error' | 'warning';

/**
 * Everything that can be wrong: how bad it is, and the RFC and section that has it so, '' where none has a say. The README says what each means.
 *
 * Severities are what BIND, Knot and NSD do with a zone when nobody has told them otherwise; where they differ a zone is rather served.
 */
const CODES = [
  ['ERR_ZONE_FILE', 'error', ''],
  ['ERR_ZONE_SYNTAX', 'error', '1035 5.1'],
  ['ERR_ZONE_DIRECTIVE', 'error', '1035 5.1'],
  ['ERR_ZONE_INCLUDE', 'error', '1035 5.1'],
  ['ERR_ZONE_GENERATE', 'error', ''],
  ['ERR_ZONE_NAME', 'error', '1035 5.1'],
  ['ERR_ZONE_OWNER_MISSING', 'error', '1035 5.1'],
  ['ERR_ZONE_OUT_OF_ZONE', 'error', '1034 4.2.1'],
  ['ERR_ZONE_TTL', 'error', '2181 8'],
  ['ERR_ZONE_CLASS', 'error', '1035 5.2'],
  ['ERR_ZONE_TYPE', 'error', '1035 5.1'],
  ['ERR_ZONE_RDATA', 'error', '1035 5.1'],
  ['ERR_ZONE_SOA_MISSING', 'error', '1035 5.2'],
  ['ERR_ZONE_SOA_PLACE', 'error', '1035 5.2'],
  ['ERR_ZONE_SOA_TWICE', 'error', '1035 5.2'],
  ['ERR_ZONE_NS_MISSING', 'error', '1034 4.2.1'],
  ['ERR_ZONE_CNAME_AND_OTHER', 'error', '2181 10.1'],
  ['ERR_ZONE_CNAME_TWICE', 'error', '2181 10.1'],
  ['ERR_ZONE_DNAME_TWICE', 'error', '6672 2.4'],
  ['ERR_ZONE_DNAME_AND_NS', 'error', '6672 2.3'],
  ['ERR_ZONE_BELOW_DNAME', 'error', '6672 2.4'],
  ['ERR_ZONE_NSEC3_ITERATIONS', 'error', '5155 10.3'],
  ['ERR_ZONE_DYNAMIC_TYPE', 'error', ''],
  ['ERR_ZONE_DYNAMIC_PLACE', 'error', ''],
  ['ERR_ZONE_IMAGE', 'error', ''],
  ['ERR_ZONE_IMAGE_OCTETS', 'error', ''],
  ['ERR_ZONE_SLABS_IN_USE', 'error', ''],
  ['ERR_ZONE_CHANGE_RECORD', 'error', '1995 4'],
  ['ERR_ZONE_CHANGE_SERIAL', 'error', '1982 3.2'],
  ['ERR_ZONE_CHANGE_UNSIGNED', 'error', '4035 2'],
  ['ERR_ZONE_CHANGE_NSEC3', 'error', ''],
  ['WARN_ZONE_DUPLICATE', 'warning', '2181 5'],
  ['WARN_ZONE_TTL_DIFFERS', 'warning', '2181 5.2'],
  ['WARN_ZONE_SOA_TIMERS', 'warning', '1912 2.2'],
  ['WARN_ZONE_GLUE_MISSING', 'warning', '9471 2.1'],
  ['WARN_ZONE_ADDRESS_MISSING', 'warning', '2181 10.3'],
  ['WARN_ZONE_TARGET_ALIAS', 'warning', '2181 10.3'],
  ['WARN_ZONE_CNAME_LOOP', 'warning', '1034 3.6.2'],
  ['WARN_ZONE_DNAME_LOOP', 'warning', '6672 2.2'],
  ['WARN_ZONE_WILDCARD', 'warning', '4592 4'],
  ['WARN_ZONE_OCCLUDED', 'warning', '1034 4.2.1'],
  ['WARN_ZONE_NSEC3_ITERATIONS', 'warning', '9276 3.1'],
  ['WARN_ZONE_RRSIG_COVERS_NOTHING', 'warning', '4035 2.2'],
  ['WARN_ZONE_RRSIG_TIME', 'warning', '4034 3.1.5'],
] as const satisfies readonly (readonly [code: string, ZoneSeverity, rfc: string])[];

type Row = (typeof CODES)[number];
type CodeOf<Severity extends ZoneSeverity> = Extract<Row, readonly [string, Severity, string]>[0];
export type ZoneErrorCode = CodeOf<'error'>;
export type ZoneWarningCode = CodeOf<'warning'>;
export type ZoneProblemCode = ZoneErrorCode | ZoneWarningCode;

const ROWS: ReadonlyMap<string, Row> = new Map(CODES.map((row) => [row[0], row]));

/** In the order of the README. */
export const ZONE_PROBLEM_CODES: readonly ZoneProblemCode[] = CODES.map(([code]) => code);

export function severityOf(code: ZoneProblemCode): ZoneSeverity {
  return ROWS.get(code)![1];
}

/** Such as `2181 10.1`: RFC and section; '' when no RFC has a say. */
export function rfcOf(code: ZoneProblemCode): string {
  return ROWS.get(code)![2];
}

/** One thing that is wrong with a zone, and where: an error, unless the code says otherwise. */
export interface ZoneProblem<Code extends ZoneProblemCode = ZoneErrorCode> {
  code: Code;
  /** What was found and what was expected; one line. */
  message: string;
  /** The zone file; '' when the record came from code. */
  file: string;
  /** From 1; 0 when there is no line to point at. */
  line: number;
  /** In octets from 1; 0 when the whole line is meant. */
  column: number;
  /** The owner name that it is about, as text in lower case with the final dot; not there when an entry couldn't be read. */
  owner?: string;
}

/** Something that is likely not meant, though the zone can be served. */
export type ZoneWarning = ZoneProblem<ZoneWarningCode>;

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
function formatProblem({ file, line, column, message }: ZoneProblem<ZoneProblemCode>): string {
  let place = file;
  if (line > 0) place += (place === '' ? 'line ' : ':') + line;
  if (line > 0 && column > 0) place += ':' + column;
  return place === '' ? message : place + ': ' + message;
}
