import type { AnswerStatus, Exchange } from '@dnsteer/router';
import { RCODE, TYPE } from '@dnsteer/wire';
import { BELOW_CUT, DELEGATION_POINT, DNAME, EXACT, HAS_CNAME, HAS_DYNAMIC } from '@dnsteer/zone';
import { answerAny, answerSignatures } from './any.ts';
import { deferNoCloserMatch, failDenial } from './denial.ts';
import { substitute } from './dname.ts';
import { answerDynamic, dynamicTypeFor, NO_TYPE } from './dynamic.ts';
import type { Lookup } from './lookup.ts';
import { denyName, denyType } from './negative.ts';
import { answerRrset, followCname } from './positive.ts';
import { refer } from './referral.ts';
import { REFUSED_LINK } from './status.ts';

/** Answers one link of a chain from a zone (RFC 1034 4.3.2 step 3, as RFC 4592 and RFC 6672 have it). */
export function answerLink(lookup: Lookup, exchange: Exchange): AnswerStatus | Promise<AnswerStatus> {
  if (isTransfer(exchange.qtype)) return REFUSED_LINK;
  lookup.begin(exchange);
  const { image, match } = lookup;
  // AA speaks of the first owner name, RCODE of the last one (RFC 1035 4.1.1, RFC 6604 2.1 and 3).
  if (exchange.links === 0) exchange.response.authoritative = true;
  exchange.response.rcode = RCODE.NOERROR;
  switch (image.find(exchange.sname, match)) {
    case EXACT:
      return answerNode(lookup, match.node);
    case BELOW_CUT:
      return refer(lookup, match.node);
    case DNAME:
      return substitute(lookup, match.node);
    default:
      return match.wildcard < 0 ? denyName(lookup) : synthesise(lookup, match.wildcard);
  }
}

/** As `answerNode`, with the owner name replaced (RFC 4592 3.3.1). */
function synthesise(lookup: Lookup, wildcard: number): AnswerStatus | Promise<AnswerStatus> {
  lookup.synthesised = true;
  return answerNode(lookup, wildcard);
}

/** Answers from a node: the owner itself, or the wildcard that its answer is synthesised from. */
function answerNode(lookup: Lookup, node: number): AnswerStatus | Promise<AnswerStatus> {
  const { image } = lookup;
  const { qtype } = lookup.exchange;
  const flags = image.flags(node);
  // A delegation point is the parent's for DS alone (RFC 4035 3.1.4.1).
  if ((flags & DELEGATION_POINT) !== 0 && qtype !== TYPE.DS) return refer(lookup, node);
  if ((flags & HAS_DYNAMIC) !== 0) {
    const type = dynamicTypeFor(image, node, qtype);
    if (type !== NO_TYPE) return answerDynamic(lookup, node, type);
  }
  // Whatever a wildcard gives needs the proof that nothing closer exists (RFC 4035 3.1.3.3).
  if (lookup.synthesised && lookup.proves && !deferNoCloserMatch(lookup)) return failDenial(lookup.exchange);
  if (qtype === TYPE.ANY) return answerAny(lookup, node);
  if (qtype === TYPE.RRSIG) return answerSignatures(lookup, node);
  const row = image.rrset(node, qtype);
  if (row >= 0) return answerRrset(lookup, node, row);
  if ((flags & HAS_CNAME) !== 0) return followCname(lookup, image.rrset(node, TYPE.CNAME));
  return denyType(lookup, node);
}

/** Transfers are not answers to one question about the zone's data (RFC 5936, RFC 1995). */
function isTransfer(qtype: number): boolean {
  return qtype === TYPE.AXFR || qtype === TYPE.IXFR;
}
