import { HASH_WORDS } from './nsec3-hash.ts';

/** An NSEC3 row: the hash that its owner name stands for, where that name lies in the octets, and the number of its RRset. */
export const NSEC3_WORDS = 8;
export const NSEC3_SHIFT = 3;
export const NSEC3_OWNER_AT = HASH_WORDS;
export const NSEC3_RRSET = HASH_WORDS + 1;

/**
 * The row whose NSEC3 matches a hash, or else covers it (RFC 5155 1.3): what is before the first is covered by the last.
 *
 * @param rows - of a chain, at least one, sorted by hash, from `at` on.
 */
export function nsec3AtOrBefore(rows: Int32Array, at: number, count: number, hash: Int32Array): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareHashes(rows, at + (middle << NSEC3_SHIFT), hash, 0) <= 0) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? count - 1 : low - 1;
}

/** The order of two hashes in their chain: below 0, 0 or above 0. */
export function compareHashes(a: Int32Array, aAt: number, b: Int32Array, bAt: number): number {
  for (let i = 0; i < HASH_WORDS; i++) {
    const difference = (a[aAt + i] >>> 0) - (b[bAt + i] >>> 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
