import { tlsa } from './tlsa.ts';

/** RFC 8162 2: the form of TLSA. */
export const smimea = tlsa;
