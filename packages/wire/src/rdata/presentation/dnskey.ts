import { ALGORITHM_MNEMONICS } from '../algorithms.ts';
import { base64Rest, numberOrMnemonic, unsigned } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 4034 2.2. */
export const dnskey = sequence(
  unsigned(2, 'the flags'),
  unsigned(1, 'the protocol'),
  numberOrMnemonic(1, 'the algorithm', ALGORITHM_MNEMONICS),
  base64Rest('the public key'),
);
