import { FNV_PRIME, joinHash, LOWER_CASE, ROOT_HASH, startLabelHash } from './name-hash.ts';

const MAX_NAME_OCTETS = 255;
/** 127 labels of one octet fill a name; one more entry for the root. */
const MAX_OFFSETS = 128;

/**
 * The name that is being searched for: SNAME of RFC 1034 5.3.2, in lower case, cut into labels and hashed.
 *
 * Made once and set again for each query. `octets[0..length)` is an uncompressed wire name.
 */
export class SearchName {
  readonly octets: Uint8Array = new Uint8Array(256);
  /** Octets, the root octet included: 1-255. */
  length = 1;
  /** Labels, the root not counted: 0-127. */
  labelCount = 0;
  /** [i] is where label i starts, 0 the leftmost; [labelCount] is the root octet. */
  readonly labelOffsets: Uint8Array = new Uint8Array(MAX_OFFSETS);
  /** [i] is the hash of the name from label i to the root; [labelCount] is that of the root. */
  readonly suffixHashes: Int32Array = new Int32Array(MAX_OFFSETS).fill(ROOT_HASH, 0, 1);

  /**
   * Copies, lower-cases and hashes the uncompressed name at `name[at]`.
   *
   * @param end - the name has to end before this offset.
   * @returns false when there is no whole name of at most 255 octets (a compression pointer is none); then this object is the root.
   */
  set(name: Uint8Array, at = 0, end: number = name.length): boolean {
    const { octets, labelOffsets, suffixHashes } = this;
    // What is imported is looked up at each use.
    const lowerCase = LOWER_CASE;
    const prime = FNV_PRIME;
    let to = 0;
    let labels = 0;
    for (;;) {
      const lengthOctet = at < end ? name[at] : 64;
      if (lengthOctet === 0) break;
      // The root octet comes after this label.
      if (lengthOctet > 63 || to + lengthOctet + 2 > MAX_NAME_OCTETS || at + lengthOctet + 1 >= end) {
        this.setRoot();
        return false;
      }
      labelOffsets[labels] = to;
      octets[to++] = lengthOctet;
      at++;
      let hash = startLabelHash(lengthOctet);
      for (const stop = to + lengthOctet; to < stop; to++, at++) {
        const octet = lowerCase[name[at]];
        octets[to] = octet;
        hash = Math.imul(hash ^ octet, prime);
      }
      suffixHashes[labels++] = hash;
    }
    octets[to] = 0;
    labelOffsets[labels] = to;
    this.length = to + 1;
    this.labelCount = labels;
    let hash = ROOT_HASH;
    suffixHashes[labels] = hash;
    while (--labels >= 0) suffixHashes[labels] = hash = joinHash(hash, suffixHashes[labels]);
    return true;
  }

  /** Makes this the root. */
  setRoot(): void {
    this.octets[0] = 0;
    this.length = 1;
    this.labelCount = 0;
    this.labelOffsets[0] = 0;
    this.suffixHashes[0] = ROOT_HASH;
  }
}
