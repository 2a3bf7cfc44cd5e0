import type { RdataBuilder, RdataReader } from './cursor.ts';
import { domainName, ipv4Address, ipv6Address } from './fields.ts';
import type { Presentation } from './form.ts';
import type { TokenReader } from './tokens.ts';

/** What stands in the gateway of IPSECKEY (RFC 4025 2.3) and in the relay of AMTRELAY (RFC 8777 4.2.3). */
export const GATEWAY = { NONE: 0, IPV4: 1, IPV6: 2, NAME: 3 } as const;

const NONE: Presentation = {
  parse(tokens) {
    if (tokens.next('a dot').text !== '.') throw tokens.wrong('a dot, since there is no gateway');
  },
  format: () => '.',
};

const FORMS: readonly Presentation[] = [NONE, ipv4Address, ipv6Address, domainName('the name of the gateway')];

/** Reads the type of a gateway: 0 to 3. */
export function parseGatewayType(tokens: TokenReader): number {
  const { text } = tokens.next('the gateway type');
  if (!/^[0-3]$/.test(text)) throw tokens.wrong('the gateway type, 0 to 3');
  return Number(text);
}

export function parseGateway(type: number, tokens: TokenReader, out: RdataBuilder): void {
  FORMS[type].parse(tokens, out);
}

export function formatGateway(type: number, rdata: RdataReader): string | undefined {
  return FORMS[type].format(rdata);
}
