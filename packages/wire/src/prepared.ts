import { COMPRESSION_PLANS } from './rdata/descriptors.ts';

/** TYPE, CLASS, TTL, RDLENGTH. */
const FIXED_OCTETS = 10;

/**
 * Records as they were written right behind a question for the name `apex`, to be written again behind any question at or below it: their octets stay the
 * same but for the compression pointers, all of which move by as much as the apex does. Made by `ResponseWriter.prepare`.
 */
export interface PreparedRecords {
  readonly octets: Uint8Array;
  /** How many records. */
  readonly count: number;
  /** Labels of the apex, the root not counted. */
  readonly apexLabelCount: number;
  /** Where in the message the records began. */
  readonly startAt: number;
  /** Where in `octets` the pointers are. */
  readonly pointersAt: Uint16Array;
  /** The names in the records that a pointer may point to, by hash of each suffix, and where in the message they began. */
  readonly hashes: Int32Array;
  readonly offsets: Uint16Array;
}

/**
 * Finds the compression pointers of records, from their layout: what looks like a pointer elsewhere is RDATA.
 *
 * @param octets - whole records as a ResponseWriter wrote them.
 */
export function findPointers(octets: Uint8Array): Uint16Array {
  const found: number[] = [];
  const endOfName = (at: number): number => {
    for (; octets[at] !== 0; at += octets[at] + 1) {
      if (octets[at] < 0xc0) continue;
      found.push(at);
      return at + 2;
    }
    return at + 1;
  };
  for (let at = 0; at < octets.length; ) {
    at = endOfName(at);
    const plan = COMPRESSION_PLANS[(octets[at] << 8) | octets[at + 1]];
    const rdataAt = at + FIXED_OCTETS;
    let nameAt = rdataAt + (plan >> 4);
    for (let names = plan & 15; names > 0; names--) nameAt = endOfName(nameAt);
    at = rdataAt + ((octets[rdataAt - 2] << 8) | octets[rdataAt - 1]);
  }
  return Uint16Array.from(found);
}
