// How a zone image lies in its slab. Everything is an int32 in the machine's byte order or an octet, and every reference is an offset, so that any
// thread reads it in place.
//
//   header | node rows | RRset rows | hash slots | NSEC index | NSEC3 rows | NSEC3 of each node | octets: owner name and RDATAs, node after node
//
// Nodes are numbered in canonical order (RFC 4034 6.1), so a node's number is its place in that order, the apex is node 0, and what is at or below
// a node is a run of numbers. Names that own nothing but have names below them (RFC 4592 2.2.2) are nodes too. Owners of NSEC3 are not: these records
// stand in a table of their own, sorted by hash, so that nobody finds them by name (RFC 5155 7.2.8).
//
// Behind the image its slab may have room. There a Zone writes the nodes that change sets change, whole: rows in the same form, and what octets are new.
// As rows are found by number from the start of their table, those behind the image have numbers, too, above all others. Nothing that was written is
// written again, so whoever reads an older version still finds it. Which of these nodes a version has is said by its overlay, a slab of its own:
//
//   header | hash slots: hash of the name and node | changes in the order of the NSEC index

export const MAGIC = 0x445a4e53;
export const VERSION = 3;
export const OVERLAY_MAGIC = 0x4f5a4e53;

/** RFC 2181 8: the highest TTL that a record can have. */
export const MAX_TTL_SECONDS = 0x7fffffff;

/** Words of the header. */
export const HEADER = {
  MAGIC: 0,
  VERSION: 1,
  /** What the image takes; the slab may be larger. */
  IMAGE_OCTETS: 2,
  NODE_COUNT: 3,
  RRSET_COUNT: 4,
  RECORD_COUNT: 5,
  // The following four are word offsets.
  NODES_AT: 6,
  RRSETS_AT: 7,
  SLOTS_AT: 8,
  NSEC_AT: 9,
  NSEC_COUNT: 10,
  /** log2 of the number of hash slots. */
  SLOT_BITS: 11,
  /** Low bits of a hash slot that hold node + 1; the rest are low bits of the name's hash. */
  NODE_BITS: 12,
  APEX_LABELS: 13,
  IS_SIGNED: 14,
  SERIAL: 15,
  SOA_TTL: 16,
  NEGATIVE_TTL: 17,
  /** Word offset of the NSEC3 rows. */
  NSEC3_AT: 18,
  /** How many of them are of the chain that answers are proven by. They come first, sorted by hash. */
  NSEC3_CHAIN: 19,
  NSEC3_COUNT: 20,
  /** Word offset of one word for each node, if there is a chain: its NSEC3 row, or ~row of the one that covers it. */
  NSEC3_OF_NODES_AT: 21,
  NSEC3_ITERATIONS: 22,
  /** Offset in the octets. */
  NSEC3_SALT_AT: 23,
  NSEC3_SALT_OCTETS: 24,
  /** How many nodes have HAS_DYNAMIC. */
  DYNAMIC_OWNERS: 25,
  /** Not 0: a Zone, of this thread or another, writes behind the image. */
  TAIL_TAKEN: 26,
} as const;
export const HEADER_WORDS = 32;

/** Words of the header of an overlay. What it says of the zone stands for what the image says. */
export const OVERLAY = {
  MAGIC: 0,
  VERSION: 1,
  /** IMAGE_OCTETS of the image that it lies over. */
  IMAGE_OCTETS: 2,
  /** The apex: its SOA is another one in every version. */
  APEX_NODE: 3,
  NODE_COUNT: 4,
  RECORD_COUNT: 5,
  IS_SIGNED: 6,
  SERIAL: 7,
  SOA_TTL: 8,
  NEGATIVE_TTL: 9,
  /** log2 of the number of hash slots, of OVERLAY_SLOT_WORDS each: the hash, and the node; 0: free. */
  SLOT_BITS: 10,
  /** Word offset of the entries of the order, sorted by name, and their number. */
  ORDER_AT: 11,
  ORDER_COUNT: 12,
} as const;
export const OVERLAY_HEADER_WORDS = 16;
export const OVERLAY_SLOT_WORDS = 2;
/**
 * An entry of the order. With an NSEC in this version: the node, and how many entries of the image's NSEC index are at or before its name. Without:
 * ~first and last of a run of entries of the NSEC index that are none in this version.
 */
export const ORDER_WORDS = 2;

/** A node row; one more row follows the last, for its FIRST_RRSET. */
export const NODE_WORDS = 4;
export const NODE_SHIFT = 2;
export const NODE_NAME_AT = 0;
/** The node above; of a node behind the image: the image's node of the same name, or -1. */
export const NODE_PARENT = 1;
/** Node flags in the low 24 bits; above them how many RRset rows at the end of the node's are no static RRset. */
export const NODE_FLAGS = 2;
export const NODE_FIRST_RRSET = 3;
export const EXTRA_SHIFT = 24;
export const MAX_EXTRA_ROWS = 255;

/**
 * An RRset row. A node's rows: its static RRsets by type, then one row per dynamic type, then, with WILDCARD_CHILD, one that leads to the wildcard.
 */
export const RRSET_WORDS = 4;
export const RRSET_SHIFT = 2;
/** TYPE in the low 16 bits, ROW_SIGNED above. */
export const RRSET_TYPE = 0;
export const RRSET_TTL = 1;
/** Static: offset of the RDATAs. Dynamic: the dynamicId. Wildcard row: the wildcard's node. */
export const RRSET_AT = 2;
export const RRSET_RDATA_COUNT = 3;
/** Two words stand before the RDATAs: offset and number of the RRSIG RDATAs. */
export const ROW_SIGNED = 0x10000;
export const SIGNED_PREFIX_OCTETS = 8;

// Flags of a node.
/** The apex of the zone. */
export const APEX = 1;
/** Owns no records, static or dynamic, but has names below it (RFC 4592 2.2.2). */
export const EMPTY_NON_TERMINAL = 2;
/** Owns NS records and is not the apex: what is below belongs to another zone. */
export const DELEGATION_POINT = 4;
/** Below a delegation point or a DNAME: glue, or data that is never shown. `find` never returns such a node. */
export const OCCLUDED = 8;
/** `*` exists right below. */
export const WILDCARD_CHILD = 16;
/** Some types of this owner are chosen when they are asked for. */
export const HAS_DYNAMIC = 32;
/** Owns a (static) CNAME. */
export const HAS_CNAME = 64;
/** Owns a DNAME that holds: it isn't at or below a delegation point. */
export const HAS_DNAME = 128;

/** Behind the image only: the name is gone. */
export const TOMBSTONE = 512;

/** No node: owns NSEC3 records only, and has no node below it. Never in an image. */
export const NO_NODE = 256;

/** Spreads the hash of a name over 2^slotBits slots. */
export function firstSlot(hash: number, slotBits: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (32 - slotBits);
}
