import { domainName } from '../fields.ts';

/** RFC 1035 3.3.4 (obsolete). */
export const md = domainName('a mail destination');
