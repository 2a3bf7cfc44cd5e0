import { domainName, unsigned } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 1183 3.3. */
export const rt = sequence(unsigned(2, 'the preference'), domainName('the intermediate host'));
