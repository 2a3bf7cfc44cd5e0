import { domainName, seconds, sequence, unsigned } from '../presentation.ts';

/** RFC 1035 3.3.13. */
export const soa = sequence(
  domainName('the primary name server (MNAME)'),
  domainName('the mailbox (RNAME)'),
  unsigned(4, 'the serial'),
  seconds('REFRESH'),
  seconds('RETRY'),
  seconds('EXPIRE'),
  seconds('MINIMUM'),
);
