import { sequence } from '../form.ts';
import { hyphenated } from '../groups.ts';

/** RFC 7043 3.2. */
export const eui48 = sequence(hyphenated('an EUI-48 address', 6));
