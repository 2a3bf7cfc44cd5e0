import { ipv4Address } from '../fields.ts';

/** RFC 1035 3.4.1. */
export const a = ipv4Address;
