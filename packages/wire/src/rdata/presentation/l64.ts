import { unsigned } from '../fields.ts';
import { sequence } from '../form.ts';
import { fourGroups } from '../groups.ts';

/** RFC 6742 2.3.2. */
export const l64 = sequence(unsigned(2, 'the preference'), fourGroups('the 64-bit locator'));
