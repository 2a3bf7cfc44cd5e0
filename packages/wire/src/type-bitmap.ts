import { WireError } from './errors.ts';

/**
 * The Type Bit Maps field of NSEC (RFC 4034 4.1.2).
 *
 * @param types - 0-65535, in any order; doubles are taken once.
 */
export function encodeTypeBitmap(types: Iterable<number>): Uint8Array {
  const sorted = Uint16Array.from(new Set(types)).sort();
  const octets = new Uint8Array(sorted.length * 34);
  let to = 0;
  for (let i = 0; i < sorted.length; ) {
    const window = sorted[i] >> 8;
    const bits = to + 2;
    let length = 0;
    for (; i < sorted.length && sorted[i] >> 8 === window; i++) {
      const type = sorted[i] & 0xff;
      length = (type >> 3) + 1;
      octets[bits + (type >> 3)] |= 0x80 >> (type & 7);
    }
    octets[to] = window;
    octets[to + 1] = length;
    to = bits + length;
  }
  return octets.slice(0, to);
}

/**
 * The types of a Type Bit Maps field, ascending.
 *
 * @throws WireError ERR_WIRE_RDATA_MALFORMED.
 */
export function decodeTypeBitmap(octets: Uint8Array): number[] {
  if (!checkTypeBitmap(octets, 0, octets.length))
    throw new WireError('ERR_WIRE_RDATA_MALFORMED', 'a malformed type bitmap (RFC 4034 4.1.2)');
  const types: number[] = [];
  for (let at = 0; at < octets.length; at += octets[at + 1] + 2) {
    const length = octets[at + 1];
    for (let bit = 0; bit < length * 8; bit++) {
      if (octets[at + 2 + (bit >> 3)] & (0x80 >> (bit & 7))) types.push((octets[at] << 8) | bit);
    }
  }
  return types;
}

/** Whether `octets[at..end)` is a list of windows in ascending order, each of 1-32 octets, the last of them not zero. */
export function checkTypeBitmap(octets: Uint8Array, at: number, end: number): boolean {
  let window = -1;
  while (at < end) {
    if (at + 2 > end || octets[at] <= window) return false;
    window = octets[at];
    const length = octets[at + 1];
    if (length < 1 || length > 32) return false;
    at += 2 + length;
    if (at > end || octets[at - 1] === 0) return false;
  }
  return true;
}
