import { characterString, repeated } from '../presentation.ts';

/** RFC 1035 3.3.14. */
export const txt = repeated(characterString('a text'), 1);
