import { sequence } from '../form.ts';
import { hyphenated } from '../groups.ts';

/** RFC 7043 4.2. */
export const eui64 = sequence(hyphenated('an EUI-64 address', 8));
