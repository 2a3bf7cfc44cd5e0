import { unsigned } from '../fields.ts';
import type { Presentation } from '../form.ts';
import { formatGateway, GATEWAY, parseGateway, parseGatewayType } from '../gateway.ts';

const DISCOVERY_OPTIONAL = 0x80;
const precedence = unsigned(1, 'the precedence');

/** RFC 8777 4.3.1. A relay of a type above 3 has no text of its own. */
export const amtrelay: Presentation = {
  parse(tokens, out) {
    precedence.parse(tokens, out);
    const { text } = tokens.next('the discovery optional flag');
    if (text !== '0' && text !== '1') throw tokens.wrong('the discovery optional flag, 0 or 1');
    const type = parseGatewayType(tokens);
    out.u8(type | (text === '1' ? DISCOVERY_OPTIONAL : 0));
    parseGateway(type, tokens, out);
  },
  format(rdata) {
    const head = precedence.format(rdata);
    const flagAndType = rdata.u8();
    const type = flagAndType & ~DISCOVERY_OPTIONAL;
    if (type > GATEWAY.NAME) return undefined;
    return `${head} ${flagAndType >> 7} ${type} ${formatGateway(type, rdata)}`;
  },
};
