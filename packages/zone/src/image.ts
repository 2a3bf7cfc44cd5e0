import { equalNames, hashName, type SearchName } from '@dnsteer/wire';
import { compareToSearchName } from './compare-names.ts';
import { zoneError } from './errors.ts';
import {
  DELEGATION_POINT,
  EXTRA_SHIFT,
  firstSlot,
  HAS_DNAME,
  HAS_DYNAMIC,
  HEADER,
  HEADER_WORDS,
  MAGIC,
  NODE_FIRST_RRSET,
  NODE_FLAGS,
  NODE_NAME_AT,
  NODE_PARENT,
  NODE_SHIFT,
  NODE_WORDS,
  ROW_SIGNED,
  RRSET_AT,
  RRSET_RDATA_COUNT,
  RRSET_SHIFT,
  RRSET_TTL,
  RRSET_TYPE,
  RRSET_WORDS,
  VERSION,
  WILDCARD_CHILD,
} from './layout.ts';
import { Nsec3Hash } from './nsec3-hash.ts';
import { compareHashes, NSEC3_OWNER_AT, NSEC3_RRSET, NSEC3_SHIFT, nsec3AtOrBefore } from './nsec3-rows.ts';

/** The name has a node of its own. */
export const EXACT = 0;
/** The name is below a delegation point. */
export const BELOW_CUT = 1;
/** The name is below the owner of a DNAME. */
export const DNAME = 2;
/** The name has no node. */
export const MISSING = 3;

/** What {@link ZoneImage.find} found. */
export type FindStatus = typeof EXACT | typeof BELOW_CUT | typeof DNAME | typeof MISSING;

/** Filled by {@link ZoneImage.find}; the caller's, made once and used again. Nodes are numbers in canonical order; -1: none. */
export class ZoneMatch {
  /** EXACT: the name's node; BELOW_CUT: the delegation point; DNAME: the owner of the DNAME; MISSING: -1. */
  node = -1;
  /** The longest ancestor that exists (RFC 4592 3.3.1); it may be an empty non-terminal. EXACT, BELOW_CUT, DNAME: the same as `node`. */
  closestEncloser = 0;
  /** Labels of the closest encloser's name, the root not counted. */
  closestEncloserLabels = 0;
  /** MISSING: the source of synthesis, `*` right below the closest encloser (RFC 4592 3.3.1); else -1. */
  wildcard = -1;
}

/**
 * A zone, read in place from a slab of shared memory. Any number of threads may look at one slab; nobody writes to it.
 *
 * Names and RDATAs are offsets into `octets`; nodes and RRsets are numbers. An RRset's RDATAs are `count` times [u16 RDLENGTH][RDATA], names in
 * them uncompressed. Arguments are trusted: pass on only what this image returned. No method throws but `findNode`, and none allocates.
 */
export class ZoneImage {
  readonly shared: SharedArrayBuffer;
  /** The whole slab; the image takes its first `imageOctets`. */
  readonly octets: Uint8Array;
  readonly imageOctets: number;
  readonly nodeCount: number;
  /** Records, RRSIGs among them. */
  readonly recordCount: number;
  /** Where the apex name lies in `octets`. */
  readonly apexAt: number;
  /** Labels of the apex, the root not counted. */
  readonly apexLabelCount: number;
  /** Whether the SOA RRset has an RRSIG. */
  readonly isSigned: boolean;
  readonly serial: number;
  readonly soaTtlSeconds: number;
  /** TTL of negative answers: the lesser of the SOA's TTL and its MINIMUM (RFC 2308 5). */
  readonly negativeTtlSeconds: number;
  /** Whether the zone has an NSEC3 chain that answers are proven by. */
  readonly hasNsec3: boolean;
  /** How many owners of NSEC3 there are. They are rows, not nodes: no name search finds them (RFC 5155 7.2.8). Those of the chain come first. */
  readonly nsec3Count: number;

  readonly #words: Int32Array;
  readonly #nodes: number;
  readonly #rrsets: number;
  readonly #slots: number;
  readonly #slotBits: number;
  readonly #slotMask: number;
  readonly #nodeBits: number;
  readonly #nodeMask: number;
  readonly #nsec: number;
  readonly #nsecCount: number;
  readonly #nsec3: number;
  readonly #nsec3Chain: number;
  readonly #nsec3OfNodes: number;
  readonly #nsec3Hash: Nsec3Hash;

  /** @throws ZoneError ERR_ZONE_IMAGE when `shared` holds no image of this version. */
  constructor(shared: SharedArrayBuffer) {
    const words = new Int32Array(shared, 0, shared.byteLength >> 2);
    if (words.length < HEADER_WORDS || words[HEADER.MAGIC] !== MAGIC || words[HEADER.VERSION] !== VERSION) {
      throw zoneError('ERR_ZONE_IMAGE', 'the shared memory holds no zone image of this version');
    }
    this.shared = shared;
    this.octets = new Uint8Array(shared);
    this.#words = words;
    this.imageOctets = words[HEADER.IMAGE_OCTETS];
    this.nodeCount = words[HEADER.NODE_COUNT];
    this.recordCount = words[HEADER.RECORD_COUNT];
    this.#nodes = words[HEADER.NODES_AT];
    this.#rrsets = words[HEADER.RRSETS_AT];
    this.#slots = words[HEADER.SLOTS_AT];
    this.#slotBits = words[HEADER.SLOT_BITS];
    this.#slotMask = (1 << this.#slotBits) - 1;
    this.#nodeBits = words[HEADER.NODE_BITS];
    this.#nodeMask = (1 << this.#nodeBits) - 1;
    this.#nsec = words[HEADER.NSEC_AT];
    this.#nsecCount = words[HEADER.NSEC_COUNT];
    this.hasNsec3 = words[HEADER.NSEC3_CHAIN] > 0;
    this.nsec3Count = words[HEADER.NSEC3_COUNT];
    this.#nsec3 = words[HEADER.NSEC3_AT];
    this.#nsec3Chain = words[HEADER.NSEC3_CHAIN];
    this.#nsec3OfNodes = words[HEADER.NSEC3_OF_NODES_AT];
    const saltAt = words[HEADER.NSEC3_SALT_AT];
    this.#nsec3Hash = new Nsec3Hash(words[HEADER.NSEC3_ITERATIONS], this.octets.subarray(saltAt, saltAt + words[HEADER.NSEC3_SALT_OCTETS]));
    this.apexAt = words[this.#nodes + NODE_NAME_AT];
    this.apexLabelCount = words[HEADER.APEX_LABELS];
    this.isSigned = words[HEADER.IS_SIGNED] !== 0;
    this.serial = words[HEADER.SERIAL] >>> 0;
    this.soaTtlSeconds = words[HEADER.SOA_TTL];
    this.negativeTtlSeconds = words[HEADER.NEGATIVE_TTL];
  }

  /**
   * Finds `sname` in one descent from the apex, one hash probe per label (RFC 1034 4.3.2 step 3, RFC 4592, RFC 6672).
   *
   * @param sname - at or below the apex.
   * @param match - overwritten.
   * @returns EXACT, BELOW_CUT, DNAME or MISSING. A delegation point and the owner of a DNAME are EXACT themselves: what they mean depends on QTYPE.
   */
  find(sname: SearchName, match: ZoneMatch): FindStatus {
    const words = this.#words;
    let node = 0;
    let label = sname.labelCount - this.apexLabelCount;
    let row = this.#nodes;
    let status: FindStatus = EXACT;
    match.wildcard = -1;
    while (label > 0) {
      const flags = words[row + NODE_FLAGS];
      // A delegation wins over a DNAME at the same owner: the DNAME is then data of the child zone.
      if ((flags & (DELEGATION_POINT | HAS_DNAME)) !== 0) {
        status = (flags & DELEGATION_POINT) !== 0 ? BELOW_CUT : DNAME;
        break;
      }
      const child = this.#child(node, sname, label - 1);
      if (child < 0) {
        if ((flags & WILDCARD_CHILD) !== 0) match.wildcard = this.#wildcardChild(row);
        status = MISSING;
        break;
      }
      node = child;
      row = this.#nodes + (node << NODE_SHIFT);
      label--;
    }
    match.node = status === MISSING ? -1 : node;
    match.closestEncloser = node;
    match.closestEncloserLabels = sname.labelCount - label;
    return status;
  }

  /**
   * The node of exactly this name, occluded names (glue) included.
   *
   * @param name - wire name at `at`, any case, anywhere in the DNS.
   * @returns -1 when the name has no node.
   * @throws WireError ERR_WIRE_NAME_MALFORMED.
   */
  findNode(name: Uint8Array, at = 0): number {
    const hash = hashName(name, at);
    const words = this.#words;
    const tag = hash << this.#nodeBits;
    for (let i = firstSlot(hash, this.#slotBits); ; i = (i + 1) & this.#slotMask) {
      const slot = words[this.#slots + i];
      if (slot === 0) return -1;
      if ((slot & ~this.#nodeMask) !== tag) continue;
      const node = (slot & this.#nodeMask) - 1;
      if (equalNames(this.octets, name, words[this.#nodes + (node << NODE_SHIFT) + NODE_NAME_AT], at)) return node;
    }
  }

  /**
   * The owner of the NSEC record that matches `sname`, or else covers it (RFC 4034 4, RFC 4035 3.1.3).
   *
   * @param sname - at or below the apex, and not below a delegation point or DNAME.
   * @returns the last node with an NSEC at or before `sname` in canonical order; -1 when the zone has no NSEC.
   */
  nsecAtOrBefore(sname: SearchName): number {
    const words = this.#words;
    let low = 0;
    let high = this.#nsecCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const ownerAt = this.ownerAt(words[this.#nsec + middle]);
      if (compareToSearchName(this.octets, ownerAt, sname, this.apexLabelCount) <= 0) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -1 : words[this.#nsec + low - 1];
  }

  /**
   * The row of the NSEC3 that matches a node's name (RFC 5155 1.3), where `hasNsec3`.
   *
   * @param node - not occluded.
   * @returns -1 when there is none: the node is an unsigned delegation that was opted out of, or exists for such ones only (RFC 5155 7.1).
   */
  nsec3Of(node: number): number {
    return Math.max(-1, this.#words[this.#nsec3OfNodes + node]);
  }

  /** The row of the NSEC3 that covers the name of a node which none matches. */
  nsec3CoveringNode(node: number): number {
    return ~this.#words[this.#nsec3OfNodes + node];
  }

  /**
   * The row of the NSEC3 that covers a name, where `hasNsec3`; the name is hashed.
   *
   * @param sname - the name is that from label `label` on, and has no node.
   * @returns -1 when an NSEC3 matches the name: the chain is not that of the zone's names (RFC 5155 7.2.9).
   */
  nsec3Covering(sname: SearchName, label: number): number {
    this.#nsec3Hash.set(sname.octets, sname.labelOffsets[label], false);
    return this.#nsec3CoveringHash();
  }

  /** As `nsec3Covering`, for the wildcard right below a node without WILDCARD_CHILD. */
  nsec3CoveringWildcard(node: number): number {
    this.#nsec3Hash.set(this.octets, this.ownerAt(node), true);
    return this.#nsec3CoveringHash();
  }

  /** Where the owner name of an NSEC3 row lies in `octets`. */
  nsec3OwnerAt(row: number): number {
    return this.#words[this.#nsec3 + (row << NSEC3_SHIFT) + NSEC3_OWNER_AT];
  }

  /** The RRset of an NSEC3 row. */
  nsec3Rrset(row: number): number {
    return this.#words[this.#nsec3 + (row << NSEC3_SHIFT) + NSEC3_RRSET];
  }

  /** Flags of a node: APEX, EMPTY_NON_TERMINAL, DELEGATION_POINT, ... */
  flags(node: number): number {
    return this.#words[this.#nodes + (node << NODE_SHIFT) + NODE_FLAGS] & ((1 << EXTRA_SHIFT) - 1);
  }

  /** Where the owner name of a node lies in `octets`, in the case it was given in. */
  ownerAt(node: number): number {
    return this.#words[this.#nodes + (node << NODE_SHIFT) + NODE_NAME_AT];
  }

  /** The node one label up; -1 for the apex. */
  parent(node: number): number {
    return this.#words[this.#nodes + (node << NODE_SHIFT) + NODE_PARENT];
  }

  /** The (static) RRset of a node and type, -1 when there is none. RRSIGs are found by the RRset they cover, never by type. */
  rrset(node: number, type: number): number {
    const words = this.#words;
    const first = this.firstRrset(node);
    const stop = first + this.rrsetsOf(node);
    for (let i = first; i < stop; i++) {
      if ((words[this.#rrsets + (i << RRSET_SHIFT) + RRSET_TYPE] & 0xffff) === type) return i;
    }
    return -1;
  }

  /** The first RRset of a node; the others follow by number, sorted by type. */
  firstRrset(node: number): number {
    return this.#words[this.#nodes + (node << NODE_SHIFT) + NODE_FIRST_RRSET];
  }

  /** How many (static) RRsets a node has. */
  rrsetsOf(node: number): number {
    const row = this.#nodes + (node << NODE_SHIFT);
    const words = this.#words;
    return words[row + NODE_WORDS + NODE_FIRST_RRSET] - words[row + NODE_FIRST_RRSET] - (words[row + NODE_FLAGS] >>> EXTRA_SHIFT);
  }

  rrsetType(rrset: number): number {
    return this.#words[this.#rrsets + (rrset << RRSET_SHIFT) + RRSET_TYPE] & 0xffff;
  }

  /** In seconds. */
  rrsetTtl(rrset: number): number {
    return this.#words[this.#rrsets + (rrset << RRSET_SHIFT) + RRSET_TTL];
  }

  /** How many RDATAs. */
  rrsetCount(rrset: number): number {
    return this.#words[this.#rrsets + (rrset << RRSET_SHIFT) + RRSET_RDATA_COUNT];
  }

  /** Where the RDATAs lie in `octets`. */
  rrsetAt(rrset: number): number {
    return this.#words[this.#rrsets + (rrset << RRSET_SHIFT) + RRSET_AT];
  }

  /** Where the RDATAs of the RRSIGs that cover this RRset lie in `octets`; 0 when it has none. */
  rrsigAt(rrset: number): number {
    const words = this.#words;
    const row = this.#rrsets + (rrset << RRSET_SHIFT);
    return (words[row + RRSET_TYPE] & ROW_SIGNED) === 0 ? 0 : words[(words[row + RRSET_AT] >> 2) - 2];
  }

  rrsigCount(rrset: number): number {
    const words = this.#words;
    const row = this.#rrsets + (rrset << RRSET_SHIFT);
    return (words[row + RRSET_TYPE] & ROW_SIGNED) === 0 ? 0 : words[(words[row + RRSET_AT] >> 2) - 1];
  }

  /** TTL of the RRSIGs in seconds: that of the RRset they cover (RFC 4034 3). */
  rrsigTtl(rrset: number): number {
    return this.rrsetTtl(rrset);
  }

  /** The number under which `type` of this owner is chosen at query time; -1 when it isn't. */
  dynamicId(node: number, type: number): number {
    const row = this.#dynamicRow(node, type);
    return row < 0 ? -1 : this.#words[row + RRSET_AT];
  }

  /** The highest TTL of a dynamic type, in seconds: the Original TTL of its RRSIGs; -1 when the type isn't dynamic here. */
  dynamicMaxTtl(node: number, type: number): number {
    const row = this.#dynamicRow(node, type);
    return row < 0 ? -1 : this.#words[row + RRSET_TTL];
  }

  /** How many types of this owner are dynamic. */
  dynamicsOf(node: number): number {
    const flagsWord = this.#words[this.#nodes + (node << NODE_SHIFT) + NODE_FLAGS];
    return (flagsWord >>> EXTRA_SHIFT) - ((flagsWord & WILDCARD_CHILD) === 0 ? 0 : 1);
  }

  /** The `index`th dynamic type of a node, `index` below `dynamicsOf(node)`. */
  dynamicType(node: number, index: number): number {
    return this.rrsetType(this.firstRrset(node) + this.rrsetsOf(node) + index);
  }

  #nsec3CoveringHash(): number {
    const words = this.#words;
    const { hash } = this.#nsec3Hash;
    const row = nsec3AtOrBefore(words, this.#nsec3, this.#nsec3Chain, hash);
    return compareHashes(words, this.#nsec3 + (row << NSEC3_SHIFT), hash, 0) === 0 ? -1 : row;
  }

  #dynamicRow(node: number, type: number): number {
    const words = this.#words;
    if ((words[this.#nodes + (node << NODE_SHIFT) + NODE_FLAGS] & HAS_DYNAMIC) === 0) return -1;
    let row = this.#rrsets + ((this.firstRrset(node) + this.rrsetsOf(node)) << RRSET_SHIFT);
    for (let left = this.dynamicsOf(node); left > 0; left--, row += RRSET_WORDS) {
      if (words[row + RRSET_TYPE] === type) return row;
    }
    return -1;
  }

  /** The node's last RRset row leads to `*` below it. */
  #wildcardChild(nodeRow: number): number {
    const words = this.#words;
    const afterLast = words[nodeRow + NODE_WORDS + NODE_FIRST_RRSET];
    return words[this.#rrsets + (afterLast << RRSET_SHIFT) - RRSET_WORDS + RRSET_AT];
  }

  /** The child of `parent` whose leftmost label is label `label` of sname, or -1. Comparing the parent spares comparing the rest of the name. */
  #child(parent: number, sname: SearchName, label: number): number {
    const words = this.#words;
    const hash = sname.suffixHashes[label];
    const tag = hash << this.#nodeBits;
    for (let i = firstSlot(hash, this.#slotBits); ; i = (i + 1) & this.#slotMask) {
      const slot = words[this.#slots + i];
      if (slot === 0) return -1;
      if ((slot & ~this.#nodeMask) !== tag) continue;
      const node = (slot & this.#nodeMask) - 1;
      const row = this.#nodes + (node << NODE_SHIFT);
      if (words[row + NODE_PARENT] === parent && this.#sameLabel(words[row + NODE_NAME_AT], sname, label)) return node;
    }
  }

  #sameLabel(at: number, sname: SearchName, label: number): boolean {
    const octets = this.octets;
    const wanted = sname.octets;
    let from = sname.labelOffsets[label];
    const lengthOctet = wanted[from];
    if (octets[at] !== lengthOctet) return false;
    for (let left = lengthOctet; left > 0; left--) {
      const octet = octets[++at];
      const lowerCase = wanted[++from];
      // sname is in lower case already; the owner name has the case of the zone file (RFC 4343 4.1).
      if (octet !== lowerCase && (octet + 0x20 !== lowerCase || (octet - 0x41) >>> 0 >= 26)) return false;
    }
    return true;
  }
}
