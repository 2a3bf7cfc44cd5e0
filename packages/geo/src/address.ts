import { isIP } from 'node:net';
import { GeoError } from './errors.ts';

/**
 * Writes the octets of an IP address in text to the start of `out` (16 octets). A zone ('%eth0') is passed over.
 *
 * @returns 4 or 16.
 * @throws GeoError ERR_GEO_BAD_ADDRESS.
 */
export function parseAddress(text: string, out: Uint8Array): 4 | 16 {
  const family = isIP(text);
  if (family === 0) throw new GeoError('ERR_GEO_BAD_ADDRESS', `'${text}' is not an IP address`);
  if (family === 4) {
    writeIPv4(text, out, 0);
    return 4;
  }
  // isIP() has seen to it that there are at most eight groups and one '::'.
  const [left = '', right] = text.split('%', 1)[0]!.split('::');
  out.fill(0);
  const end = writeGroups(left, out);
  if (right !== undefined) {
    const tail = new Uint8Array(16);
    const length = writeGroups(right, tail);
    out.set(tail.subarray(0, length), 16 - length);
  } else if (end !== 16) throw new GeoError('ERR_GEO_BAD_ADDRESS', `'${text}' is not an IP address`);
  return 16;
}

/** @returns the offset past the last group. */
function writeGroups(text: string, out: Uint8Array): number {
  let at = 0;
  if (text === '') return at;
  for (const group of text.split(':')) {
    if (group.includes('.')) {
      writeIPv4(group, out, at);
      at += 4;
      continue;
    }
    const value = Number.parseInt(group, 16);
    out[at++] = value >> 8;
    out[at++] = value & 0xff;
  }
  return at;
}

function writeIPv4(text: string, out: Uint8Array, at: number): void {
  for (const part of text.split('.')) out[at++] = Number(part);
}

/** The text that maxmind reads: dotted, or eight groups. */
export function formatAddress(address: Uint8Array, at: number, octets: number): string {
  if (octets === 4) return `${address[at]}.${address[at + 1]}.${address[at + 2]}.${address[at + 3]}`;
  const groups: string[] = [];
  for (let i = at; i < at + 16; i += 2) groups.push(((address[i]! << 8) | address[i + 1]!).toString(16));
  return groups.join(':');
}

/** ::ffff:0:0/96, the IPv6 form of IPv4 addresses (RFC 4291 2.5.5.2). */
export function isMappedIPv4(address: Uint8Array): boolean {
  if (address[10] !== 0xff || address[11] !== 0xff) return false;
  for (let i = 0; i < 10; i++) if (address[i] !== 0) return false;
  return true;
}
