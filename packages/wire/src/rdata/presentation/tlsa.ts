import { hexRest, unsigned } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 6698 2.2. */
export const tlsa = sequence(
  unsigned(1, 'the certificate usage'),
  unsigned(1, 'the selector'),
  unsigned(1, 'the matching type'),
  hexRest('the certificate association data'),
);
