import { type Exchange, type Middleware, PASS, parseSubnet, RESPOND } from '@dnsteer/router';
import type { Decision } from '@dnsteer/steering';
import { CLASS, formatName, QNAME, SECTION, TYPE } from '@dnsteer/wire';
import type { SteeredSource } from './steer.ts';

export interface WhyOptions {
  /** Source prefixes that are told; IPv4 or IPv6. */
  readonly allow: readonly string[];
}

const WHY = Uint8Array.of(3, 0x77, 0x68, 0x79);
/** A character-string (RFC 1035 3.3). */
const MAX_STRING_OCTETS = 255;

/**
 * Tells some clients why a steered name is answered as it is: TXT of class CH at `why.NAME`, one string for each step. Never in class IN, where names that no zone has would break
 * signed denial. To everybody else it is as if it were not there.
 *
 * @param steered - by the owner name as `formatName` writes it.
 */
export function why({ allow }: WhyOptions, steered: ReadonlyMap<string, SteeredSource>): Middleware {
  const allowed = allow.map(parseSubnet);
  return {
    name: 'why',
    admit(exchange) {
      const { peer, query, response } = exchange;
      const { qclass, qtype, qname, tsigAt } = query;
      if (qclass !== CLASS.CH || (qtype !== TYPE.TXT && qtype !== TYPE.ANY) || tsigAt !== 0) return PASS;
      if (!WHY.every((octet, i) => qname.octets[i] === octet) || !allowed.some((subnet) => subnet.contains(peer.address))) return PASS;
      const name = formatName(qname.octets.subarray(WHY.length, qname.length));
      const source = steered.get(name);
      if (source === undefined) return PASS;
      const rdata = textRdata(reasonLines(exchange, name, source));
      response.recordClass = CLASS.CH;
      // A moment's reasons are nothing to keep.
      if (!response.rrset(SECTION.ANSWER, rdata, QNAME, TYPE.TXT, 0, rdata, 0, 1)) response.truncated = true;
      return RESPOND;
    },
  };
}

function reasonLines(exchange: Exchange, name: string, source: SteeredSource): string[] {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const types = source.policy.types();
  // What an alias stands for is told by the others.
  const told = types.length > 1 ? types.filter((type) => type !== 'CNAME') : types;
  return told.flatMap((type) => {
    const decision = source.explain(exchange, name, type, seed);
    return [
      `${type} by ${source.policy.name}, seed ${seed}, for ${decision.client.subnet}: ${decision.client.reason}`,
      ...stepLines(decision),
    ];
  });
}

function stepLines({ answers, endpoints, ecsScopeReason, trace, ttlReason }: Decision): string[] {
  return [
    ...trace.map(({ filter, reason }) => `${filter}: ${reason}`),
    answers.length === 0 ? 'answer: none' : `answer: ${answers.join(' ')} (${endpoints.join(' ')})`,
    `ttl: ${ttlReason}`,
    `scope: ${ecsScopeReason}`,
  ];
}

/** RDATA of TXT behind its RDLENGTH. A line that is too long goes on in the next string, between two characters. */
function textRdata(lines: readonly string[]): Uint8Array {
  const strings = lines.flatMap((line) => {
    const octets = Buffer.from(line);
    const parts: Buffer[] = [];
    for (let at = 0; at < octets.length; ) {
      let end = Math.min(octets.length, at + MAX_STRING_OCTETS);
      // The octets of a character begin with one that is not 10xxxxxx (RFC 3629 3).
      while (end < octets.length && (octets[end]! & 0xc0) === 0x80) end--;
      parts.push(octets.subarray(at, end));
      at = end;
    }
    return parts;
  });
  const rdata = Buffer.concat(strings.flatMap((string) => [Buffer.of(string.length), string]));
  return Buffer.concat([Buffer.of(rdata.length >> 8, rdata.length & 0xff), rdata]);
}
