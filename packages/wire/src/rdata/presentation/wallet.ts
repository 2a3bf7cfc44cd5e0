import { txt } from './txt.ts';

/** The form of TXT, as its template in the IANA registry says. */
export const wallet = txt;
