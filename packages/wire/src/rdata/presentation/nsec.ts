import { domainName, sequence, typeBitmapRest } from '../presentation.ts';

/** RFC 4034 4.2. */
export const nsec = sequence(domainName('the next domain name'), typeBitmapRest);
