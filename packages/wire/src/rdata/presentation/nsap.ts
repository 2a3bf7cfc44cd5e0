import { formatHex, parseHex } from '../encodings.ts';
import type { Presentation } from '../form.ts';

/** RFC 1706 5: `0x` and hexadecimal, with dots anywhere to please the eye. */
export const nsap: Presentation = {
  parse(tokens, out) {
    const { text } = tokens.next('an NSAP');
    const octets = /^0x[0-9A-F.]+$/i.test(text) ? parseHex(text.slice(2).replaceAll('.', '')) : undefined;
    if (octets === undefined) throw tokens.wrong('an NSAP, 0x and hexadecimal, two digits an octet');
    out.append(octets);
  },
  format: (rdata) => '0x' + formatHex(rdata.rest()).toLowerCase(),
};
