import type { AnswerStatus } from '@dnsteer/router';
import { EDE, RCODE, SECTION, TYPE } from '@dnsteer/wire';
import { addAdditional } from './additional.ts';
import { CHOSEN, type ChoiceStatus, ERROR } from './choice.ts';
import { deferMintedNsec } from './denial.ts';
import { fail } from './failure.ts';
import type { Lookup } from './lookup.ts';
import { writeSoa } from './negative.ts';
import { followTarget } from './positive.ts';
import { dropRepetitions } from './rdata-list.ts';

import { signMade } from './sign-made.ts';
import { finish, truncate } from './write.ts';

/**
 * Answers for an owner whose RRset is chosen now: steered, or by a handler.
 *
 * @param type - one of the node's dynamic types: QTYPE, or CNAME where the owner has a dynamic one.
 */
export function answerDynamic(lookup: Lookup, node: number, type: number): AnswerStatus | Promise<AnswerStatus> {
  const { choice, exchange, image, zone } = lookup;
  choice.reset();
  const status = zone.chooser!.choose(image.dynamicId(node, type), type, exchange, choice);
  if (typeof status === 'number') return answerChoice(lookup, node, type, status);
  return status.then((settled) => answerChoice(lookup, node, type, settled));
}

function answerChoice(lookup: Lookup, node: number, type: number, status: ChoiceStatus): AnswerStatus {
  const { choice, exchange, image } = lookup;
  if (status === ERROR) return fail(exchange, choice.rcode, choice.extendedErrorCode, choice.extendedErrorText);
  const ttlSeconds = Math.min(choice.ttlSeconds, image.dynamicMaxTtl(node, type));
  if (status !== CHOSEN || choice.rdatas.length === 0) return denyChoice(lookup, node, type, ttlSeconds);
  return writeChoice(lookup, node, type, ttlSeconds);
}

function writeChoice(lookup: Lookup, node: number, type: number, ttlSeconds: number): AnswerStatus {
  const { choice, exchange, image, rdatas, signatures } = lookup;
  const { owner, ownerAt, response } = exchange;
  dropRepetitions(choice.rdatas);
  rdatas.fill(choice.rdatas);
  const start = response.mark();
  if (!response.rrset(SECTION.ANSWER, owner, ownerAt, type, ttlSeconds, rdatas.octets, 0, rdatas.count)) return truncate(exchange);
  if (lookup.proves) {
    // Signed with the TTL at its highest, sent with that of the moment: validators take the lesser (RFC 4035 5.3.3).
    if (!signMade(lookup, type, image.dynamicMaxTtl(node, type), choice.rdatas)) return failUnsigned(lookup);
    if (!response.rrset(SECTION.ANSWER, owner, ownerAt, TYPE.RRSIG, ttlSeconds, signatures.octets, 0, signatures.count)) {
      response.rollback(start);
      return truncate(exchange);
    }
  }
  exchange.raiseScope(choice.scopePrefix);
  if (type === TYPE.CNAME && exchange.qtype !== TYPE.CNAME && exchange.qtype !== TYPE.ANY) return followTarget(lookup, rdatas.octets, 0);
  const status = finish(exchange);
  addAdditional(lookup, node, type, rdatas.octets, 0, rdatas.count);
  return status;
}

/** NODATA for a type that the owner has at other times: whoever keeps it must not do so for longer than the choice holds. */
function denyChoice(lookup: Lookup, node: number, type: number, ttlSeconds: number): AnswerStatus {
  const { exchange, image } = lookup;
  // For everyone: the scope of this link stays 0 (RFC 7871 7.4).
  if (!writeSoa(lookup, Math.min(image.negativeTtlSeconds, ttlSeconds))) return truncate(exchange);
  if (lookup.proves && !deferMintedNsec(lookup, node, type, ttlSeconds)) return failUnsigned(lookup);
  return finish(exchange);
}

function failUnsigned(lookup: Lookup): AnswerStatus {
  return fail(lookup.exchange, RCODE.SERVFAIL, EDE.OTHER, 'no signature could be made in time');
}
