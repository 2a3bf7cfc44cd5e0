import { WireError } from './errors.ts';
import { MAX_LABEL_OCTETS, MAX_NAME_OCTETS, nameLength } from './names.ts';

const scratch = new Uint8Array(MAX_NAME_OCTETS + 1);

/**
 * Reads a name in presentation format (RFC 1035 5.1): `\DDD` and `\X` escapes, case kept.
 *
 * @param text - one character is one octet; characters above U+00FF stand for their UTF-8 octets. '@' has no meaning here.
 * @param origin - wire name that is put behind a name without final dot; without it such a name is absolute.
 * @returns a wire name of its own.
 * @throws WireError ERR_WIRE_NAME_SYNTAX, ERR_WIRE_ESCAPE_SYNTAX, ERR_WIRE_NAME_LENGTH.
 */
export function parseName(text: string, origin?: Uint8Array): Uint8Array {
  if (text === '.') return new Uint8Array(1);
  if (text === '') throw new WireError('ERR_WIRE_NAME_SYNTAX', 'an empty name; the root is written "."');
  let labelAt = 0;
  let to = 1;
  let endsInDot = false;
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i);
    endsInDot = code === 0x2e;
    if (endsInDot) {
      if (to === labelAt + 1) throw new WireError('ERR_WIRE_NAME_SYNTAX', `an empty label in "${text}"`);
      scratch[labelAt] = to - labelAt - 1;
      labelAt = to++;
      i++;
    } else if (code === 0x5c) {
      const escaped = readEscape(text, i);
      to = appendOctet(to, labelAt, escaped & 0xff, text);
      i += escaped >> 8;
    } else if (code <= 0xff) {
      to = appendOctet(to, labelAt, code, text);
      i++;
    } else {
      const character = String.fromCodePoint(text.codePointAt(i)!);
      for (const octet of utf8Octets(character)) to = appendOctet(to, labelAt, octet, text);
      i += character.length;
    }
    if (to > MAX_NAME_OCTETS) throw tooLong(text);
  }
  if (endsInDot) {
    scratch[labelAt] = 0;
    return scratch.slice(0, labelAt + 1);
  }
  scratch[labelAt] = to - labelAt - 1;
  const originOctets = origin === undefined ? 1 : nameLength(origin);
  if (to + originOctets > MAX_NAME_OCTETS) throw tooLong(text);
  const name = new Uint8Array(to + originOctets);
  name.set(scratch.subarray(0, to));
  if (origin !== undefined) name.set(origin.subarray(0, originOctets), to);
  return name;
}

/**
 * Writes a name in presentation format with its final dot; the root is `.`.
 *
 * Octets that a zone file would take for something else are escaped, and those outside printable ASCII are `\DDD`.
 *
 * @throws WireError ERR_WIRE_NAME_MALFORMED.
 */
export function formatName(name: Uint8Array, at = 0): string {
  const end = at + nameLength(name, at) - 1;
  if (at === end) return '.';
  let text = '';
  while (at < end) {
    const lengthOctet = name[at++];
    for (const stop = at + lengthOctet; at < stop; at++) text += LABEL_TEXT[name[at]];
    text += '.';
  }
  return text;
}

/** How an octet stands in a label: as it is, `\X` or `\DDD`. */
const LABEL_TEXT: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  // '\#' would look like the generic form of RDATA, and BIND takes '\[' for a bit-string label (RFC 2673).
  if (octet <= 0x20 || octet === 0x23 || octet === 0x5b || octet >= 0x7f) return '\\' + String(octet).padStart(3, '0');
  const character = String.fromCharCode(octet);
  // Knot DNS reads no other character without its backslash.
  return /[\w*/-]/.test(character) ? character : '\\' + character;
});

/**
 * Reads the escape at `text[at]`, which is a backslash.
 *
 * @returns the octet in the low 8 bits, the characters that it took above them.
 * @throws WireError ERR_WIRE_ESCAPE_SYNTAX.
 */
export function readEscape(text: string, at: number): number {
  const code = text.charCodeAt(at + 1);
  if (Number.isNaN(code)) throw new WireError('ERR_WIRE_ESCAPE_SYNTAX', `a backslash at the end of "${text}"`);
  if (code < 0x30 || code > 0x39) {
    if (code > 0xff) throw new WireError('ERR_WIRE_ESCAPE_SYNTAX', `a backslash before a character above U+00FF in "${text}"`);
    return (2 << 8) | code;
  }
  const digits = text.slice(at + 1, at + 4);
  const octet = /^[0-9]{3}$/.test(digits) ? Number(digits) : 256;
  if (octet > 255) throw new WireError('ERR_WIRE_ESCAPE_SYNTAX', `"\\${digits}" in "${text}" is not \\000 to \\255`);
  return (4 << 8) | octet;
}

/** The UTF-8 octets of a text. */
export function utf8Octets(text: string): Uint8Array {
  return utf8.encode(text);
}
const utf8 = new TextEncoder();

function appendOctet(to: number, labelAt: number, octet: number, text: string): number {
  if (to - labelAt > MAX_LABEL_OCTETS) throw new WireError('ERR_WIRE_NAME_LENGTH', `a label of more than 63 octets in "${text}"`);
  scratch[to] = octet;
  return to + 1;
}

function tooLong(text: string): WireError {
  return new WireError('ERR_WIRE_NAME_LENGTH', `a name of more than 255 octets: "${text}"`);
}
