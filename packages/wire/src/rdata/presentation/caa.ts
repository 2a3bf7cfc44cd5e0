import { unsigned } from '../fields.ts';
import { type Presentation, sequence } from '../form.ts';
import { escapeText, unescapeText } from '../tokens.ts';

/** Letters and digits, 1 to 255 of them (RFC 8659 4.1). */
const tag: Presentation = {
  parse(tokens, out) {
    const { text } = tokens.next('a property tag');
    if (!/^[0-9A-Za-z]{1,255}$/.test(text)) throw tokens.wrong('a property tag of letters and digits');
    out.u8(text.length);
    for (let i = 0; i < text.length; i++) out.u8(text.charCodeAt(i));
  },
  format: (rdata) => escapeText(rdata.characterString()),
};

/** A <character-string> in form, but to the end of RDATA, without a length octet and so without its limit. */
const value: Presentation = {
  parse(tokens, out) {
    const { text } = tokens.nextText('a property value');
    out.append(tokens.locate(() => unescapeText(text)));
  },
  format: (rdata) => `"${escapeText(rdata.rest())}"`,
};

/** RFC 8659 4.1.1. */
export const caa = sequence(unsigned(1, 'the flags'), tag, value);
