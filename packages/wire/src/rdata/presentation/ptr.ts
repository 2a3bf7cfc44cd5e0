import { domainName } from '../fields.ts';

/** RFC 1035 3.3.12. */
export const ptr = domainName('a name');
