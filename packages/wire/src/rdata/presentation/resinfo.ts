import { txt } from './txt.ts';

/** RFC 9606 4: the form of TXT. */
export const resinfo = txt;
