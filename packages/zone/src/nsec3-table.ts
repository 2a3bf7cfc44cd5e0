import { HEADER } from './layout.ts';
import { Nsec3Hash } from './nsec3-hash.ts';
import { compareHashes, NSEC3_OWNER_AT, NSEC3_RRSET, NSEC3_SHIFT, nsec3AtOrBefore } from './nsec3-rows.ts';

/** The NSEC3 rows of an image, read in place. No method throws, and none allocates. */
export class Nsec3Table {
  readonly #words: Int32Array;
  readonly #rows: number;
  readonly #chain: number;
  readonly #ofNodes: number;
  readonly #hash: Nsec3Hash;

  constructor(header: Int32Array, words: Int32Array, octets: Uint8Array) {
    const saltAt = header[HEADER.NSEC3_SALT_AT];
    this.#words = words;
    this.#rows = header[HEADER.NSEC3_AT];
    this.#chain = header[HEADER.NSEC3_CHAIN];
    this.#ofNodes = header[HEADER.NSEC3_OF_NODES_AT];
    this.#hash = new Nsec3Hash(header[HEADER.NSEC3_ITERATIONS], octets.subarray(saltAt, saltAt + header[HEADER.NSEC3_SALT_OCTETS]));
  }

  /** The row that matches the name of a node, or -1. */
  of(node: number): number {
    return Math.max(-1, this.#words[this.#ofNodes + node]);
  }

  /** The row that covers the name of a node which none matches. */
  coveringNode(node: number): number {
    return ~this.#words[this.#ofNodes + node];
  }

  /** The row that covers the name at `octets[at]`, or the wildcard right below it; -1 when one matches. */
  covering(octets: Uint8Array, at: number, isWildcard: boolean): number {
    const { hash } = this.#hash;
    this.#hash.set(octets, at, isWildcard);
    const row = nsec3AtOrBefore(this.#words, this.#rows, this.#chain, hash);
    return compareHashes(this.#words, this.#rows + (row << NSEC3_SHIFT), hash, 0) === 0 ? -1 : row;
  }

  ownerAt(row: number): number {
    return this.#words[this.#rows + (row << NSEC3_SHIFT) + NSEC3_OWNER_AT];
  }

  rrset(row: number): number {
    return this.#words[this.#rows + (row << NSEC3_SHIFT) + NSEC3_RRSET];
  }
}
