import { domainName } from '../fields.ts';

/** RFC 1035 3.3.11. */
export const ns = domainName('the name of a name server');
