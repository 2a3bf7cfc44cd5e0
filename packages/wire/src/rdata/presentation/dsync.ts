import { domainName, rrType, unsigned } from '../fields.ts';
import { type Presentation, sequence } from '../form.ts';

const NOTIFY = 1;
const number = unsigned(1, 'the scheme');

/** By mnemonic where it has one, else a number (RFC 9859 2.2). */
const scheme: Presentation = {
  parse(tokens, out) {
    if (tokens.peek()?.text.toUpperCase() !== 'NOTIFY') return number.parse(tokens, out);
    tokens.next('the scheme');
    out.u8(NOTIFY);
  },
  format(rdata) {
    const text = number.format(rdata);
    return text === String(NOTIFY) ? 'NOTIFY' : text;
  },
};

/** RFC 9859 2.1. */
export const dsync = sequence(rrType('the type to notify about'), scheme, unsigned(2, 'the port'), domainName('the target'));
