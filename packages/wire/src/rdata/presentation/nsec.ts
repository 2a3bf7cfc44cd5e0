import { domainName, typeBitmapRest } from '../fields.ts';
import { type Field, record } from '../form.ts';

/** Where a name is, there is a type (RFC 4034 4.1.2). */
const someTypes: Field = {
  ...typeBitmapRest,
  parse(tokens, out) {
    if (!tokens.hasMore) tokens.next('a type');
    typeBitmapRest.parse(tokens, out);
  },
};

/** RFC 4034 4.2. */
export const nsec = record({ nextDomain: domainName('the next domain name'), rrtypes: someTypes });
