import { domainName } from '../fields.ts';
import { record } from '../form.ts';

/** RFC 1183 2.2. */
export const rp = record({ mbox: domainName('the mailbox'), txt: domainName('the name of a TXT') });
