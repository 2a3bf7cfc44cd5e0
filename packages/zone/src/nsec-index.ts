import type { SearchName } from '@dnsteer/wire';
import { compareToSearchName } from './compare-names.ts';
import { HEADER, NODE_NAME_AT, NODE_SHIFT } from './layout.ts';

/** The owners of NSECs of an image, those below cuts left out, in canonical order. Read in place; no method throws, and none allocates. */
export class NsecIndex {
  readonly count: number;
  readonly #words: Int32Array;
  readonly #octets: Uint8Array;
  readonly #nodes: number;
  readonly #entries: number;
  readonly #apexLabelCount: number;

  constructor(header: Int32Array, words: Int32Array, octets: Uint8Array) {
    this.#words = words;
    this.#octets = octets;
    this.#nodes = header[HEADER.NODES_AT];
    this.#entries = header[HEADER.NSEC_AT];
    this.#apexLabelCount = header[HEADER.APEX_LABELS];
    this.count = header[HEADER.NSEC_COUNT];
  }

  /** How many are at or before `sname`. */
  rank(sname: SearchName): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(this.node(middle), sname) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The node of entry `index`, below `count`. */
  node(index: number): number {
    return this.#words[this.#entries + index];
  }

  /** The order of the name of a node, of the image or behind it, and `sname`: below 0, 0 or above 0. */
  compare(node: number, sname: SearchName): number {
    const nameAt = this.#words[this.#nodes + (node << NODE_SHIFT) + NODE_NAME_AT];
    return compareToSearchName(this.#octets, nameAt, sname, this.#apexLabelCount);
  }
}
