import { domainName } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 1035 3.3.7 (obsolete). */
export const minfo = sequence(domainName('the mailbox of who is responsible'), domainName('the mailbox for errors'));
