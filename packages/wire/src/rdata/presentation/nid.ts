import { unsigned } from '../fields.ts';
import { sequence } from '../form.ts';
import { fourGroups } from '../groups.ts';

/** RFC 6742 2.1.2. */
export const nid = sequence(unsigned(2, 'the preference'), fourGroups('the NodeID'));
