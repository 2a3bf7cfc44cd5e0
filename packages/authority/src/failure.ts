import type { AnswerStatus, Exchange } from '@dnsteer/router';
import { ANSWERED } from './status.ts';

/**
 * Ends the chain without an answer: nothing of it is sent, and the client is told why (RFC 8914).
 *
 * @param extendedErrorCode - INFO-CODE, or -1 to say nothing.
 */
export function fail(exchange: Exchange, rcode: number, extendedErrorCode: number, text: string): AnswerStatus {
  const { response } = exchange;
  exchange.dropDeferred();
  response.clearSections();
  response.rcode = rcode;
  response.authoritative = false;
  // An error holds for everyone.
  exchange.ecsScope = 0;
  if (extendedErrorCode >= 0) response.extendedError(extendedErrorCode, text);
  return ANSWERED;
}
