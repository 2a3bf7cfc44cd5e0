import { ipv6Address } from '../fields.ts';

/** RFC 3596 2.4. */
export const aaaa = ipv6Address;
