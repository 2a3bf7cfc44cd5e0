import { domainName } from '../fields.ts';

/** RFC 1706 6. */
export const nsapPtr = domainName('a name');
