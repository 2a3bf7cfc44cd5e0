import { WireError } from './errors.ts';
import { LOWER_CASE } from './name-hash.ts';
import { SearchName } from './search-name.ts';

export const MAX_LABEL_OCTETS = 63;
export const MAX_NAME_OCTETS = 255;

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
  for (const start = aAt; ; ) {
    const lengthOctet = a[aAt++];
    if (lengthOctet !== b[bAt++]) return false;
    if (lengthOctet === 0) return aAt - start <= MAX_NAME_OCTETS;
    // Past the end of the octets there is `undefined`.
    if (!(lengthOctet <= MAX_LABEL_OCTETS)) return false;
    for (const stop = aAt + lengthOctet; aAt < stop; aAt++, bAt++) {
      if (a[aAt] !== b[bAt] && LOWER_CASE[a[aAt]] !== LOWER_CASE[b[bAt]]) return false;
    }
  }
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

function findLabels(name: Uint8Array, at: number, offsets: Uint8Array): number {
  const last = nameLength(name, at) - 1;
  let count = 0;
  for (let label = 0; label < last; label += name[at + label] + 1) offsets[count++] = label;
  return count;
}
