import type { AnswerStatus } from '@dnsteer/router';
import { SECTION, TYPE } from '@dnsteer/wire';
import type { Lookup } from './lookup.ts';
import { denyType } from './negative.ts';
import { finish, truncate, writeAnswer } from './write.ts';

/** Answers QTYPE ANY with one RRset, over TCP too: nobody may rely on more, and who forges queries gets no more (RFC 8482 4.1, 4.4). */
export function answerAny(lookup: Lookup, node: number): AnswerStatus {
  const { image } = lookup;
  if (image.rrsetsOf(node) === 0) return denyType(lookup, node);
  return writeAnswer(lookup, image.firstRrset(node)) ? finish(lookup.exchange) : truncate(lookup.exchange);
}

/** Answers QTYPE RRSIG with the signatures of one RRset, for the same reasons. */
export function answerSignatures(lookup: Lookup, node: number): AnswerStatus {
  const { exchange, image } = lookup;
  const first = image.firstRrset(node);
  const end = first + image.rrsetsOf(node);
  for (let row = first; row < end; row++) {
    const count = image.rrsigCount(row);
    if (count === 0) continue;
    const { owner, ownerAt, response } = exchange;
    const fits = response.rrset(SECTION.ANSWER, owner, ownerAt, TYPE.RRSIG, image.rrsetTtl(row), image.octets, image.rrsigAt(row), count);
    return fits ? finish(exchange) : truncate(exchange);
  }
  return denyType(lookup, node);
}
