import { ipv4Address, unsigned } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 6742 2.2.2. */
export const l32 = sequence(unsigned(2, 'the preference'), ipv4Address);
