import { RCODE } from '@dnsteer/wire';
import type { HeaderFacts } from './ask-itself.ts';
import type { ToldDecision } from './steer.ts';

/** A character-string (RFC 1035 3.3). */
const MAX_STRING_OCTETS = 255;
const CUT = ' [cut]';

/** A decision in one line, what matters most first. */
export function reasonLine(asked: string, { name, type, policy, seed, decision }: ToldDecision): string {
  const { answers, client, ecsScopeReason, endpoints, trace, ttlReason } = decision;
  return [
    `${name === asked ? '' : `${name} `}${type} by ${policy.name}: ${answers.length === 0 ? 'none' : endpoints.join(' ')}`,
    `ttl ${ttlReason}`,
    `scope ${ecsScopeReason}`,
    `client ${client.subnet} (${client.from}), seed ${seed}`,
    ...trace.map(({ filter, in: before, out: after, reason }) => `${filter} ${count(before)}->${count(after)}: ${reason}`),
  ].join('; ');
}

function count(tiers: readonly (readonly string[])[]): number {
  return tiers.reduce((sum, tier) => sum + tier.length, 0);
}

/** A decision in strings: by whom and for whom, every step, and what comes of it. */
export function reasonStrings(asked: string, { name, type, policy, seed, decision }: ToldDecision): string[] {
  const { answers, client, ecsScopeReason, endpoints, trace, ttlReason } = decision;
  return [
    `${name === asked ? '' : `${name} `}${type} by ${policy.name}, seed ${seed}, for ${client.subnet}: ${client.reason}`,
    ...trace.map(({ filter, reason }) => `${filter}: ${reason}`),
    answers.length === 0 ? 'answer: none' : `answer: ${answers.join(' ')} (${endpoints.join(' ')})`,
    `ttl: ${ttlReason}`,
    `scope: ${ecsScopeReason}`,
  ];
}

/** Where no policy was asked. */
export function unsteeredText(verdict: HeaderFacts | undefined): string {
  return `not steered: ${found(verdict)}`;
}

function found(verdict: HeaderFacts | undefined): string {
  if (verdict === undefined) return 'a handler answers, later';
  if (verdict.rcode === RCODE.NXDOMAIN) return 'there is no such name';
  if (verdict.rcode !== RCODE.NOERROR) return `RCODE ${verdict.rcode}`;
  if (!verdict.authoritative && verdict.answers === 0) return 'a referral: others answer for that name';
  return 'no policy was asked, so the zone or a handler answers';
}

/** At most so many octets of UTF-8, the last of them saying so where something was cut; empty where not even that has room. */
export function cutText(text: string, octets: number): string {
  const all = Buffer.from(text);
  if (all.length <= octets) return text;
  const end = octets - CUT.length;
  return end <= 0 ? '' : `${all.subarray(0, characterEnd(all, end))}${CUT}`;
}

/** RDATA of TXT behind its RDLENGTH. A line that is too long goes on in the next string, between two characters. */
export function textRdata(lines: readonly string[]): Uint8Array {
  const strings = lines.flatMap((line) => {
    const octets = Buffer.from(line);
    const parts: Buffer[] = [];
    for (let at = 0; at < octets.length; ) {
      const end = characterEnd(octets, Math.min(octets.length, at + MAX_STRING_OCTETS));
      parts.push(octets.subarray(at, end));
      at = end;
    }
    return parts;
  });
  const rdata = Buffer.concat(strings.flatMap((string) => [Buffer.of(string.length), string]));
  return Buffer.concat([Buffer.of(rdata.length >> 8, rdata.length & 0xff), rdata]);
}

/** The last place up to `end` where a character ends: the next one begins with an octet that is not 10xxxxxx (RFC 3629 3). */
function characterEnd(octets: Uint8Array, end: number): number {
  let at = end;
  while (at < octets.length && (octets[at]! & 0xc0) === 0x80) at--;
  return at;
}
