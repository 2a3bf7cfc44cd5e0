import { SSHFP_FINGERPRINT_OCTETS, typedDigest } from '../digests.ts';
import { unsigned } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 4255 3.2. */
export const sshfp = sequence(
  unsigned(1, 'the algorithm'),
  typedDigest('the fingerprint type', 'the fingerprint', SSHFP_FINGERPRINT_OCTETS),
);
