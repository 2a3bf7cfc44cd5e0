import type { RdataBuilder } from '../cursor.ts';
import { characterString, formatCharacterString } from '../fields.ts';
import { type Field, invalid } from '../form.ts';

const text = characterString('a text');

/** RFC 1035 3.3.14: one character-string or more. In an object a string (in UTF-8) or octets, or an array of them; read as octets. */
export const txt: Field = {
  parse(tokens, out) {
    do text.parse(tokens, out);
    while (tokens.hasMore);
  },
  format(rdata) {
    const texts: string[] = [];
    do texts.push(formatCharacterString(rdata));
    while (rdata.remaining > 0);
    return texts.join(' ');
  },
  object: {
    takesText: true,
    encode(value, out) {
      const strings: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (strings.length === 0) throw invalid('one text or more', value);
      for (const string of strings) appendString(string, out);
    },
    decode(rdata) {
      const strings: Buffer[] = [];
      do strings.push(Buffer.from(rdata.characterString()));
      while (rdata.remaining > 0);
      return strings;
    },
  },
};

function appendString(value: unknown, out: RdataBuilder): void {
  const octets = typeof value === 'string' ? Buffer.from(value) : value;
  if (!(octets instanceof Uint8Array)) throw invalid('a text', value);
  if (octets.length > 255) throw invalid(`texts of at most 255 octets each (here ${octets.length}: give an array of parts)`, value);
  out.u8(octets.length);
  out.append(octets);
}
