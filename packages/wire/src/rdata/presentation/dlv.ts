import { ds } from './ds.ts';

/** RFC 4431 2: the form of DS. */
export const dlv = ds;
