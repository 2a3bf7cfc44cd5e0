import type { AnswerStatus } from '@dnsteer/router';
import { EDE, RCODE, SECTION, TYPE } from '@dnsteer/wire';
import type { ZoneImage } from '@dnsteer/zone';
import { addAdditional } from './additional.ts';
import { answerAny } from './any.ts';
import { CHOSEN, type ChoiceStatus, ERROR } from './choice.ts';
import { deferMintedDenial, deferNoCloserMatch, failDenial } from './denial.ts';
import { fail } from './failure.ts';
import type { Lookup } from './lookup.ts';
import { writeSoa } from './negative.ts';
import { followTarget } from './positive.ts';
import { dropRepetitions, type RdataList } from './rdata-list.ts';
import { signMade, signPrepared } from './sign-made.ts';
import { finish, truncate } from './write.ts';

/** No record has it (RFC 6895 3.1). */
export const NO_TYPE = 0;

/**
 * Which dynamic type of a node answers QTYPE: that type itself, a CNAME instead of it, or for ANY the first one, before anything that stands in the
 * zone (RFC 8482 4.1).
 *
 * @returns NO_TYPE when the zone answers.
 */
export function dynamicTypeFor(image: ZoneImage, node: number, qtype: number): number {
  if (qtype === TYPE.ANY) return image.dynamicType(node, 0);
  if (image.dynamicId(node, qtype) >= 0) return qtype;
  return image.dynamicId(node, TYPE.CNAME) >= 0 && image.rrset(node, qtype) < 0 && qtype !== TYPE.RRSIG ? TYPE.CNAME : NO_TYPE;
}

/**
 * Answers for an owner whose RRset is chosen now: steered, or by a handler.
 *
 * @param type - from `dynamicTypeFor`.
 */
export function answerDynamic(lookup: Lookup, node: number, type: number): AnswerStatus | Promise<AnswerStatus> {
  const { choice, exchange, image, zone } = lookup;
  choice.reset();
  const status = zone.chooser!.choose(image.dynamicId(node, type), type, exchange, choice);
  if (typeof status === 'number') return answerChoice(lookup, node, type, status);
  return status.then((settled) => answerChoice(lookup, node, type, settled));
}

function answerChoice(lookup: Lookup, node: number, type: number, status: ChoiceStatus): AnswerStatus | Promise<AnswerStatus> {
  const { choice, exchange, image } = lookup;
  if (status === ERROR) return fail(exchange, choice.rcode, choice.extendedErrorCode, choice.extendedErrorText);
  const ttlSeconds = Math.min(choice.ttlSeconds, image.dynamicMaxTtl(node, type));
  if (status !== CHOSEN || (choice.prepared === undefined && choice.rdatas.length === 0)) return denyChoice(lookup, node, type, ttlSeconds);
  return writeChoice(lookup, node, type, ttlSeconds);
}

/** @param dynamicType - of the owner; the chooser may have chosen another. */
function writeChoice(lookup: Lookup, node: number, dynamicType: number, ttlSeconds: number): AnswerStatus {
  const { choice, exchange, image } = lookup;
  const type = choice.type === NO_TYPE ? dynamicType : choice.type;
  const { owner, ownerAt, qtype, response } = exchange;
  const isAlias = type === TYPE.CNAME && qtype !== TYPE.CNAME && qtype !== TYPE.ANY;
  if (isAlias && !exchange.mayFollow) return finish(exchange);
  const rdatas = choice.prepared ?? prepare(lookup);
  const start = response.mark();
  if (!response.rrset(SECTION.ANSWER, owner, ownerAt, type, ttlSeconds, rdatas.octets, 0, rdatas.count)) return truncate(exchange);
  if (lookup.proves) {
    // Signed with the TTL at its highest, sent with that of the moment: validators take the lesser (RFC 4035 5.3.3).
    const signatures = sign(lookup, node, type, image.dynamicMaxTtl(node, dynamicType));
    if (signatures.count === 0) return failUnsigned(lookup);
    if (!response.rrset(SECTION.ANSWER, owner, ownerAt, TYPE.RRSIG, ttlSeconds, signatures.octets, 0, signatures.count)) {
      response.rollback(start);
      return truncate(exchange);
    }
  }
  if (lookup.synthesised && lookup.proves && !deferNoCloserMatch(lookup)) return failDenial(exchange);
  exchange.raiseScope(choice.scopePrefix);
  if (isAlias) return followTarget(lookup, rdatas.octets, 0);
  const status = finish(exchange);
  addAdditional(lookup, node, type, rdatas.octets, 0, rdatas.count);
  return status;
}

function prepare({ choice, rdatas }: Lookup): RdataList {
  dropRepetitions(choice.rdatas);
  rdatas.fill(choice.rdatas);
  return rdatas;
}

/** @returns an empty list when there is no signature. */
function sign(lookup: Lookup, node: number, type: number, originalTtlSeconds: number): RdataList {
  const { prepared, rdatas } = lookup.choice;
  if (prepared !== undefined) return signPrepared(lookup, node, type, originalTtlSeconds, prepared);
  signMade(lookup, type, originalTtlSeconds, rdatas);
  return lookup.signatures;
}

/** NODATA for a type that the owner has at other times: whoever keeps it must not do so for longer than the choice holds. */
function denyChoice(lookup: Lookup, node: number, type: number, ttlSeconds: number): AnswerStatus | Promise<AnswerStatus> {
  const { exchange, image } = lookup;
  if (exchange.qtype === TYPE.ANY) {
    // The type was not asked for by name, so the owner's other types are an answer too (RFC 8482 4.1).
    const next = dynamicTypeAfter(image, node, type);
    if (next !== NO_TYPE) return answerDynamic(lookup, node, next);
    if (hasData(image, node)) {
      if (lookup.synthesised && lookup.proves && !deferNoCloserMatch(lookup)) return failDenial(exchange);
      return answerAny(lookup, node);
    }
  }
  // For everyone: the scope of this link stays 0 (RFC 7871 7.4).
  if (!writeSoa(lookup, Math.min(image.negativeTtlSeconds, ttlSeconds))) return truncate(exchange);
  if (lookup.proves && !deferMintedDenial(lookup, node, type, ttlSeconds)) return failUnsigned(lookup);
  return finish(exchange);
}

/** The dynamic type of the node that follows `type`; NO_TYPE after the last. */
function dynamicTypeAfter(image: ZoneImage, node: number, type: number): number {
  const last = image.dynamicsOf(node) - 1;
  for (let index = 0; index < last; index++) {
    if (image.dynamicType(node, index) === type) return image.dynamicType(node, index + 1);
  }
  return NO_TYPE;
}

/** Whether the zone itself has something there to answer with; an NSEC alone is but its proof. */
function hasData(image: ZoneImage, node: number): boolean {
  return image.rrsetsOf(node) > (image.rrset(node, TYPE.NSEC) >= 0 ? 1 : 0);
}

function failUnsigned(lookup: Lookup): AnswerStatus {
  return fail(lookup.exchange, RCODE.SERVFAIL, EDE.OTHER, 'no signature could be made in time');
}
