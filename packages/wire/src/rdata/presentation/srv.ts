import { domainName, sequence, unsigned } from '../presentation.ts';

/** RFC 2782. */
export const srv = sequence(unsigned(2, 'the priority'), unsigned(2, 'the weight'), unsigned(2, 'the port'), domainName('the target'));
