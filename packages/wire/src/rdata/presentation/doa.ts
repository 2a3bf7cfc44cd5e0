import { base64Rest, characterString, unsigned } from '../fields.ts';
import { type Presentation, sequence } from '../form.ts';

const octets = base64Rest('the data');

/** Base64, or a hyphen for none. */
const data: Presentation = {
  parse(tokens, out) {
    if (tokens.peek()?.text === '-') tokens.next('the data');
    else octets.parse(tokens, out);
  },
  format: (rdata) => (rdata.remaining > 0 ? octets.format(rdata) : '-'),
};

/** draft-durand-doa-over-dns 3.2. */
export const doa = sequence(
  unsigned(4, 'the enterprise'),
  unsigned(4, 'the type'),
  unsigned(1, 'the location'),
  characterString('the media type'),
  data,
);
