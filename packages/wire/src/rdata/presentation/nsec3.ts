import { formatBase32Hex, parseBase32Hex } from '../base32hex.ts';
import { formatHex, parseHex } from '../encodings.ts';
import { typeBitmapRest, unsigned } from '../fields.ts';
import { type Field, invalid, record } from '../form.ts';

/** Octets behind a length octet, one word in text; in an object octets. */
function countedOctets(
  what: string,
  least: 0 | 1,
  read: (text: string) => Uint8Array | undefined,
  write: (octets: Uint8Array) => string,
): Field {
  return {
    parse(tokens, out) {
      const octets = read(tokens.next(what).text);
      if (octets === undefined || octets.length < least || octets.length > 255) throw tokens.wrong(`${what} of ${least} to 255 octets`);
      out.u8(octets.length);
      out.append(octets);
    },
    format: (rdata) => write(rdata.characterString()),
    object: {
      encode(value, out) {
        if (!(value instanceof Uint8Array) || value.length < least || value.length > 255)
          throw invalid(`${what} as ${least} to 255 octets`, value);
        out.u8(value.length);
        out.append(value);
      },
      decode: (rdata) => Buffer.from(rdata.characterString()),
    },
  };
}

/** In hexadecimal, `-` for none (RFC 5155 3.3). */
export const salt: Field = countedOctets(
  'the salt in hexadecimal, or -,',
  0,
  (text) => (text === '-' ? new Uint8Array(0) : text === '' ? undefined : parseHex(text)),
  (octets) => (octets.length === 0 ? '-' : formatHex(octets)),
);

/** RFC 5155 3.3. The bitmap of an empty non-terminal is empty (7.1). */
export const nsec3 = record({
  algorithm: unsigned(1, 'the hash algorithm'),
  flags: unsigned(1, 'the flags'),
  iterations: unsigned(2, 'the iterations'),
  salt,
  nextDomain: countedOctets('the next hashed owner name in base32hex', 1, parseBase32Hex, formatBase32Hex),
  rrtypes: typeBitmapRest,
});
