// Base32 with the extended hex alphabet, unpadded: the form of hashed owner names (RFC 5155 1.3, RFC 4648 7).

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUV';

export function formatBase32Hex(octets: Uint8Array): string {
  let text = '';
  let bits = 0;
  let pending = 0;
  for (const octet of octets) {
    pending = ((pending << 8) | octet) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(pending >> (bits - 5)) & 31];
  }
  return bits === 0 ? text : text + ALPHABET[(pending << (5 - bits)) & 31];
}

/** In either case. `undefined` for other characters, a length that no octets have, and bits behind the last octet that are not zero. */
export function parseBase32Hex(text: string): Uint8Array | undefined {
  const octets = new Uint8Array((text.length * 5) >> 3);
  // Of 1, 3 or 6 characters behind the last whole group the last one says nothing.
  if (Math.ceil((octets.length * 8) / 5) !== text.length) return undefined;
  let bits = 0;
  let pending = 0;
  let to = 0;
  for (const character of text.toUpperCase()) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return undefined;
    pending = ((pending << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      octets[to++] = pending >> bits;
    }
  }
  return (pending & ((1 << bits) - 1)) === 0 ? octets : undefined;
}
