import type { SigningKey } from '@dnsteer/dnssec';
import { signZone } from '@dnsteer/signer';
import type { ZoneBuilder, ZoneImage } from '@dnsteer/zone';

/** An owner whose RRsets of `types` are made at the time of the query. */
export interface DynamicOwner {
  /** Wire name, at or below the apex. */
  readonly owner: Uint8Array;
  readonly types: readonly number[];
  /** Index into the sources that the zone is bound to. */
  readonly dynamicId: number;
  /** The most that its records may be kept; the Original TTL of their signatures (RFC 4035 5.3.3). */
  readonly maxTtlSeconds: number;
}

export interface BuiltZone {
  readonly image: ZoneImage;
  /** When its signatures are to be made anew, seconds since 1970; `undefined` for a zone that is not signed. */
  readonly refreshAtSeconds: number | undefined;
}

/**
 * Makes the image of a zone: dynamic owners in, signed if there are keys.
 *
 * @param builder - used up.
 * @throws ZoneError, SignerError.
 */
export function buildZone(
  builder: ZoneBuilder,
  dynamic: readonly DynamicOwner[],
  keys: readonly SigningKey[],
  nowSeconds: number,
  allocate?: (octets: number) => SharedArrayBuffer,
): BuiltZone {
  for (const { owner, types, dynamicId, maxTtlSeconds } of dynamic) builder.addDynamic(owner, types, dynamicId, maxTtlSeconds);
  const signed = keys.length === 0 ? undefined : signZone(builder, keys, { nowSeconds });
  return { image: builder.build(allocate), refreshAtSeconds: signed?.refreshAtSeconds };
}
