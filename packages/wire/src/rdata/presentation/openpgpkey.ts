import { base64Rest } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 7929 2.3. */
export const openpgpkey = sequence(base64Rest('the public key'));
