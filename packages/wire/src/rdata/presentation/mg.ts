import { domainName } from '../fields.ts';

/** RFC 1035 3.3.6 (obsolete). */
export const mg = domainName('a member of a mail group');
