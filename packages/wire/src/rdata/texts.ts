import type { RdataBuilder } from './cursor.ts';
import { formatCharacterString } from './fields.ts';
import { type Field, invalid, type Presentation } from './form.ts';
import { type TokenReader, unescapeText } from './tokens.ts';

/** One <character-string> whose octets have a syntax of their own; what is not of that syntax has no text. */
export function checkedString(what: string, holds: (octets: Uint8Array) => boolean): Presentation {
  return {
    parse(tokens, out) {
      const octets = unescaped(tokens, what);
      if (octets.length > 255 || !holds(octets)) throw tokens.wrong(`${what}, at most 255 octets`);
      appendString(octets, out);
    },
    format(rdata) {
      const start = rdata.at;
      const isHeld = holds(rdata.characterString());
      rdata.at = start;
      return isHeld ? formatCharacterString(rdata) : undefined;
    },
  };
}

/** A {@link checkedString} that in an object is a string, or octets where they are not UTF-8; one left out is empty. */
export function textString(what: string, holds: (octets: Uint8Array) => boolean = () => true): Field {
  return {
    ...checkedString(what, holds),
    object: {
      encode(value = '', out) {
        const octets = typeof value === 'string' ? Buffer.from(value) : value;
        if (!(octets instanceof Uint8Array) || octets.length > 255) throw invalid(`${what}, at most 255 octets`, value);
        appendString(octets, out);
      },
      decode(rdata) {
        const octets = Buffer.from(rdata.characterString());
        const text = octets.toString();
        return Buffer.from(text).equals(octets) ? text : octets;
      },
    },
  };
}

function unescaped(tokens: TokenReader, what: string): Uint8Array {
  const { text } = tokens.nextText(what);
  return tokens.locate(() => unescapeText(text));
}

function appendString(octets: Uint8Array, out: RdataBuilder): void {
  out.u8(octets.length);
  out.append(octets);
}
