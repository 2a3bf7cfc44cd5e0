import { domainName } from '../fields.ts';

/** RFC 1035 3.3.5 (obsolete). */
export const mf = domainName('a mail forwarder');
