import { domainName } from '../fields.ts';

/** RFC 1035 3.3.8 (obsolete). */
export const mr = domainName('the new name of a mailbox');
