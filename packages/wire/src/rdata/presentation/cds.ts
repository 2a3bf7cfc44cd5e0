import { ds } from './ds.ts';

/** RFC 7344 3.1: the form of DS; RFC 8078 4: `0 0 0 00` asks for the DS to go. */
export const cds = ds;
