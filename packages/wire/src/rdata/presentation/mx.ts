import { domainName, unsigned } from '../fields.ts';
import { record } from '../form.ts';

/** RFC 1035 3.3.9. */
export const mx = record({ preference: unsigned(2, 'the preference'), exchange: domainName('the mail exchange') });
