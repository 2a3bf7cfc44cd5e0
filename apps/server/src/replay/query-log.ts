import { type ClientSubnet, parseClientSubnet } from '@dnsteer/steering';
import { lowerCaseName, PARSE, parseName, parseQuery, QueryView, TYPE, typeCode } from '@dnsteer/wire';

/** A query as a log has it. */
export interface LoggedQuery {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** Where it came from. */
  readonly source: ClientSubnet;
  /** What it said of its client, if it did. */
  readonly ecs: ClientSubnet | undefined;
  /** Wire name, lower case. */
  readonly qname: Uint8Array;
  readonly qtype: number;
}

const view = new QueryView();

/** A query of its octets; `undefined` for what is none. @param source - 4 or 16 octets. */
export function queryOfMessage(packet: Uint8Array, source: Uint8Array, seconds: number): LoggedQuery | undefined {
  if ((source.length !== 4 && source.length !== 16) || parseQuery(packet, packet.length, view) !== PARSE.PARSED) return undefined;
  const address = new Uint8Array(16);
  address.set(source);
  const family = source.length === 4 ? 4 : 6;
  const hasFamily = view.hasClientSubnet && view.ecsFamily !== 0;
  return {
    timeMs: seconds * 1000,
    source: { address, family, prefixLength: source.length * 8, fromEcs: false },
    ecs: hasFamily
      ? { address: view.ecsAddress.slice(), family: view.ecsFamily === 1 ? 4 : 6, prefixLength: view.ecsSourcePrefix, fromEcs: true }
      : undefined,
    qname: view.qname.octets.slice(0, nameEnd(view.qname.octets)),
    qtype: view.qtype,
  };
}

function nameEnd(octets: Uint8Array): number {
  let at = 0;
  while (octets[at] !== undefined && octets[at] !== 0) at += octets[at]! + 1;
  return at + 1;
}

/**
 * A log of JSON lines: `{ "time": "2026-01-05T12:00:00Z", "client": "192.0.2.53", "ecs": "81.2.69.0/24", "qname": "www.example.com", "qtype": "A" }`. `time` (or
 * milliseconds, or seconds, since 1970) and `ecs` may be left out; `qtype` is A then. Other keys are not looked at; empty lines neither.
 *
 * @throws Error with file and line.
 */
export function readJsonLog(text: string, file: string): LoggedQuery[] {
  const queries: LoggedQuery[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      queries.push(queryOf(JSON.parse(line)));
    } catch (error) {
      throw new Error(`${file}:${i + 1}: ${(error as Error).message}`);
    }
  }
  return queries;
}

function queryOf(row: unknown): LoggedQuery {
  if (typeof row !== 'object' || row === null) throw new Error(`found ${JSON.stringify(row)}, expected an object`);
  const { time, client, ecs, qname, qtype = 'A' } = row as Record<string, unknown>;
  const type = typeof qtype === 'string' ? typeCode(qtype.toUpperCase()) : undefined;
  if (typeof client !== 'string') throw new Error(`client: found ${JSON.stringify(client) ?? 'nothing'}, expected an address`);
  if (typeof qname !== 'string') throw new Error(`qname: found ${JSON.stringify(qname) ?? 'nothing'}, expected a name`);
  if (type === undefined) throw new Error(`qtype: found ${JSON.stringify(qtype)}, expected a type such as A`);
  if (ecs !== undefined && ecs !== null && typeof ecs !== 'string')
    throw new Error(`ecs: found ${JSON.stringify(ecs)}, expected a network such as 81.2.69.0/24`);
  return {
    timeMs: timeOf(time),
    source: parseClientSubnet(client, false),
    ecs: typeof ecs === 'string' ? parseClientSubnet(ecs) : undefined,
    qname: lowerCaseName(parseName(qname)),
    qtype: type,
  };
}

/** Numbers below 10^11 are seconds: as milliseconds they would be of 1973 and before. */
function timeOf(time: unknown): number {
  if (time === undefined) return 0;
  const found = typeof time === 'string' ? Date.parse(time) : typeof time === 'number' ? (time < 1e11 ? time * 1000 : time) : Number.NaN;
  if (!Number.isFinite(found)) throw new Error(`time: found ${JSON.stringify(time)}, expected an ISO 8601 date, or a number since 1970`);
  return found;
}

/** A and AAAA are what policies answer; ANY is both, and no client's question. */
export function familyOf(qtype: number): 4 | 6 | undefined {
  return qtype === TYPE.A ? 4 : qtype === TYPE.AAAA ? 6 : undefined;
}
