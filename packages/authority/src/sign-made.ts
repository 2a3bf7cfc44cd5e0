import type { Lookup } from './lookup.ts';

/**
 * Signs an RRset that the image does not hold, at the owner name of this link, or at the wildcard that it is synthesised from (RFC 4035 5.3.2). The
 * RRSIG RDATAs go to `lookup.signatures`.
 *
 * @returns false when there is no signature.
 */
export function signMade(lookup: Lookup, type: number, originalTtlSeconds: number, rdatas: readonly Uint8Array[]): boolean {
  const { exchange, match, signatures, zone } = lookup;
  const { octets, labelCount } = exchange.sname;
  // Labels: neither root nor a leftmost "*" counts (RFC 4034 3.1.3).
  const isWildcard = octets[0] === 1 && octets[1] === 0x2a;
  const labels = lookup.synthesised ? match.closestEncloserLabels : labelCount - (isWildcard ? 1 : 0);
  signatures.fill(zone.signer!.sign(octets, type, originalTtlSeconds, rdatas, labels));
  return signatures.count > 0;
}
