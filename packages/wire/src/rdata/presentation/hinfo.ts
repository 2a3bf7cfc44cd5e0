import { characterString } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 1035 3.3.2. */
export const hinfo = sequence(characterString('the CPU'), characterString('the operating system'));
