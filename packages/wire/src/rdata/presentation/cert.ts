import { ALGORITHM_MNEMONICS } from '../algorithms.ts';
import { base64Rest, numberOrMnemonic, unsigned } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 4398 2.1. */
const TYPES = { PKIX: 1, SPKI: 2, PGP: 3, IPKIX: 4, ISPKI: 5, IPGP: 6, ACPKIX: 7, IACPKIX: 8, URI: 253, OID: 254 } as const;

/** RFC 4398 2.2. */
export const cert = sequence(
  numberOrMnemonic(2, 'the type of the certificate', TYPES),
  unsigned(2, 'the key tag'),
  numberOrMnemonic(1, 'the algorithm', ALGORITHM_MNEMONICS),
  base64Rest('the certificate'),
);
