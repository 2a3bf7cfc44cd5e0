const DOT = 0x2e;
const BACKSLASH = 0x5c;

/**
 * Reads a name without escapes from `octets[from..to)` into `name`, from `nameAt` on; what is relative gets `origin` behind it.
 *
 * @returns octets of the wire name; 0 when it has escapes or isn't well-formed: `parseName` then reads it or says why not.
 */
export function readPlainName(octets: Uint8Array, from: number, to: number, origin: Uint8Array, name: Uint8Array, nameAt = 0): number {
  // At most 254 octets make a label each, so what is longer can't fit and what is not never leaves `name`.
  if (to === from || to - from > 254) return 0;
  let labelAt = nameAt;
  let end = nameAt + 1;
  for (let at = from; at < to; at++) {
    const octet = octets[at];
    if (octet === BACKSLASH) return 0;
    if (octet !== DOT) {
      name[end++] = octet;
      continue;
    }
    const labelOctets = end - labelAt - 1;
    if (labelOctets === 0 || labelOctets > 63) return 0;
    name[labelAt] = labelOctets;
    labelAt = end++;
  }
  const labelOctets = end - labelAt - 1;
  const length = end - nameAt;
  if (labelOctets === 0) {
    name[labelAt] = 0;
    return length <= 255 ? length : 0;
  }
  if (labelOctets > 63 || length + origin.length > 255) return 0;
  name[labelAt] = labelOctets;
  for (let i = 0; i < origin.length; i++) name[end++] = origin[i];
  return length + origin.length;
}
