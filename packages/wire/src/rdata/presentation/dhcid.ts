import { base64Rest } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 4701 3.2. */
export const dhcid = sequence(base64Rest('the identifier'));
