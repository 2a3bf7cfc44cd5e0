import type { PreparedRdatas } from './choice.ts';
import type { Lookup, ZoneFacts } from './lookup.ts';
import { RdataList } from './rdata-list.ts';

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

/** The signatures of what was prepared, for one owner. */
export class KeptSignatures {
  readonly list = new RdataList();
  zone: ZoneFacts | undefined;
  node = -1;
  type = 0;
  originalTtlSeconds = 0;
  /** When the signer gave them. It knows for how long they hold, so it is asked again in the next second. */
  atSeconds = Number.NaN;
}

/** As `signMade`, for RDATAs that are answered again and again: the signer is asked once a second. All expansions of a wildcard share one signature. */
export function signPrepared(lookup: Lookup, node: number, type: number, originalTtlSeconds: number, prepared: PreparedRdatas): RdataList {
  const { exchange, zone } = lookup;
  const kept = (prepared.signatures ??= new KeptSignatures());
  const isKept =
    kept.atSeconds === exchange.nowSeconds &&
    kept.node === node &&
    kept.zone === zone &&
    kept.type === type &&
    kept.originalTtlSeconds === originalTtlSeconds;
  if (isKept) return kept.list;
  kept.atSeconds = Number.NaN;
  if (!signMade(lookup, type, originalTtlSeconds, prepared.rdatas)) return lookup.signatures;
  kept.list.copy(lookup.signatures);
  kept.zone = zone;
  kept.node = node;
  kept.type = type;
  kept.originalTtlSeconds = originalTtlSeconds;
  kept.atSeconds = exchange.nowSeconds;
  return kept.list;
}
