import { ALGORITHM_MNEMONICS } from '../algorithms.ts';
import { DS_DIGEST_OCTETS, typedDigest } from '../digests.ts';
import { numberOrMnemonic, unsigned } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 4034 5.3. */
export const ds = sequence(
  unsigned(2, 'the key tag'),
  numberOrMnemonic(1, 'the algorithm', ALGORITHM_MNEMONICS),
  typedDigest('the digest type', 'the digest', DS_DIGEST_OCTETS),
);
