import { typeBitmapRest, unsigned } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 7477 2.1.2. */
export const csync = sequence(unsigned(4, 'the SOA serial'), unsigned(2, 'the flags'), typeBitmapRest);
