import type { AnswerStatus, Exchange } from '@dnsteer/router';
import { EDE, RCODE, TYPE } from '@dnsteer/wire';
import { fail } from './failure.ts';
import type { Lookup } from './lookup.ts';
import { deferCoveringNsec, deferMintedNsec, deferNsecOf } from './nsec.ts';
import {
  deferMintedNsec3,
  deferNsec3NameDenial,
  deferNsec3NoCloserMatch,
  deferNsec3TypeDenial,
  deferNsec3WildcardTypeDenial,
} from './nsec3.ts';

// Proofs of denial, by NSEC3 where the zone has a chain of them, by NSEC elsewhere. They go to the end of the authority section, each once; called only
// where `lookup.proves`.

/**
 * Proves that SNAME does not exist, nor a wildcard that could stand for it (RFC 4035 3.1.3.2, RFC 5155 7.2.2).
 *
 * @returns false when the NSEC3 chain says otherwise.
 */
export function deferNameDenial(lookup: Lookup): boolean {
  if (lookup.image.hasNsec3) return deferNsec3NameDenial(lookup);
  // Often one NSEC does both.
  deferCoveringNsec(lookup, lookup.exchange.sname);
  deferCoveringNsec(lookup, lookup.setWildcardName());
  return true;
}

/**
 * Proves that the node, SNAME itself or the wildcard that it is answered by, has no RRset of the type (RFC 4035 3.1.3.1, RFC 5155 7.2.3 to 7.2.5). After
 * `deferNoCloserMatch`, where it is a wildcard.
 */
export function deferTypeDenial(lookup: Lookup, node: number): void {
  const { image, synthesised } = lookup;
  if (image.hasNsec3 && synthesised) deferNsec3WildcardTypeDenial(lookup, node);
  else if (image.hasNsec3) deferNsec3TypeDenial(lookup, node);
  else if (image.rrset(node, TYPE.NSEC) >= 0) deferNsecOf(lookup, node);
  // An empty non-terminal: the NSEC whose next name lies below it.
  else deferCoveringNsec(lookup, synthesised ? lookup.setWildcardName() : lookup.exchange.sname);
}

/**
 * Proves that nothing is closer to SNAME than the wildcard which it is answered by (RFC 4035 3.1.3.3, RFC 5155 7.2.6).
 *
 * @returns false when the NSEC3 chain says that something is.
 */
export function deferNoCloserMatch(lookup: Lookup): boolean {
  if (lookup.image.hasNsec3) return deferNsec3NoCloserMatch(lookup);
  deferCoveringNsec(lookup, lookup.exchange.sname);
  return true;
}

/** RFC 5155 7.2.9: the hash of a name that does not exist is in the chain. Far likelier than a collision is a chain that is older than the zone. */
export function failDenial(exchange: Exchange): AnswerStatus {
  return fail(exchange, RCODE.SERVFAIL, EDE.OTHER, 'the NSEC3 chain has a name that the zone lacks');
}

/** Proves that the zone below a delegation point is not signed (RFC 4035 3.1.4, RFC 5155 7.2.7). */
export function deferNoDs(lookup: Lookup, node: number): void {
  if (lookup.image.hasNsec3) deferNsec3TypeDenial(lookup, node);
  else deferNsecOf(lookup, node);
}

/**
 * Proves, for a while, that the node lacks a type that it has at other times.
 *
 * @param ttlSeconds - how long that may be believed at most.
 * @returns false when there is no signature for it.
 */
export function deferMintedDenial(lookup: Lookup, node: number, type: number, ttlSeconds: number): boolean {
  return (lookup.image.hasNsec3 ? deferMintedNsec3 : deferMintedNsec)(lookup, node, type, ttlSeconds);
}
