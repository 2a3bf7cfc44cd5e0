import { txt } from './txt.ts';

/** RFC 7208 3.1 (obsolete): the form of TXT. */
export const spf = txt;
