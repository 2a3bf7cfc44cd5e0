import { isIP } from 'node:net';
import { readAddress } from './client.ts';
import { RouterError } from './errors.ts';

export interface Subnet {
  /** Text as it was given, without the prefix length. */
  readonly address: string;
  readonly family: 4 | 6;
  readonly prefixLength: number;
  /** Whether an address of the same family lies in it. */
  contains(address: string): boolean;
}

/**
 * Reads '192.0.2.0/24', '2001:db8::/32', or an address alone (its whole length).
 *
 * @throws RouterError ERR_ROUTER_CLIENT.
 */
export function parseSubnet(text: string): Subnet {
  const [address = '', lengthText] = text.split('/');
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const prefixLength = lengthText === undefined ? bits : Number(lengthText);
  if (version === 0 || !/^\d+$/.test(lengthText ?? '0') || prefixLength > bits) {
    throw new RouterError(
      'ERR_ROUTER_CLIENT',
      `found ${JSON.stringify(text)}, expected a prefix such as '192.0.2.0/24' or '2001:db8::/32', or an address`,
    );
  }
  const own = new Uint8Array(16);
  const family = readAddress(address, own);
  const other = new Uint8Array(16);
  return {
    address,
    family,
    prefixLength,
    contains: (candidate) => readAddress(candidate, other) === family && samePrefix(own, other, prefixLength),
  };
}

function samePrefix(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false;
  const rest = bits & 7;
  return rest === 0 || (a[whole]! ^ b[whole]!) >> (8 - rest) === 0;
}
