import { domainName } from '../fields.ts';

/** RFC 1035 3.3.3 (obsolete). */
export const mb = domainName('the host of a mailbox');
