import { formatAddress, parseAddress } from './address.ts';
import { SteeringError } from './errors.ts';

/**
 * Whom a decision is for: the subnet of an ECS option, or the source address of the packet (then 32 or 128 bits of it).
 * Bits past `prefixLength` are zero (RFC 7871 6).
 */
export interface ClientSubnet {
  /** The first 4 or 16 octets count, by `family`; may be longer, and may be reused by its owner after the call. */
  address: Uint8Array;
  family: 4 | 6;
  /** SOURCE PREFIX-LENGTH: 0-32 or 0-128 bits. 0 says: the client does not want to be looked at (RFC 7871 7.1.2). */
  prefixLength: number;
  fromEcs: boolean;
}

/**
 * Reads `81.2.69.0/24`, `2001:db8::/48`, or an address without a length (all of its bits). Bits past the length are cleared.
 *
 * @throws SteeringError ERR_STEERING_CLIENT
 */
export function parseClientSubnet(text: string, fromEcs = true): ClientSubnet {
  const slash = text.indexOf('/');
  const octets = parseAddress(slash < 0 ? text : text.slice(0, slash));
  const bits = octets === undefined ? 0 : octets.length * 8;
  const digits = slash < 0 ? String(bits) : text.slice(slash + 1);
  const prefixLength = /^\d{1,3}$/.test(digits) ? Number(digits) : Number.NaN;
  if (octets === undefined || !(prefixLength <= bits)) {
    throw new SteeringError(
      'ERR_STEERING_CLIENT',
      { kind: 'argument', name: 'client' },
      [],
      text,
      'an address, or an address and a prefix length, such as 192.0.2.0/24 or 2001:db8::/56',
    );
  }
  const address = new Uint8Array(16);
  address.set(octets);
  clearPast(address, prefixLength);
  return { address, family: octets.length === 4 ? 4 : 6, prefixLength, fromEcs };
}

export function formatSubnet(address: Uint8Array, family: 4 | 6, prefixLength: number): string {
  const masked = address.slice(0, family === 4 ? 4 : 16);
  clearPast(masked, prefixLength);
  return `${formatAddress(masked, family)}/${prefixLength}`;
}

function clearPast(octets: Uint8Array, prefixLength: number): void {
  const whole = prefixLength >> 3;
  if (whole >= octets.length) return;
  octets[whole] = (octets[whole] ?? 0) & (0xff00 >> (prefixLength & 7));
  octets.fill(0, whole + 1);
}
