import { ANSWERED, type Answerer, Exchange, NEXT_LINK } from '@dnsteer/router';
import { equalNames, isSubdomain, nameLength, PARSE, parseName, parseQuery, RCODE, typeCode } from '@dnsteer/wire';
import { describeMessage } from './describe.ts';

export interface AskOptions {
  dnssec?: boolean;
  limitOctets?: number;
}

/** Queries without a router: follows the chain through these zones, and returns the response as text (see `describeMessage`). */
export async function ask(zones: Answerer | readonly Answerer[], question: string, options: AskOptions = {}): Promise<string> {
  return describeMessage((await askMessage(zones, question, options)).message);
}

/** As `ask`, and returns the octets, and the exchange for what is not in them. */
export async function askMessage(
  zones: Answerer | readonly Answerer[],
  question: string,
  options: AskOptions = {},
): Promise<{ message: Uint8Array; exchange: Exchange }> {
  const exchange = new Exchange();
  const out = new Uint8Array(options.limitOctets ?? 4096);
  begin(exchange, question, out, options);
  await answerChain(exchange, Array.isArray(zones) ? zones : [zones as Answerer]);
  return { message: out.subarray(0, exchange.response.finish()), exchange };
}

/** Puts a query into an exchange and begins its response. */
export function begin(exchange: Exchange, question: string, out: Uint8Array, options: AskOptions = {}): void {
  const packet = encodeQuery(question, options.dnssec ? 'do' : 'none');
  if (parseQuery(packet, packet.length, exchange.query) !== PARSE.PARSED) throw new Error('a query of the test does not parse');
  exchange.begin(out, options.limitOctets ?? out.length, 1_800_000_000);
}

export async function answerChain(exchange: Exchange, zones: readonly Answerer[]): Promise<void> {
  for (;;) {
    const zone = longestEnclosing(zones, exchange.sname.octets);
    if (zone === undefined) break;
    const status = await zone.answer(exchange);
    if (status === ANSWERED) return;
    if (status !== NEXT_LINK) {
      exchange.response.rcode = RCODE.REFUSED;
      return;
    }
  }
  if (!exchange.writeDeferred()) exchange.response.truncated = true;
}

function longestEnclosing(zones: readonly Answerer[], octets: Uint8Array): Answerer | undefined {
  const name = octets.slice(0, nameLength(octets));
  return zones
    .filter((zone) => isSubdomain(name, zone.apex) || equalNames(name, zone.apex))
    .sort((a, b) => b.apex.length - a.apex.length)[0];
}

/** A query packet: without EDNS, with it, or with DO set. */
export function encodeQuery(question: string, edns: 'none' | 'plain' | 'do'): Uint8Array {
  const [name, type] = question.split(' ');
  const qname = parseName(name);
  const qtype = typeCode(type)!;
  const opt = edns === 'none' ? [] : [0, 0, 41, 0x10, 0, 0, 0, edns === 'do' ? 0x80 : 0, 0, 0, 0];
  return Uint8Array.from([0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, opt.length === 0 ? 0 : 1, ...qname, qtype >> 8, qtype & 255, 0, 1, ...opt]);
}
