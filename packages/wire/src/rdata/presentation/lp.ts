import { domainName, unsigned } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 6742 2.4.2. */
export const lp = sequence(unsigned(2, 'the preference'), domainName('the name of locators'));
