import { domainName, unsigned } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 1183 1. */
export const afsdb = sequence(unsigned(2, 'the subtype'), domainName('the host of a server'));
