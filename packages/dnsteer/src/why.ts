import { type Middleware, PASS, type PeerFacts, parseSubnet, RESPOND } from '@dnsteer/router';
import { CLASS, EDE, formatName, hasLocalOption, QNAME, RCODE, SECTION, TYPE, typeCode } from '@dnsteer/wire';
import { askItself, type HeaderFacts, type Responding } from './ask-itself.ts';
import { ToldDecision } from './steer.ts';
import { cutText, reasonLine, reasonStrings, textRdata, unsteeredText } from './why-text.ts';

export interface WhyOptions {
  /** Source prefixes that are told; IPv4 or IPv6. */
  readonly allow: readonly string[];
  /** Code of the EDNS option that asks for the reason: 65001-65534 (RFC 6891 9). */
  readonly option: number;
}

const WHY = Uint8Array.of(3, 0x77, 0x68, 0x79);
/** The most of one line, in octets of UTF-8. */
const MAX_LINE_OCTETS = 1000;
/** OPTION-CODE, OPTION-LENGTH and INFO-CODE. */
const ERROR_OCTETS = 6;

/**
 * Tells some clients why a name is answered as it is. To everybody else it is as if it were not there, and a query that does not ask costs two comparisons.
 *
 * A query with the EDNS option, of any contents, gets its answer as ever, and an Extended DNS Error (RFC 8914) that says in one line why it is this one. TXT of class CH at `why.NAME` says
 * every step, for each type that the policy has, in a string each: never in class IN, where names that no zone has would break signed denial.
 *
 * @param app - that it is used in: what answers `why.NAME` is what answers NAME.
 */
export function why({ allow, option }: WhyOptions, app: Responding): Middleware {
  const allowed = allow.map(parseSubnet);
  const isAllowed = ({ address }: PeerFacts) => allowed.some((subnet) => subnet.contains(address));
  /** Of the query that asked last. */
  let reasons: object[] = [];
  return {
    name: 'why',
    admit(exchange) {
      const { peer, query, response } = exchange;
      const { qclass, qtype, qname, tsigAt } = query;
      if (query.localOptionAt !== 0 && qclass === CLASS.IN && hasLocalOption(query, option) && isAllowed(peer)) {
        reasons = [];
        exchange.reasons = reasons;
      }
      if (qclass !== CLASS.CH || (qtype !== TYPE.TXT && qtype !== TYPE.ANY) || tsigAt !== 0) return PASS;
      if (!WHY.every((octet, i) => qname.octets[i] === octet) || !isAllowed(peer)) return PASS;
      const name = qname.octets.subarray(WHY.length, qname.length);
      let verdict: HeaderFacts | undefined;
      const told = (type: number): ToldDecision[] => {
        reasons = [];
        verdict = askItself(app, query, peer, name, type, option);
        return decisions(reasons);
      };
      // ANY comes to the types of the name itself, another one by its aliases to those of their target.
      const types = new Set([TYPE.ANY, TYPE.A].flatMap(told).flatMap(({ policy }) => policy.types()));
      // As if nobody told anything: the name is not ours.
      if (verdict?.rcode === RCODE.REFUSED) return PASS;
      const unsteered = unsteeredText(verdict);
      // What an alias stands for is told by the types that were asked for.
      if (types.size > 1) types.delete('CNAME');
      const strings = [...types].flatMap((type) => told(typeCode(type)!)).flatMap((one) => reasonStrings(formatName(name), one));
      const rdata = textRdata(strings.length === 0 ? [unsteered] : strings);
      response.recordClass = CLASS.CH;
      // A moment's reasons are nothing to keep.
      if (!response.rrset(SECTION.ANSWER, rdata, QNAME, TYPE.TXT, 0, rdata, 0, 1)) response.truncated = true;
      return RESPOND;
    },
    fit(exchange) {
      if (exchange.reasons === undefined) return;
      const { query, response } = exchange;
      const asked = formatName(query.qname.octets);
      const lines = decisions(exchange.reasons).map((told) => reasonLine(asked, told));
      const line = lines.length === 0 ? 'not steered: no policy was asked' : lines.join('; ');
      // It takes what the answer leaves, so nothing is cut because of it.
      const text = cutText(line, Math.min(MAX_LINE_OCTETS, response.freeOctets - ERROR_OCTETS));
      if (text !== '') response.extendedError(EDE.OTHER, text);
    },
  };
}

function decisions(reasons: readonly object[]): ToldDecision[] {
  return reasons.filter((reason) => reason instanceof ToldDecision);
}
