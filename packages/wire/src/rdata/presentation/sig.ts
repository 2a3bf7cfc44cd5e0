import { rrsig } from './rrsig.ts';

/** RFC 2535 7.2, the form of RRSIG. SIG(0) covers TYPE0 (RFC 2931 3). */
export const sig = rrsig;
