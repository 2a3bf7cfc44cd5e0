import { unsigned } from '../fields.ts';
import { type Presentation, sequence } from '../form.ts';
import { escapeText, unescapeText } from '../tokens.ts';

/** To the end of RDATA, so without the limit of a <character-string>; not empty (RFC 7553 4.4). */
const target: Presentation = {
  parse(tokens, out) {
    const { text } = tokens.nextText('the target');
    if (text === '') throw tokens.wrong('a target that is not empty');
    out.append(tokens.locate(() => unescapeText(text)));
  },
  format: (rdata) => `"${escapeText(rdata.rest())}"`,
};

/** RFC 7553 4. */
export const uri = sequence(unsigned(2, 'the priority'), unsigned(2, 'the weight'), target);
