import { equalNames, hashName, type SearchName } from '@dnsteer/wire';
import { isSameLabel } from './compare-names.ts';
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
  OCCLUDED,
  OVERLAY,
  ROW_SIGNED,
  RRSET_AT,
  RRSET_RDATA_COUNT,
  RRSET_SHIFT,
  RRSET_TTL,
  RRSET_TYPE,
  RRSET_WORDS,
  TOMBSTONE,
  VERSION,
  WILDCARD_CHILD,
} from './layout.ts';
import { NsecIndex } from './nsec-index.ts';
import { Nsec3Table } from './nsec3-table.ts';
import { Overlay, UNCHANGED } from './overlay.ts';
import { slabViews } from './slab-part.ts';
import { BELOW_CUT, DNAME, EXACT, type FindStatus, MISSING, type ZoneMatch } from './zone-match.ts';

/**
 * A zone, read in place from a slab of shared memory. Any number of threads may look at one slab; nobody writes to it.
 *
 * Names and RDATAs are offsets into `octets`; nodes and RRsets are numbers. An RRset's RDATAs are `count` times [u16 RDLENGTH][RDATA], names in
 * them uncompressed. Arguments are trusted: pass on only what this image returned. No method throws but `findNode`, and none allocates.
 */
export class ZoneImage {
  readonly shared: SharedArrayBuffer;
  /** Octets of the slab that are before it. */
  readonly at: number;
  /** The overlay that makes this a later version of the zone; `undefined`: the image as it was built. */
  readonly overlay: SharedArrayBuffer | undefined;
  /** The whole slab; the image takes `imageOctets` of it from `at` on, and what change sets brought stands behind them. */
  readonly octets: Uint8Array;
  readonly imageOctets: number;
  readonly nodeCount: number;
  /** The node of the apex; 0 without an overlay. */
  readonly apexNode: number;
  /** How many names have types that are chosen at query time. */
  readonly dynamicOwnerCount: number;
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

  /** The owners of NSECs in the image as it was built; a version with an overlay may have others. */
  readonly imageNsecs: NsecIndex;

  readonly #words: Int32Array;
  readonly #nodes: number;
  readonly #rrsets: number;
  readonly #slots: number;
  readonly #slotBits: number;
  readonly #slotMask: number;
  readonly #nodeBits: number;
  readonly #nodeMask: number;
  /** Only of a zone with such records: most have none, and there may be thousands of zones. */
  readonly #nsec3: Nsec3Table | undefined;
  readonly #overlay: Overlay | undefined;

  /**
   * @param overlay - of a version that a Zone made of this image.
   * @param at - where in `shared` it lies: octets, as its builder was given them.
   * @throws ZoneError ERR_ZONE_IMAGE when `shared` holds no image of this version, or `overlay` no overlay of it.
   */
  constructor(shared: SharedArrayBuffer, overlay?: SharedArrayBuffer, at = 0) {
    const { words: slabWords, octets } = slabViews(shared);
    const words = slabWords.subarray(at >> 2, (at >> 2) + HEADER_WORDS);
    if (words.length < HEADER_WORDS || words[HEADER.MAGIC] !== MAGIC || words[HEADER.VERSION] !== VERSION) {
      throw zoneError('ERR_ZONE_IMAGE', 'the shared memory holds no zone image of this version');
    }
    this.shared = shared;
    this.at = at;
    this.octets = octets;
    this.#words = slabWords;
    this.imageOctets = words[HEADER.IMAGE_OCTETS];
    this.#nodes = words[HEADER.NODES_AT];
    this.#rrsets = words[HEADER.RRSETS_AT];
    this.#slots = words[HEADER.SLOTS_AT];
    this.#slotBits = words[HEADER.SLOT_BITS];
    this.#slotMask = (1 << this.#slotBits) - 1;
    this.#nodeBits = words[HEADER.NODE_BITS];
    this.#nodeMask = (1 << this.#nodeBits) - 1;
    this.hasNsec3 = words[HEADER.NSEC3_CHAIN] > 0;
    this.nsec3Count = words[HEADER.NSEC3_COUNT];
    this.#nsec3 = this.nsec3Count > 0 ? new Nsec3Table(words, slabWords, octets) : undefined;
    this.apexAt = slabWords[this.#nodes + NODE_NAME_AT];
    this.apexLabelCount = words[HEADER.APEX_LABELS];
    this.imageNsecs = new NsecIndex(words, slabWords, octets);
    this.dynamicOwnerCount = words[HEADER.DYNAMIC_OWNERS];
    this.overlay = overlay;
    if (overlay !== undefined) {
      this.#overlay = new Overlay(overlay, words, slabWords, octets);
    }
    const header = this.#overlay?.header;
    const of = (inImage: number, inOverlay: number): number => header?.[inOverlay] ?? words[inImage];
    this.apexNode = header?.[OVERLAY.APEX_NODE] ?? 0;
    this.nodeCount = of(HEADER.NODE_COUNT, OVERLAY.NODE_COUNT);
    this.recordCount = of(HEADER.RECORD_COUNT, OVERLAY.RECORD_COUNT);
    this.isSigned = of(HEADER.IS_SIGNED, OVERLAY.IS_SIGNED) !== 0;
    this.serial = of(HEADER.SERIAL, OVERLAY.SERIAL) >>> 0;
    this.soaTtlSeconds = of(HEADER.SOA_TTL, OVERLAY.SOA_TTL);
    this.negativeTtlSeconds = of(HEADER.NEGATIVE_TTL, OVERLAY.NEGATIVE_TTL);
  }

  /**
   * Finds `sname` in one descent from the apex, one hash probe per label (RFC 1034 4.3.2 step 3, RFC 4592, RFC 6672).
   *
   * @param sname - at or below the apex.
   * @param match - overwritten.
   * @returns EXACT, BELOW_CUT, DNAME or MISSING. A delegation point and the owner of a DNAME are EXACT themselves: what they mean depends on QTYPE.
   */
  find(sname: SearchName, match: ZoneMatch): FindStatus {
    if (this.#overlay !== undefined) return this.#findOverlaid(this.#overlay, sname, match);
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
    if (this.#overlay !== undefined) {
      const node = this.#overlay.nodeOf(name, at, hash);
      if (node !== UNCHANGED) return Math.max(-1, node);
    }
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
    const last = this.imageNsecs.rank(sname) - 1;
    if (this.#overlay !== undefined) return this.#overlay.nsecAtOrBefore(sname, last);
    return last < 0 ? -1 : this.imageNsecs.node(last);
  }

  /**
   * The row of the NSEC3 that matches a node's name (RFC 5155 1.3), where `hasNsec3`.
   *
   * @param node - not occluded.
   * @returns -1 when there is none: the node is an unsigned delegation that was opted out of, or exists for such ones only (RFC 5155 7.1).
   */
  nsec3Of(node: number): number {
    return this.#nsec3!.of(node);
  }

  /** The row of the NSEC3 that covers the name of a node which none matches. */
  nsec3CoveringNode(node: number): number {
    return this.#nsec3!.coveringNode(node);
  }

  /**
   * The row of the NSEC3 that covers a name, where `hasNsec3`; the name is hashed.
   *
   * @param sname - the name is that from label `label` on, and has no node.
   * @returns -1 when an NSEC3 matches the name: the chain is not that of the zone's names (RFC 5155 7.2.9).
   */
  nsec3Covering(sname: SearchName, label: number): number {
    return this.#nsec3!.covering(sname.octets, sname.labelOffsets[label], false);
  }

  /** As `nsec3Covering`, for the wildcard right below a node without WILDCARD_CHILD. */
  nsec3CoveringWildcard(node: number): number {
    return this.#nsec3!.covering(this.octets, this.ownerAt(node), true);
  }

  /** Where the owner name of an NSEC3 row lies in `octets`. */
  nsec3OwnerAt(row: number): number {
    return this.#nsec3!.ownerAt(row);
  }

  /** The RRset of an NSEC3 row. */
  nsec3Rrset(row: number): number {
    return this.#nsec3!.rrset(row);
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
    if (this.#overlay !== undefined)
      return node === this.apexNode ? -1 : this.findNode(this.octets, nextLabel(this.octets, this.ownerAt(node)));
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

  /**
   * Whether a node is below a delegation point or a DNAME. Where there is an overlay, the flag OCCLUDED tells of the time when the node was written:
   * a cut that came later is not stored at each node below it.
   */
  isOccluded(node: number): boolean {
    if (this.#overlay === undefined) return (this.flags(node) & OCCLUDED) !== 0;
    for (let above = this.parent(node); above >= 0; above = this.parent(above)) {
      if ((this.flags(above) & (DELEGATION_POINT | HAS_DNAME)) !== 0) return true;
    }
    return false;
  }

  /** All nodes: those of the image in canonical order, then what changed, in none. */
  *nodes(): Generator<number, void, undefined> {
    const imageNodes = this.#words[HEADER.NODE_COUNT];
    const changed = this.#overlay === undefined ? [] : [...this.#overlay.nodes()];
    const replaced = new Set(changed.map((node) => this.imageNode(node)));
    for (let node = 0; node < imageNodes; node++) if (!replaced.has(node)) yield node;
    for (const node of changed) if ((this.flags(node) & TOMBSTONE) === 0) yield node;
  }

  /** The image's own node of the name of a node that a change set wrote; -1 when the image has none. */
  imageNode(node: number): number {
    const imageNodes = this.#words[HEADER.NODE_COUNT];
    return node < imageNodes ? node : this.#words[this.#nodes + (node << NODE_SHIFT) + NODE_PARENT];
  }

  /** As `find`: each name is looked for among what changed, then among the children that the image's own node has. */
  #findOverlaid(overlay: Overlay, sname: SearchName, match: ZoneMatch): FindStatus {
    const words = this.#words;
    let node = this.apexNode;
    let imageNode = 0;
    let label = sname.labelCount - this.apexLabelCount;
    let status: FindStatus = EXACT;
    match.wildcard = -1;
    while (label > 0) {
      const row = this.#nodes + (node << NODE_SHIFT);
      const flags = words[row + NODE_FLAGS];
      if ((flags & (DELEGATION_POINT | HAS_DNAME)) !== 0) {
        status = (flags & DELEGATION_POINT) !== 0 ? BELOW_CUT : DNAME;
        break;
      }
      let child = overlay.node(sname, label - 1);
      if (child >= 0) imageNode = this.imageNode(child);
      else if (child === UNCHANGED) child = imageNode = imageNode < 0 ? -1 : this.#child(imageNode, sname, label - 1);
      if (child < 0) {
        if ((flags & WILDCARD_CHILD) !== 0) match.wildcard = this.#wildcardChild(row);
        status = MISSING;
        break;
      }
      node = child;
      label--;
    }
    match.node = status === MISSING ? -1 : node;
    match.closestEncloser = node;
    match.closestEncloserLabels = sname.labelCount - label;
    return status;
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
      if (words[row + NODE_PARENT] === parent && isSameLabel(this.octets, words[row + NODE_NAME_AT], sname, label)) return node;
    }
  }
}

/** Where the name one label up starts. */
function nextLabel(octets: Uint8Array, at: number): number {
  return at + octets[at] + 1;
}
