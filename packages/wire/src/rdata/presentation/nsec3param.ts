import { unsigned } from '../fields.ts';
import { sequence } from '../form.ts';
import { salt } from './nsec3.ts';

/** RFC 5155 4.3. */
export const nsec3param = sequence(unsigned(1, 'the hash algorithm'), unsigned(1, 'the flags'), unsigned(2, 'the iterations'), salt);
