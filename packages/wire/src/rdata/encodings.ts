// Octets as text and back: hexadecimal, base64, IPv4 and IPv6. The readers return undefined for what they can't read.

const DOT = 0x2e;
const DIGIT_0 = 0x30;
const COLON = 0x3a;
const LETTER_A = 0x61;

export function formatHex(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += (octet < 16 ? '0' : '') + octet.toString(16).toUpperCase();
  return text;
}

export function parseHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(text)) return undefined;
  const octets = new Uint8Array(text.length / 2);
  for (let i = 0; i < octets.length; i++) octets[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return octets;
}

export function formatBase64(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64');
}

export function parseBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[0-9A-Za-z+/]*={0,2}$/.test(text)) return undefined;
  return new Uint8Array(Buffer.from(text, 'base64'));
}

export function formatIpv4(octets: Uint8Array): string {
  return octets.join('.');
}

/** A dotted quad of decimal numbers; leading zeros are refused, since some read them as octal. */
export function parseIpv4(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(4);
  return readIpv4(text, 0, octets, 0) ? octets : undefined;
}

/** Reads the dotted quad from `text[at]` to the end into `octets[to]`. Character by character, since most of a zone is addresses. */
function readIpv4(text: string, at: number, octets: Uint8Array, to: number): boolean {
  const end = to + 4;
  let value = -1;
  for (; ; at++) {
    const digit = text.charCodeAt(at) - DIGIT_0;
    if (digit >= 0 && digit <= 9) {
      if (value === 0) return false;
      value = value < 0 ? digit : value * 10 + digit;
      if (value > 255) return false;
    } else {
      if (value < 0) return false;
      octets[to++] = value;
      if (at === text.length || to === end) return at === text.length && to === end;
      if (digit !== DOT - DIGIT_0) return false;
      value = -1;
    }
  }
}

/** RFC 5952: lower case, the longest run of two or more zero groups as `::`, IPv4-mapped with a dotted quad. */
export function formatIpv6(octets: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (octets[2 * i] << 8) | octets[2 * i + 1]);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return '::ffff:' + formatIpv4(octets.slice(12, 16));
  let zerosAt = -1;
  let zeros = 1;
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (i + run < 8 && groups[i + run] === 0) run++;
    if (run > zeros) [zerosAt, zeros] = [i, run];
    if (run > 0) i += run - 1;
  }
  const hex = groups.map((group) => group.toString(16));
  if (zerosAt < 0) return hex.join(':');
  return hex.slice(0, zerosAt).join(':') + '::' + hex.slice(zerosAt + zeros).join(':');
}

/** Any form of RFC 4291 2.2, without zone identifier. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(16);
  let to = 0;
  let at = text.startsWith('::') ? 2 : 0;
  /** Where the zeros of `::` go. */
  let zerosAt = at === 2 ? 0 : -1;
  while (at < text.length || to + at === 0) {
    const start = at;
    let group = 0;
    for (let digit = hexDigit(text, at); digit >= 0 && at - start < 5; digit = hexDigit(text, ++at)) group = (group << 4) | digit;
    const digits = at - start;
    const next = text.charCodeAt(at);
    if (next === DOT) {
      if (to > 12 || !readIpv4(text, start, octets, to)) return undefined;
      to += 4;
      break;
    }
    if (digits === 0 || digits > 4 || to === 16) return undefined;
    octets[to++] = group >> 8;
    octets[to++] = group & 0xff;
    if (at === text.length) break;
    if (next !== COLON || ++at === text.length) return undefined;
    if (text.charCodeAt(at) === COLON) {
      if (zerosAt >= 0) return undefined;
      zerosAt = to;
      at++;
    }
  }
  if (zerosAt < 0) return to === 16 ? octets : undefined;
  // It stands for a group or more.
  if (to > 14) return undefined;
  octets.copyWithin(16 - to + zerosAt, zerosAt, to);
  return octets.fill(0, zerosAt, 16 - to + zerosAt);
}

/** The value of the digit at `text[at]`; -1 when it is none. */
function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= DIGIT_0 && code < DIGIT_0 + 10) return code - DIGIT_0;
  const letter = (code | 0x20) - LETTER_A;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}
