import type { AnswerStatus } from '@dnsteer/router';
import { addAdditional } from './additional.ts';
import type { Lookup } from './lookup.ts';
import { NEXT_LINK } from './status.ts';
import { finish, truncate, writeAnswer } from './write.ts';

/** Answers with the RRset that was asked for (RFC 1034 4.3.2 step 3a). */
export function answerRrset(lookup: Lookup, node: number, row: number): AnswerStatus {
  const { exchange, image } = lookup;
  if (!writeAnswer(lookup, row)) return truncate(exchange);
  const status = finish(exchange);
  addAdditional(lookup, node, image.rrsetType(row), image.octets, image.rrsetAt(row), image.rrsetCount(row));
  return status;
}

/** Answers with the CNAME and goes on at its target (RFC 1034 3.6.2); behind the last link that a chain may have it just ends. */
export function followCname(lookup: Lookup, row: number): AnswerStatus {
  const { exchange, image } = lookup;
  if (!exchange.mayFollow) return finish(exchange);
  if (!writeAnswer(lookup, row)) return truncate(exchange);
  return followTarget(lookup, image.octets, image.rrsetAt(row));
}

/** Goes on at the name in the RDATA at `at` (behind its RDLENGTH), or ends the chain where it has been before. */
export function followTarget(lookup: Lookup, rdatas: Uint8Array, at: number): AnswerStatus {
  return lookup.exchange.nextLink(rdatas, at + 2) ? NEXT_LINK : finish(lookup.exchange);
}
