import { formatBase64 } from '../encodings.ts';
import { base64Rest, unsigned } from '../fields.ts';
import type { Presentation } from '../form.ts';
import { formatGateway, parseGateway, parseGatewayType } from '../gateway.ts';

const precedence = unsigned(1, 'the precedence');
const algorithm = unsigned(1, 'the algorithm');
const publicKey = base64Rest('the public key');

/** RFC 4025 3.1. The gateway's type stands before the algorithm, the gateway behind it; without a key the algorithm is 0. */
export const ipseckey: Presentation = {
  parse(tokens, out) {
    precedence.parse(tokens, out);
    const type = parseGatewayType(tokens);
    out.u8(type);
    const hasNoKey = /^0+$/.test(tokens.peek()?.text ?? '');
    algorithm.parse(tokens, out);
    parseGateway(type, tokens, out);
    if (tokens.hasMore || !hasNoKey) publicKey.parse(tokens, out);
  },
  format(rdata) {
    const head = precedence.format(rdata);
    const type = rdata.u8();
    return `${head} ${type} ${algorithm.format(rdata)} ${formatGateway(type, rdata)} ${formatBase64(rdata.rest())}`.trimEnd();
  },
};
