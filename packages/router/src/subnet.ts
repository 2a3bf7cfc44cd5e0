import { isIP } from 'node:net';
import { readAddress } from './client.ts';
import { RouterError } from './errors.ts';
import { addressText } from './request.ts';

export interface Subnet {
  /** Text as it was given, without the prefix length; of an IPv4-mapped address, the IPv4 address. */
  readonly address: string;
  readonly family: 4 | 6;
  readonly prefixLength: number;
  /** Whether an address of the same family lies in it. */
  contains(address: string): boolean;
  /** As `contains`, for an address as `readPeer` reads it. Allocates nothing. */
  holds(octets: Uint8Array, family: 4 | 6): boolean;
}

/**
 * Reads '192.0.2.0/24', '2001:db8::/32', or an address alone (its whole length).
 *
 * @throws RouterError ERR_ROUTER_CLIENT.
 */
export function parseSubnet(text: string): Subnet {
  const slash = text.indexOf('/');
  const given = slash < 0 ? text : text.slice(0, slash);
  const lengthText = slash < 0 ? undefined : text.slice(slash + 1);
  const version = isIP(given);
  const own = new Uint8Array(16);
  const family = readAddress(given, own);
  const bits = version === 4 ? 32 : 128;
  // An IPv4-mapped address is the IPv4 address behind its first 96 bits.
  const mappedBits = version === 6 && family === 4 ? 96 : 0;
  const prefixLength = (lengthText === undefined ? bits : Number(lengthText)) - mappedBits;
  if (version === 0 || !/^\d{1,3}$/.test(lengthText ?? '0') || prefixLength < 0 || prefixLength > bits - mappedBits) {
    throw new RouterError(
      'ERR_ROUTER_CLIENT',
      `found ${JSON.stringify(text)}, expected a prefix such as '192.0.2.0/24' or '2001:db8::/32', or an address`,
    );
  }
  const other = new Uint8Array(16);
  return {
    address: mappedBits === 0 ? given : addressText(own, 4),
    family,
    prefixLength,
    contains: (candidate) => readAddress(candidate, other) === family && samePrefix(own, other, prefixLength),
    holds: (octets, ownFamily) => ownFamily === family && samePrefix(own, octets, prefixLength),
  };
}

function samePrefix(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false;
  const rest = bits & 7;
  return rest === 0 || (a[whole]! ^ b[whole]!) >> (8 - rest) === 0;
}
