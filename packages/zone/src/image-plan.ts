import { TYPE } from '@dnsteer/wire';
import { HAS_DYNAMIC, HEADER_WORDS, NO_NODE, NODE_WORDS, OCCLUDED, RRSET_WORDS, SIGNED_PREFIX_OCTETS } from './layout.ts';
import { findNsec3Chain, type Nsec3Chain } from './nsec3-chain.ts';
import { NSEC3_WORDS } from './nsec3-rows.ts';
import { OwnerRrsets } from './owner-rrsets.ts';
import { isProof, type RecordTable } from './record-table.ts';
import type { ZoneStore } from './zone-store.ts';

/** Where everything goes. */
export interface ImagePlan {
  flags: Int32Array;
  wildcards: Map<number, number>;
  /** The name of each node. */
  nodes: Int32Array;
  /** The node of each name that is one. */
  ranks: Int32Array;
  nsec3: Nsec3Chain;
  rrsetCount: number;
  recordCount: number;
  nsecCount: number;
  dynamicOwners: number;
  slotBits: number;
  nodeBits: number;
  // Word offsets of the tables.
  nodesAt: number;
  rrsetsAt: number;
  slotsAt: number;
  nsecAt: number;
  nsec3At: number;
  nsec3OfNodesAt: number;
  /** Where names and RDATAs begin. */
  octetsAt: number;
  imageOctets: number;
}

/** The same, in a slab in which `at` octets come before it: a multiple of 8. */
export function movedTo(at: number, plan: ImagePlan): ImagePlan {
  const words = at >> 2;
  return {
    ...plan,
    nodesAt: plan.nodesAt + words,
    rrsetsAt: plan.rrsetsAt + words,
    slotsAt: plan.slotsAt + words,
    nsecAt: plan.nsecAt + words,
    nsec3At: plan.nsec3At + words,
    nsec3OfNodesAt: plan.nsec3OfNodesAt + words,
    octetsAt: plan.octetsAt + at,
  };
}

/** Measures a store that is arranged. */
export function planImage(store: ZoneStore): ImagePlan {
  const { names, records, dynamics } = store;
  const { flags, wildcards, hasNoNodes } = store.facts();
  const order = store.order();
  const nodes = hasNoNodes ? order.filter((name) => (flags[name] & NO_NODE) === 0) : order;
  const ranks = store.scratch.int32(names.count);
  const rrsets = new OwnerRrsets(store);
  let rrsetCount = wildcards.size;
  let recordCount = 0;
  let nsecCount = 0;
  let dynamicOwners = 0;
  const nsec3Owners: number[] = [];
  let octets = 0;
  for (let node = 0; node < nodes.length; node++) ranks[nodes[node]] = node;
  const measure = (i: number): void => {
    const signatures = rrsets.signatureCount(i);
    if (signatures > 0) octets = align(octets) + SIGNED_PREFIX_OCTETS + chainOctets(records, rrsets.firstSignature(i), signatures);
    octets += chainOctets(records, rrsets.firstRecords[i], rrsets.recordCounts[i]);
    recordCount += signatures + rrsets.recordCounts[i];
    rrsetCount++;
  };
  const { lengths } = names;
  const { firsts, nexts, types, offsets } = records;
  const rdataOctets = records.arena.octets;
  for (let i = 0; i < names.count; i++) {
    // The order decides how much is lost to the alignment of signatures. Where there are none, one is as good as another.
    const name = records.hasProofs ? order[i] : i;
    if ((flags[name] & NO_NODE) === 0) octets += lengths[name];
    const only = firsts[name] - 1;
    if (only >= 0 && nexts[only] === 0 && !isProof(types[only]) && (flags[name] & HAS_DYNAMIC) === 0) {
      octets += 2 + ((rdataOctets[offsets[only]] << 8) | rdataOctets[offsets[only] + 1]);
      recordCount++;
      rrsetCount++;
      continue;
    }
    rrsets.load(name);
    rrsetCount += dynamics.of(name).length;
    if (dynamics.of(name).length > 0) dynamicOwners++;
    for (let i = 0; i < rrsets.count; i++) {
      if (rrsets.types[i] === TYPE.NSEC3) nsec3Owners.push(name);
      else measure(i);
      if (rrsets.types[i] === TYPE.NSEC && (flags[name] & OCCLUDED) === 0) nsecCount++;
    }
  }
  const nsec3 = findNsec3Chain(store, nsec3Owners);
  // In the order in which they will be written, since that decides how much is lost to alignment.
  for (const name of nsec3.owners) {
    octets += names.length(name);
    rrsets.load(name);
    measure(rrsets.indexOf(TYPE.NSEC3));
  }
  // Between a third and two thirds of the slots are taken.
  const slotBits = Math.max(2, bitsFor(Math.ceil(nodes.length * 1.5) - 1));
  const nodesAt = HEADER_WORDS;
  const rrsetsAt = nodesAt + (nodes.length + 1) * NODE_WORDS;
  const slotsAt = rrsetsAt + rrsetCount * RRSET_WORDS;
  const nsecAt = slotsAt + (1 << slotBits);
  const nsec3At = nsecAt + nsecCount;
  const nsec3OfNodesAt = nsec3At + nsec3.owners.length * NSEC3_WORDS;
  const octetsAt = (nsec3OfNodesAt + (nsec3.length > 0 ? nodes.length : 0)) * 4;
  const imageOctets = octetsAt + align(octets + nsec3.salt.length);
  // As many as the builder's own table has: its slots then become those of the image.
  const nodeBits = slotBits;
  return {
    flags,
    wildcards,
    nodes,
    ranks,
    nsec3,
    rrsetCount,
    recordCount,
    nsecCount,
    dynamicOwners,
    slotBits,
    nodeBits,
    nodesAt,
    rrsetsAt,
    slotsAt,
    nsecAt,
    nsec3At,
    nsec3OfNodesAt,
    octetsAt,
    imageOctets,
  };
}

/** Octets of `count` RDATAs from `record` on, each with its RDLENGTH. */
function chainOctets(records: RecordTable, record: number, count: number): number {
  let octets = 0;
  for (; count > 0; count--, record = records.next(record)) octets += records.length(record) + 2;
  return octets;
}

/** Rounded up to a whole word. */
export function align(octets: number): number {
  return Math.ceil(octets / 4) * 4;
}

/** Bits that hold 0 to `value`. */
function bitsFor(value: number): number {
  return 32 - Math.clz32(value);
}
