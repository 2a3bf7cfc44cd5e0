import { WireError } from './errors.ts';
import { LOWER_CASE } from './name-hash.ts';
import { SearchName } from './search-name.ts';

export const MAX_LABEL_OCTETS = 63;
export const MAX_NAME_OCTETS = 255;

const scratch = new Uint8Array(MAX_NAME_OCTETS + 1);
const hashed = new SearchName();
const aOffsets = new Uint8Array(128);
const bOffsets = new Uint8Array(128);

/**
 * Octets of the wire name at `name[at]`, the root octet included: 1-255.
 *
 * @throws WireError ERR_WIRE_NAME_MALFORMED when no whole uncompressed name stands there.
 */
export function nameLength(name: Uint8Array, at = 0): number {
  const length = findNameLength(name, at, name.length);
  if (length === 0) throw new WireError('ERR_WIRE_NAME_MALFORMED', 'no whole uncompressed name at octet ' + at);
  return length;
}

/** As {@link nameLength}, but 0 when no whole uncompressed name stands in `octets[at..end)`. Never throws. */
export function findNameLength(octets: Uint8Array, at: number, end: number): number {
  const start = at;
  while (at < end) {
    const lengthOctet = octets[at++];
    if (lengthOctet === 0) return at - start <= MAX_NAME_OCTETS ? at - start : 0;
    if (lengthOctet > MAX_LABEL_OCTETS || at - start > MAX_NAME_OCTETS) return 0;
    at += lengthOctet;
  }
  return 0;
}

/** Whether two wire names are the same, ASCII letters compared without case (RFC 4343). Malformed names equal nothing. */
export function equalNames(a: Uint8Array, b: Uint8Array, aAt = 0, bAt = 0): boolean {
  for (let labels = 0; labels < 128; labels++) {
    const lengthOctet = a[aAt++];
    if (lengthOctet !== b[bAt++]) return false;
    if (lengthOctet === 0) return true;
    if (!(lengthOctet <= MAX_LABEL_OCTETS)) return false;
    for (const stop = aAt + lengthOctet; aAt < stop; aAt++, bAt++) {
      if (a[aAt] !== b[bAt] && LOWER_CASE[a[aAt]] !== LOWER_CASE[b[bAt]]) return false;
    }
  }
  return false;
}

/**
 * Canonical order of names: label by label from the right, as lower-case octet strings (RFC 4034 6.1).
 *
 * @returns below 0, 0 or above 0, as for `Array.sort`.
 * @throws WireError ERR_WIRE_NAME_MALFORMED.
 */
export function compareNames(a: Uint8Array, b: Uint8Array, aAt = 0, bAt = 0): number {
  const aCount = findLabels(a, aAt, aOffsets);
  const bCount = findLabels(b, bAt, bOffsets);
  const common = Math.min(aCount, bCount);
  for (let i = 1; i <= common; i++) {
    let aLabel = aAt + aOffsets[aCount - i];
    let bLabel = bAt + bOffsets[bCount - i];
    const aLength = a[aLabel++];
    const bLength = b[bLabel++];
    const shorter = Math.min(aLength, bLength);
    for (let j = 0; j < shorter; j++) {
      const difference = LOWER_CASE[a[aLabel + j]] - LOWER_CASE[b[bLabel + j]];
      if (difference !== 0) return difference;
    }
    // The absence of an octet sorts before a zero octet.
    if (aLength !== bLength) return aLength - bLength;
  }
  return aCount - bCount;
}

/** Whether `name` is `ancestor` or stands below it. */
export function isSubdomain(name: Uint8Array, ancestor: Uint8Array): boolean {
  const below = nameLength(name) - nameLength(ancestor);
  let at = 0;
  while (at < below) at += name[at] + 1;
  return at === below && equalNames(name, ancestor, at);
}

/** A copy of the name at the start of `name`, in ASCII lower case. */
export function lowerCaseName(name: Uint8Array): Uint8Array {
  const copy = name.slice(0, nameLength(name));
  // Length octets are below 0x41, so they stay as they are.
  for (let i = 0; i < copy.length; i++) copy[i] = LOWER_CASE[copy[i]];
  return copy;
}

/**
 * The hash of a name without regard to case: `SearchName.suffixHashes[0]` of the same name.
 *
 * @returns an int32 that is well mixed in all bits.
 * @throws WireError ERR_WIRE_NAME_MALFORMED.
 */
export function hashName(name: Uint8Array, at = 0): number {
  if (!hashed.set(name, at)) throw new WireError('ERR_WIRE_NAME_MALFORMED', 'no whole uncompressed name at octet ' + at);
  return hashed.suffixHashes[0];
}

/**
 * Reads a name in presentation format (RFC 1035 5.1): `\DDD` and `\X` escapes, case kept.
 *
 * @param text - one character is one octet; characters above U+00FF stand for their UTF-8 octets. '@' has no meaning here.
 * @param origin - wire name that is put behind a name without final dot; without it such a name is absolute.
 * @returns a wire name of its own.
 * @throws WireError ERR_WIRE_NAME_SYNTAX, ERR_WIRE_NAME_LENGTH.
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
  if (octet <= 0x20 || octet >= 0x7f) return '\\' + String(octet).padStart(3, '0');
  const character = String.fromCharCode(octet);
  return '".;\\()@$'.includes(character) ? '\\' + character : character;
});

/**
 * Reads the escape at `text[at]`, which is a backslash.
 *
 * @returns the octet in the low 8 bits, the characters that it took above them.
 * @throws WireError ERR_WIRE_NAME_SYNTAX.
 */
export function readEscape(text: string, at: number): number {
  const code = text.charCodeAt(at + 1);
  if (Number.isNaN(code)) throw new WireError('ERR_WIRE_NAME_SYNTAX', `a backslash at the end of "${text}"`);
  if (code < 0x30 || code > 0x39) {
    if (code > 0xff) throw new WireError('ERR_WIRE_NAME_SYNTAX', `a backslash before a character above U+00FF in "${text}"`);
    return (2 << 8) | code;
  }
  const digits = text.slice(at + 1, at + 4);
  const octet = /^[0-9]{3}$/.test(digits) ? Number(digits) : 256;
  if (octet > 255) throw new WireError('ERR_WIRE_NAME_SYNTAX', `"\\${digits}" in "${text}" is not \\000 to \\255`);
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

function findLabels(name: Uint8Array, at: number, offsets: Uint8Array): number {
  const last = nameLength(name, at) - 1;
  let count = 0;
  for (let label = 0; label < last; label += name[at + label] + 1) offsets[count++] = label;
  return count;
}
