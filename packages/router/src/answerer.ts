import type { Exchange } from './exchange.ts';

/** The response holds the last link: its rcode, sections and AA are set, and the chain ends. */
export const ANSWERED = 0;
/** A CNAME or DNAME was written, and `exchange.nextLink` took its target: who answers for `exchange.sname` goes on. */
export const NEXT_LINK = 1;
/** Nothing was written: this answerer does not answer for `exchange.sname` or for this QTYPE. */
export const REFUSED_LINK = 2;

/** What became of one link: ANSWERED, NEXT_LINK or REFUSED_LINK. */
export type AnswerStatus = typeof ANSWERED | typeof NEXT_LINK | typeof REFUSED_LINK;

/** Answers for one zone, whatever it is made of. */
export interface Answerer {
  /** Apex of the zone: lower-case wire name. The router picks the answerer with the longest apex that encloses `exchange.sname`. */
  readonly apex: Uint8Array;
  /**
   * Answers the current link of `exchange`, whose `sname` is at or below `apex`.
   *
   * A promise only where an answer has to be waited for; then the exchange stays the answerer's until the promise settles. Never throws and never
   * rejects for what a packet holds. Links after the first leave AA as it is: AA speaks of the first owner name (RFC 1035 4.1.1, RFC 6604 2.1).
   */
  answer(exchange: Exchange): AnswerStatus | Promise<AnswerStatus>;
  /**
   * Whether the zone itself has an answer for the current link that no pattern stands in for: as a wildcard of the zone would, a pattern yields to records
   * that are there, and to delegations (RFC 4592 2.2.1). Left out: never.
   */
  holds?(exchange: Exchange): boolean;
  /**
   * Adds the zone's SOA to the authority section, at the negative TTL (RFC 2308 5), for a handler inside the zone that had no record to give.
   * The RCODE stays as it is.
   */
  negative?(exchange: Exchange): void;
}
