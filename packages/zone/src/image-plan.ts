import { TYPE } from '@dnsteer/wire';
import { HEADER_WORDS, NODE_WORDS, OCCLUDED, RRSET_WORDS, SIGNED_PREFIX_OCTETS } from './layout.ts';
import { OwnerRrsets } from './owner-rrsets.ts';
import type { RecordTable } from './record-table.ts';
import type { ZoneStore } from './zone-store.ts';

/** Where everything goes. */
export interface ImagePlan {
  flags: Int32Array;
  wildcards: Map<number, number>;
  /** The node of each name. */
  ranks: Int32Array;
  rrsetCount: number;
  recordCount: number;
  nsecCount: number;
  slotBits: number;
  nodeBits: number;
  // Word offsets of the tables.
  nodesAt: number;
  rrsetsAt: number;
  slotsAt: number;
  nsecAt: number;
  /** Where names and RDATAs begin. */
  octetsAt: number;
  imageOctets: number;
}

/** Measures a store that is arranged. */
export function planImage(store: ZoneStore): ImagePlan {
  const { names, records, dynamics } = store;
  const { flags, wildcards } = store.facts();
  const order = store.order();
  const ranks = new Int32Array(names.count);
  const rrsets = new OwnerRrsets(store);
  let rrsetCount = wildcards.size;
  let recordCount = 0;
  let nsecCount = 0;
  let octets = 0;
  for (let node = 0; node < order.length; node++) {
    const name = order[node];
    ranks[name] = node;
    octets += names.length(name);
    rrsets.load(name);
    rrsetCount += rrsets.count + dynamics.of(name).length;
    for (let i = 0; i < rrsets.count; i++) {
      const signatures = rrsets.signatureCount(i);
      if (signatures > 0) {
        octets = align(octets) + SIGNED_PREFIX_OCTETS + chainOctets(records, rrsets.firstSignature(i), signatures);
        recordCount += signatures;
      }
      octets += chainOctets(records, rrsets.firstRecords[i], rrsets.recordCounts[i]);
      recordCount += rrsets.recordCounts[i];
      if (rrsets.types[i] === TYPE.NSEC && (flags[name] & OCCLUDED) === 0) nsecCount++;
    }
  }
  // Between a third and two thirds of the slots are taken.
  const slotBits = Math.max(2, bitsFor(Math.ceil(order.length * 1.5) - 1));
  const nodesAt = HEADER_WORDS;
  const rrsetsAt = nodesAt + (order.length + 1) * NODE_WORDS;
  const slotsAt = rrsetsAt + rrsetCount * RRSET_WORDS;
  const nsecAt = slotsAt + (1 << slotBits);
  const octetsAt = (nsecAt + nsecCount) * 4;
  const imageOctets = octetsAt + align(octets);
  const nodeBits = bitsFor(order.length);
  return {
    flags,
    wildcards,
    ranks,
    rrsetCount,
    recordCount,
    nsecCount,
    slotBits,
    nodeBits,
    nodesAt,
    rrsetsAt,
    slotsAt,
    nsecAt,
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
