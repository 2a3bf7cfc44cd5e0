import { domainName } from '../fields.ts';

/** RFC 1035 3.3.1. */
export const cname = domainName('the canonical name');
