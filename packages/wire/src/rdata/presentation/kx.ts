import { domainName, unsigned } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 2230 3.1. */
export const kx = sequence(unsigned(2, 'the preference'), domainName('the key exchanger'));
