import { ipv6Address } from '../presentation.ts';

/** RFC 3596 2.4. */
export const aaaa = ipv6Address;
