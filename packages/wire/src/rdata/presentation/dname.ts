import { domainName } from '../fields.ts';

/** RFC 6672 2.1. */
export const dname = domainName('the target name');
