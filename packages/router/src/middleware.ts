import type { Exchange } from './exchange.ts';

/** Go on with the next middleware, then the next phase. */
export const PASS = 0;
/** The response stands (its RCODE is set): go straight to "fit". */
export const RESPOND = 1;
/** Say nothing. */
export const DROP = 2;

export type Verdict = typeof PASS | typeof RESPOND | typeof DROP;

/**
 * A middleware says by its methods which phases it belongs to; within a phase, the order of `app.use()` holds. All are synchronous and must not
 * keep the exchange.
 */
export interface Middleware {
  readonly name: string;
  /** Header, question and OPT are read; nothing is answered yet. */
  admit?(exchange: Exchange): Verdict;
  /** The answer is made, an error for a malformed query too, which no `admit` has seen; rate limits by its class belong here. */
  limit?(exchange: Exchange): Verdict;
  /** Last: options for the OPT record. */
  fit?(exchange: Exchange): void;
}
