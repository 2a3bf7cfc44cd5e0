import { domainName, sequence, unsigned } from '../presentation.ts';

/** RFC 1035 3.3.9. */
export const mx = sequence(unsigned(2, 'the preference'), domainName('the mail exchange'));
