import { dnskey } from './dnskey.ts';

/** RFC 7344 3.2: the form of DNSKEY; RFC 8078 4: `0 3 0 AA==` asks for the DS to go. */
export const cdnskey = dnskey;
