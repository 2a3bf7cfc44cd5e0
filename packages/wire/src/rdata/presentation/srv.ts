import { domainName, unsigned } from '../fields.ts';
import { record } from '../form.ts';

/** RFC 2782. */
export const srv = record({
  priority: unsigned(2, 'the priority'),
  weight: unsigned(2, 'the weight'),
  port: unsigned(2, 'the port'),
  target: domainName('the target'),
});
