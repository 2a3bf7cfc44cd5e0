import { svcb } from './svcb.ts';

/** RFC 9460 9: the form of SVCB. */
export const https = svcb;
