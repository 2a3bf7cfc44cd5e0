import { zoneAnswerer } from '@dnsteer/authority';
import { type KeyMaterial, OnlineSigner } from '@dnsteer/dnssec';
import type { Answerer } from '@dnsteer/router';
import type { ZoneImage } from '@dnsteer/zone';
import { chooserOf, type DynamicSource } from './dynamic-source.ts';

/**
 * An answerer over a zone image.
 *
 * @param sources - by the dynamic ids of the image.
 * @param keys - what signs dynamic RRsets; empty for a zone that is not signed.
 */
export function bindZone(
  image: ZoneImage,
  sources: readonly DynamicSource[],
  keys: readonly KeyMaterial[],
  nowSeconds: () => number,
): Answerer {
  const signer =
    keys.length === 0
      ? undefined
      : new OnlineSigner({ signerName: image.octets.slice(image.apexAt, image.apexAt + 255), keys, nowSeconds });
  return zoneAnswerer(image, { dynamic: chooserOf(sources), ...(signer && { sign: signer }) });
}
