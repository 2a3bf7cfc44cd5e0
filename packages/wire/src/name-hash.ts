/** [octet] is the octet in ASCII lower case (RFC 4343 3: no other octet folds). */
export const LOWER_CASE: Uint8Array = new Uint8Array(256).map((_, octet) => (octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet));

/** The hash of the root name. */
export const ROOT_HASH = 0x2545f491;

/** For loops that do themselves what {@link hashOctet} does. */
export const FNV_PRIME = 0x01000193;

/** What the hash of a label starts from; follow with {@link hashOctet} for each octet and end with {@link joinHash}. */
export function startLabelHash(lengthOctet: number): number {
  return Math.imul(0x811c9dc5 ^ lengthOctet, FNV_PRIME);
}

export function hashOctet(hash: number, lowerCaseOctet: number): number {
  return Math.imul(hash ^ lowerCaseOctet, FNV_PRIME);
}

/**
 * Puts a label in front of a suffix: the last step of MurmurHash3 over both, so that every bit of either moves every bit of the result.
 *
 * @returns an int32; all of its bits may index a table.
 */
export function joinHash(suffixHash: number, labelHash: number): number {
  let hash = Math.imul(suffixHash, 0x9e3779b1) ^ labelHash;
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
