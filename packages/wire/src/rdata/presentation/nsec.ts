import { domainName, typeBitmapRest } from '../fields.ts';
import { record } from '../form.ts';

/** RFC 4034 4.2. */
export const nsec = record({ nextDomain: domainName('the next domain name'), rrtypes: typeBitmapRest });
