import { ds } from './ds.ts';

/** The form of DS (the registry's reference for TA, DNSSEC Trust Authorities). */
export const ta = ds;
