import { isIP } from 'node:net';
import { GeoError } from './errors.ts';

/** Text of 4 or 16 octets. An IPv4-mapped IPv6 address counts as IPv4 (RFC 4291 2.5.5.2): databases have it there. */
export function addressText(octets: Uint8Array): string {
  if (octets.length === 4) return `${octets[0]}.${octets[1]}.${octets[2]}.${octets[3]}`;
  if (octets.length !== 16) throw new GeoError('ERR_GEO_ADDRESS', `found an address of ${octets.length} octets, expected 4 or 16`);
  if (isMapped(octets)) return `${octets[12]}.${octets[13]}.${octets[14]}.${octets[15]}`;
  let text = '';
  for (let i = 0; i < 16; i += 2) text += `${i === 0 ? '' : ':'}${((octets[i]! << 8) | octets[i + 1]!).toString(16)}`;
  return text;
}

/** Bits that stand before the IPv4 address in a mapped one: what a prefix of it is counted from. */
export function mappedBits(octets: Uint8Array): 0 | 96 {
  return octets.length === 16 && isMapped(octets) ? 96 : 0;
}

/** @throws GeoError ERR_GEO_ADDRESS. */
export function checkAddress(text: string): string {
  if (isIP(text) === 0) throw new GeoError('ERR_GEO_ADDRESS', `found ${JSON.stringify(text)}, expected an IPv4 or IPv6 address`);
  return text;
}

function isMapped(octets: Uint8Array): boolean {
  for (let i = 0; i < 10; i++) if (octets[i] !== 0) return false;
  return octets[10] === 0xff && octets[11] === 0xff;
}
