import { ALGORITHM_MNEMONICS } from '../algorithms.ts';
import { hexRest, numberOrMnemonic, unsigned } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 4034 5.3. */
export const ds = sequence(
  unsigned(2, 'the key tag'),
  numberOrMnemonic(1, 'the algorithm', ALGORITHM_MNEMONICS),
  unsigned(1, 'the digest type'),
  hexRest('the digest'),
);
