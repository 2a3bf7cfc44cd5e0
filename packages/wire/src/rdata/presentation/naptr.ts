import { domainName, unsigned } from '../fields.ts';
import { record } from '../form.ts';
import { isSubstitution } from '../substitution.ts';
import { textString } from '../texts.ts';

/** RFC 3403 4.1. */
export const naptr = record({
  order: unsigned(2, 'the order'),
  preference: unsigned(2, 'the preference'),
  flags: textString('the flags'),
  services: textString('the services'),
  regexp: textString('a substitution as !expression!replacement!, or nothing', (octets) => octets.length === 0 || isSubstitution(octets)),
  replacement: domainName('the replacement'),
});
