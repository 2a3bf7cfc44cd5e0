import { domainName, seconds, unsigned } from '../fields.ts';
import { record } from '../form.ts';

/** RFC 1035 3.3.13. */
export const soa = record({
  mname: domainName('the primary name server (MNAME)'),
  rname: domainName('the mailbox (RNAME)'),
  serial: unsigned(4, 'the serial'),
  refresh: seconds('REFRESH'),
  retry: seconds('RETRY'),
  expire: seconds('EXPIRE'),
  minimum: seconds('MINIMUM'),
});
