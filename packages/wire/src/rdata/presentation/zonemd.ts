import { typedDigest, ZONEMD_DIGEST_OCTETS, ZONEMD_LEAST_DIGEST_OCTETS } from '../digests.ts';
import { unsigned } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 8976 2.3. */
export const zonemd = sequence(
  unsigned(4, 'the serial'),
  unsigned(1, 'the scheme'),
  typedDigest('the hash algorithm', 'the digest', ZONEMD_DIGEST_OCTETS, ZONEMD_LEAST_DIGEST_OCTETS),
);
