import { Reader, type Response } from 'maxmind';
import { formatAddress } from './address.ts';
import { GeoError } from './errors.ts';

// Between the search tree and the records (MaxMind DB format 2.0, "Data Section").
const SEPARATOR_OCTETS = 16;
// Bits of ::/96, where an IPv6 tree keeps IPv4.
const IPV4_BITS = 96;

/**
 * The contents of one MMDB file. maxmind reads its records; the search tree is walked here, by octets, because maxmind wants
 * addresses as text.
 */
export class MmdbFile {
  readonly octets: Uint8Array;
  readonly databaseType: string;
  readonly builtAt: Date;
  /** Prefix length, in bits of the address asked for, of what find() found last. */
  depth = 0;
  /** What find() gives for an address that the file does not know: the number of nodes. */
  readonly unknown: number;
  readonly #reader: Reader<Response>;
  readonly #nodeBits: 24 | 28 | 32;
  readonly #isIPv6: boolean;
  /** Where IPv4 begins, and how many of the 96 bits above it the tree has. */
  readonly #ipv4Node: number;

  /** @throws GeoError ERR_GEO_BROKEN_DATABASE when there are no metadata, or they do not fit the octets. */
  constructor(octets: Uint8Array) {
    this.octets = octets;
    try {
      this.#reader = new Reader(Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength));
    } catch (cause) {
      throw new GeoError('ERR_GEO_BROKEN_DATABASE', `not an MMDB file, or only a part of one: ${message(cause)}`, { cause });
    }
    const { recordSize, nodeCount, ipVersion, searchTreeSize, databaseType, buildEpoch } = this.#reader.metadata;
    if ((recordSize !== 24 && recordSize !== 28 && recordSize !== 32) || (ipVersion !== 4 && ipVersion !== 6)) {
      throw new GeoError('ERR_GEO_BROKEN_DATABASE', `record size ${recordSize}, IP version ${ipVersion}: not an MMDB file of format 2`);
    }
    if (!Number.isInteger(nodeCount) || nodeCount < 1 || typeof databaseType !== 'string' || Number.isNaN(buildEpoch.getTime())) {
      throw new GeoError(
        'ERR_GEO_BROKEN_DATABASE',
        'the metadata lack the number of nodes, the type or the time: not an MMDB file of format 2',
      );
    }
    if (searchTreeSize + SEPARATOR_OCTETS > octets.length) {
      throw new GeoError('ERR_GEO_BROKEN_DATABASE', `${octets.length} octets are too few for ${nodeCount} nodes: the file is cut short`);
    }
    this.databaseType = databaseType;
    this.builtAt = buildEpoch;
    this.unknown = nodeCount;
    this.#nodeBits = recordSize;
    this.#isIPv6 = ipVersion === 6;
    this.#ipv4Node = this.#isIPv6 ? this.#walk(new Uint8Array(16), 0, IPV4_BITS, 0) : 0;
  }

  /**
   * Finds the leaf for the address in `octets` (4 or 16) octets of `address` from `at`, and sets `depth`.
   *
   * @returns a number that stands for the record, or `unknown`. Never throws on a file that check() has passed, never allocates.
   */
  find(address: Uint8Array, at: number, octets: number): number {
    if (octets === 4) return this.#walk(address, at, 32, this.#ipv4Node);
    if (this.#isIPv6) return this.#walk(address, at, 128, 0);
    // A file of IPv4 only knows nothing of all of IPv6.
    this.depth = 0;
    return this.unknown;
  }

  /** The record that the address leads to, if find() did not give `unknown`; `undefined` when there is none that can be read. */
  record(address: Uint8Array, at: number, octets: number): unknown {
    try {
      return this.#reader.getWithPrefixLength(formatAddress(address, at, octets))[0] ?? undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Looks at every node of the tree, so that find() can't be led out of the file.
   *
   * @throws GeoError ERR_GEO_BROKEN_DATABASE.
   */
  check(): void {
    const { searchTreeSize, nodeCount } = this.#reader.metadata;
    // A leaf is the number of nodes + 16 + the record's offset from the separator's end.
    const most = nodeCount + (this.octets.length - searchTreeSize);
    for (let node = 0; node < nodeCount; node++) {
      for (let bit = 0; bit < 2; bit++) {
        const child = this.child(node, bit);
        if (child >= most || (child > nodeCount && child < nodeCount + SEPARATOR_OCTETS)) {
          throw new GeoError('ERR_GEO_BROKEN_DATABASE', `node ${node} of ${this.databaseType} points out of the file`);
        }
      }
    }
  }

  /** Where find() begins: at the node of all addresses of so many octets; `unknown` when the file has none. */
  root(octets: 4 | 16): number {
    if (octets === 4) return this.#ipv4Node;
    return this.#isIPv6 ? 0 : this.unknown;
  }

  #walk(address: Uint8Array, at: number, bits: number, from: number): number {
    const nodeCount = this.unknown;
    let node = from;
    let depth = 0;
    for (; depth < bits && node < nodeCount; depth++) {
      node = this.child(node, (address[at + (depth >> 3)]! >> (7 - (depth & 7))) & 1);
    }
    this.depth = depth;
    return node;
  }

  /** @param node - less than `unknown`. @returns a node, a leaf, or `unknown`. */
  child(node: number, bit: number): number {
    const octets = this.octets;
    if (this.#nodeBits === 24) {
      const at = node * 6 + bit * 3;
      return (octets[at]! << 16) | (octets[at + 1]! << 8) | octets[at + 2]!;
    }
    if (this.#nodeBits === 28) {
      const at = node * 7;
      // The octet in the middle holds the high bits of both.
      const high = bit === 0 ? octets[at + 3]! >> 4 : octets[at + 3]! & 0x0f;
      const low = at + bit * 4;
      return (high << 24) | (octets[low]! << 16) | (octets[low + 1]! << 8) | octets[low + 2]!;
    }
    const at = node * 8 + bit * 4;
    return ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0;
  }
}

function message(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
