import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { equalNames, formatName, TYPE } from '@dnsteer/wire';
import { inspectZoneFile, inspectZoneText, severityOf, type ZoneBuilder, type ZoneInspection } from '@dnsteer/zone';
import { zoneOf } from '../check-zone/origin.ts';
import { excerpt, problemLine, reportedProblem, type ZoneReport } from '../check-zone/report.ts';
import { err } from './colors.ts';

const HEAD_OCTETS = 1 << 16;
const DEFAULT_WIDTH = 80;

export interface CheckZoneOptions {
  readonly origin?: string;
  readonly json?: true;
  readonly strict?: true;
}

/**
 * `check zone FILE`: one line for each problem on stderr, with the line of the file on a terminal; or JSON on stdout. The exit code is 1 when there are
 * errors, and with `strict` when there are warnings.
 *
 * @throws Error when nothing says which zone it is, ZoneError when its name is none.
 */
export function checkZoneFile(path: string, options: CheckZoneOptions): void {
  const inspection = inspect(path, options.origin);
  const { builder, problems } = inspection;
  const zone = formatName(builder.apex);
  const counts = countRecords(builder);
  const errors = problems.filter(({ code }) => severityOf(code) === 'error').length;
  const warnings = problems.length - errors;
  if (options.json) {
    const report: ZoneReport = { zone, serial: counts.serial, records: counts.records, problems: problems.map(reportedProblem) };
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  } else {
    printProblems(inspection);
    const found = `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
    if (errors > 0) process.stderr.write(`${zone}: ${found}\n`);
    else {
      const size = `${count(counts.names, 'name')}, ${count(counts.records, 'record')}`;
      process.stdout.write(`${zone}: serial ${counts.serial}, ${size}: ${warnings === 0 ? 'fine' : count(warnings, 'warning')}\n`);
    }
  }
  if (errors > 0 || (options.strict && warnings > 0)) process.exitCode = 1;
}

function inspect(path: string, stated: string | undefined): ZoneInspection {
  // What comes through a pipe comes once.
  if (path === '-' || isPipe(path)) {
    const octets = readFileSync(path === '-' ? 0 : path);
    const file = path === '-' ? '<stdin>' : path;
    return inspectZoneText(octets, { origin: stated ?? origin(octets.toString('latin1', 0, HEAD_OCTETS), ''), file });
  }
  return inspectZoneFile(path, { origin: stated ?? origin(readHead(path), path) });
}

function origin(head: string, path: string): string {
  const zone = zoneOf(head, path);
  if (zone === undefined)
    throw new Error('found no zone in the name of the file, in its SOA or its $ORIGIN: say which it is with --origin NAME');
  return zone;
}

function isPipe(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && (stats.isFIFO() || stats.isCharacterDevice());
}

/** How the file begins; '' when it can't be read, which is told when it is. */
function readHead(path: string): string {
  let descriptor = -1;
  try {
    descriptor = openSync(path, 'r');
    const head = Buffer.alloc(HEAD_OCTETS);
    return head.toString('latin1', 0, readSync(descriptor, head, 0, HEAD_OCTETS, 0));
  } catch {
    return '';
  } finally {
    if (descriptor >= 0) closeSync(descriptor);
  }
}

function printProblems({ problems, lines }: ZoneInspection): void {
  const isTerminal = process.stderr.isTTY === true;
  const width = process.stderr.columns || DEFAULT_WIDTH;
  for (const problem of problems) {
    const text = lines.get(problem);
    const below = isTerminal && text !== undefined ? excerpt(problem, text, width, err) : [];
    process.stderr.write(`${[problemLine(problem, err), ...below].join('\n')}\n`);
  }
}

function countRecords(builder: ZoneBuilder): { serial: number | null; names: number; records: number } {
  let serial: number | null = null;
  let names = 0;
  let records = 0;
  let last: Uint8Array | undefined;
  for (const { owner, type, rdatas, rrsigs } of builder.rrsets()) {
    records += rdatas.length + rrsigs.length;
    if (last === undefined || !equalNames(last, owner)) names++;
    last = owner;
    const [soa] = rdatas;
    if (type === TYPE.SOA && soa !== undefined && equalNames(owner, builder.apex))
      serial = new DataView(soa.buffer, soa.byteOffset, soa.byteLength).getUint32(soa.byteLength - 20);
  }
  return { serial, names, records };
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}
