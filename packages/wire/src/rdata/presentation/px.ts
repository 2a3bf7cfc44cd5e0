import { domainName, unsigned } from '../fields.ts';
import { sequence } from '../form.ts';

/** RFC 2163 4. */
export const px = sequence(
  unsigned(2, 'the preference'),
  domainName('the RFC 822 domain (MAP822)'),
  domainName('the X.400 domain (MAPX400)'),
);
