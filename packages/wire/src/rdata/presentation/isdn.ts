import { characterString, formatCharacterString } from '../fields.ts';
import { type Presentation, sequence } from '../form.ts';

const subaddress = characterString('the subaddress');

const optionalSubaddress: Presentation = {
  parse(tokens, out) {
    if (tokens.hasMore) subaddress.parse(tokens, out);
  },
  format: (rdata) => (rdata.remaining > 0 ? formatCharacterString(rdata) : ''),
};

/** RFC 1183 3.2. */
export const isdn = sequence(characterString('the ISDN address'), optionalSubaddress);

/** A <character-string> or nothing. */
export function subaddressEnd(octets: Uint8Array, at: number, end: number): number {
  if (at === end) return end;
  return at + 1 + octets[at] <= end ? at + 1 + octets[at] : -1;
}
