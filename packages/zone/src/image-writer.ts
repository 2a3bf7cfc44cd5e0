import { TYPE } from '@dnsteer/wire';
import { zoneError } from './errors.ts';
import { align, type ImagePlan, movedTo, planImage } from './image-plan.ts';
import {
  EXTRA_SHIFT,
  firstSlot,
  HAS_DYNAMIC,
  HEADER,
  HEADER_WORDS,
  MAGIC,
  NODE_FIRST_RRSET,
  NODE_FLAGS,
  NODE_NAME_AT,
  NODE_PARENT,
  NODE_WORDS,
  OCCLUDED,
  ROW_SIGNED,
  RRSET_AT,
  RRSET_RDATA_COUNT,
  RRSET_TTL,
  RRSET_TYPE,
  RRSET_WORDS,
  SIGNED_PREFIX_OCTETS,
  VERSION,
  WILDCARD_CHILD,
} from './layout.ts';
import { HASH_WORDS, Nsec3Hash } from './nsec3-hash.ts';
import { compareHashes, NSEC3_OWNER_AT, NSEC3_RRSET, NSEC3_WORDS, nsec3AtOrBefore } from './nsec3-rows.ts';
import { copyOctets } from './octet-arena.ts';
import { OwnerRrsets } from './owner-rrsets.ts';
import { isProof } from './record-table.ts';
import { type SlabPart, slabViews } from './slab-part.ts';
import type { ZoneStore } from './zone-store.ts';

const MAX_IMAGE_OCTETS = 0x7fffffff;

/**
 * Lays a zone into a slab: sizes first, so that the slab can be had, then the octets.
 *
 * @param store - arranged and without problems.
 * @param allocate - gives at least the octets it is asked for; what they hold doesn't matter.
 * @throws ZoneError ERR_ZONE_IMAGE_OCTETS when the image would be larger than 2 GiB or `allocate` gives too little.
 */
export function writeImage(store: ZoneStore, allocate: (octets: number) => SharedArrayBuffer | SlabPart): SlabPart {
  const plan = planImage(store);
  if (plan.imageOctets > MAX_IMAGE_OCTETS) {
    throw zoneError('ERR_ZONE_IMAGE_OCTETS', `the zone takes ${plan.imageOctets} octets; an image has at most ${MAX_IMAGE_OCTETS}`);
  }
  const given = allocate(plan.imageOctets);
  const part = given instanceof SharedArrayBuffer ? { slab: given, at: 0 } : given;
  const octets = part.slab.byteLength - part.at;
  if (octets < plan.imageOctets) {
    throw zoneError('ERR_ZONE_IMAGE_OCTETS', `the image needs ${plan.imageOctets} octets; the slab has ${octets}`);
  }
  new ImageWriter(store, movedTo(part.at, plan), part).write();
  return part;
}

class ImageWriter {
  readonly #store: ZoneStore;
  readonly #plan: ImagePlan;
  readonly #words: Int32Array;
  readonly #octets: Uint8Array;
  /** Word offset of the header. */
  readonly #header: number;
  /** The next free octet, RRset row and NSEC index entry. */
  #at: number;
  #rrset = 0;
  #nsec: number;

  constructor(store: ZoneStore, plan: ImagePlan, { slab, at }: SlabPart) {
    const { words, octets } = slabViews(slab);
    this.#store = store;
    this.#plan = plan;
    this.#words = words;
    this.#octets = octets;
    this.#header = at >> 2;
    this.#at = plan.octetsAt;
    this.#nsec = plan.nsecAt;
  }

  write(): void {
    const { nodesAt, nodes } = this.#plan;
    const rrsets = new OwnerRrsets(this.#store);
    for (let node = 0; node < nodes.length; ) {
      node = this.#writePlainNodes(node);
      if (node < nodes.length) this.#writeNode(node, nodes[node++], rrsets);
    }
    this.#writeSlots();
    this.#words[nodesAt + nodes.length * NODE_WORDS + NODE_FIRST_RRSET] = this.#rrset;
    this.#writeNsec3Rows(rrsets);
    this.#writeNsec3OfNodes();
    this.#writeHeader(nodes.length, rrsets);
  }

  /**
   * Writes nodes of one RRset of one RDATA, and no more to it: nearly all nodes of large zones.
   *
   * @returns the first node from `node` on that is not such a one.
   */
  #writePlainNodes(node: number): number {
    const { names, records } = this.#store;
    const { flags, ranks, nodes, nodesAt, rrsetsAt } = this.#plan;
    const { parents, lengths, offsets: nameOffsets } = names;
    const { firsts, nexts, types, ttls, offsets: rdataOffsets } = records;
    const nameOctets = names.arena.octets;
    const rdataOctets = records.arena.octets;
    const words = this.#words;
    const octets = this.#octets;
    let at = this.#at;
    let rrset = this.#rrset;
    for (; node < nodes.length; node++) {
      const name = nodes[node];
      const record = firsts[name] - 1;
      if (record < 0 || nexts[record] !== 0 || isProof(types[record]) || (flags[name] & (HAS_DYNAMIC | WILDCARD_CHILD)) !== 0) break;
      const row = nodesAt + node * NODE_WORDS;
      words[row + NODE_NAME_AT] = at;
      words[row + NODE_PARENT] = parents[name] < 0 ? -1 : ranks[parents[name]];
      words[row + NODE_FLAGS] = flags[name];
      words[row + NODE_FIRST_RRSET] = rrset;
      for (let from = nameOffsets[name], stop = from + lengths[name]; from < stop; from++) octets[at++] = nameOctets[from];
      const rrsetRow = rrsetsAt + rrset++ * RRSET_WORDS;
      words[rrsetRow + RRSET_TYPE] = types[record];
      words[rrsetRow + RRSET_TTL] = ttls[record];
      words[rrsetRow + RRSET_AT] = at;
      words[rrsetRow + RRSET_RDATA_COUNT] = 1;
      let from = rdataOffsets[record];
      for (let left = 2 + ((rdataOctets[from] << 8) | rdataOctets[from + 1]); left > 0; left--) octets[at++] = rdataOctets[from++];
    }
    this.#at = at;
    this.#rrset = rrset;
    return node;
  }

  #writeNode(node: number, name: number, rrsets: OwnerRrsets): void {
    const { names, dynamics } = this.#store;
    const { flags, ranks, wildcards, nodesAt } = this.#plan;
    const words = this.#words;
    const row = nodesAt + node * NODE_WORDS;
    const parent = names.parent(name);
    words[row + NODE_NAME_AT] = this.#at;
    words[row + NODE_PARENT] = parent < 0 ? -1 : ranks[parent];
    words[row + NODE_FLAGS] = flags[name];
    words[row + NODE_FIRST_RRSET] = this.#rrset;
    this.#writeName(name);
    const dynamicTypes = dynamics.of(name);
    const wildcard = wildcards.get(name);
    words[row + NODE_FLAGS] |= (dynamicTypes.length + (wildcard === undefined ? 0 : 1)) << EXTRA_SHIFT;
    rrsets.load(name);
    for (let i = 0; i < rrsets.count; i++) if (rrsets.types[i] !== TYPE.NSEC3) this.#writeRrset(rrsets, i);
    for (const { type, dynamicId, maxTtlSeconds } of dynamicTypes) this.#writeRow(type, maxTtlSeconds, dynamicId, 0);
    if (wildcard !== undefined) this.#writeRow(0, 0, ranks[wildcard], 0);
    if ((flags[name] & OCCLUDED) === 0 && rrsets.indexOf(TYPE.NSEC) >= 0) words[this.#nsec++] = node;
  }

  #writeNsec3Rows(rrsets: OwnerRrsets): void {
    const { nsec3, nsec3At } = this.#plan;
    const words = this.#words;
    for (let i = 0, row = nsec3At; i < nsec3.owners.length; i++, row += NSEC3_WORDS) {
      for (let word = 0; word < HASH_WORDS; word++) words[row + word] = i < nsec3.length ? nsec3.hashes[i * HASH_WORDS + word] : 0;
      words[row + NSEC3_OWNER_AT] = this.#at;
      words[row + NSEC3_RRSET] = this.#rrset;
      this.#writeName(nsec3.owners[i]);
      rrsets.load(nsec3.owners[i]);
      this.#writeRrset(rrsets, rrsets.indexOf(TYPE.NSEC3));
    }
  }

  /** Names that exist are hashed here, so that while somebody waits only those are that don't. */
  #writeNsec3OfNodes(): void {
    const { names } = this.#store;
    const { flags, nodes, nsec3, nsec3At, nsec3OfNodesAt } = this.#plan;
    if (nsec3.length === 0) return;
    const words = this.#words;
    const hasher = new Nsec3Hash(nsec3.iterations, nsec3.salt);
    for (let node = 0; node < nodes.length; node++) {
      const name = nodes[node];
      words[nsec3OfNodesAt + node] = -1;
      // Nothing is ever proven about these.
      if ((flags[name] & OCCLUDED) !== 0) continue;
      hasher.set(names.chunk(name), names.offset(name), false);
      const row = nsec3AtOrBefore(words, nsec3At, nsec3.length, hasher.hash);
      const matches = compareHashes(words, nsec3At + row * NSEC3_WORDS, hasher.hash, 0) === 0;
      words[nsec3OfNodesAt + node] = matches ? row : ~row;
    }
  }

  #writeName(name: number): void {
    const { names } = this.#store;
    const length = names.length(name);
    copyOctets(names.chunk(name), names.offset(name), length, this.#octets, this.#at);
    this.#at += length;
  }

  #writeRrset(rrsets: OwnerRrsets, index: number): void {
    const { records } = this.#store;
    const signatures = rrsets.signatureCount(index);
    const count = rrsets.recordCounts[index];
    const first = rrsets.firstRecords[index];
    let type = rrsets.types[index];
    let prefix = 0;
    if (signatures > 0) {
      type |= ROW_SIGNED;
      prefix = align(this.#at) >> 2;
      this.#at = align(this.#at) + SIGNED_PREFIX_OCTETS;
    }
    this.#writeRow(type, records.ttlSeconds(first), this.#at, count);
    this.#writeRdatas(first, count);
    if (signatures === 0) return;
    this.#words[prefix] = this.#at;
    this.#words[prefix + 1] = signatures;
    this.#writeRdatas(rrsets.firstSignature(index), signatures);
  }

  #writeRdatas(record: number, count: number): void {
    const { records } = this.#store;
    for (; count > 0; count--, record = records.next(record)) this.#writeRdata(record);
  }

  #writeRdata(record: number): void {
    const { records } = this.#store;
    const octets = records.length(record) + 2;
    copyOctets(records.chunk(record), records.offset(record), octets, this.#octets, this.#at);
    this.#at += octets;
  }

  #writeRow(type: number, ttlSeconds: number, at: number, count: number): void {
    const words = this.#words;
    const row = this.#plan.rrsetsAt + this.#rrset++ * RRSET_WORDS;
    words[row + RRSET_TYPE] = type;
    words[row + RRSET_TTL] = ttlSeconds;
    words[row + RRSET_AT] = at;
    words[row + RRSET_RDATA_COUNT] = count;
  }

  /** The builder's own table has the same names in the same places, by other numbers; unless it is of another size. */
  #writeSlots(): void {
    const { names } = this.#store;
    const { slotsAt, slotBits, nodeBits, nodes, ranks } = this.#plan;
    const words = this.#words;
    const count = 1 << slotBits;
    if (names.slotBits !== slotBits || names.count !== nodes.length) {
      // A slab that was used before still has what it held.
      words.fill(0, slotsAt, slotsAt + count);
      for (let node = 0; node < nodes.length; node++) {
        const hash = names.hash(nodes[node]);
        let i = firstSlot(hash, slotBits);
        while (words[slotsAt + i] !== 0) i = (i + 1) & (count - 1);
        words[slotsAt + i] = (hash << nodeBits) | (node + 1);
      }
      return;
    }
    const { slots } = names;
    const mask = count - 1;
    for (let i = 0; i < count; i++) {
      const slot = slots[i];
      words[slotsAt + i] = slot === 0 ? 0 : (slot & ~mask) | (ranks[(slot & mask) - 1] + 1);
    }
  }

  #writeHeader(nodeCount: number, rrsets: OwnerRrsets): void {
    const words = this.#words.subarray(this.#header, this.#header + HEADER_WORDS);
    const plan = this.#plan;
    rrsets.load(0);
    const soa = rrsets.indexOf(TYPE.SOA);
    const { records } = this.#store;
    const record = rrsets.firstRecords[soa];
    const soaEnd = records.offset(record) + 2 + records.length(record);
    const soaTtlSeconds = records.ttlSeconds(record);
    const minimum = readU32(records.chunk(record), soaEnd - 4);
    words.fill(0);
    words[HEADER.MAGIC] = MAGIC;
    words[HEADER.VERSION] = VERSION;
    words[HEADER.IMAGE_OCTETS] = plan.imageOctets;
    words[HEADER.NODE_COUNT] = nodeCount;
    words[HEADER.RRSET_COUNT] = plan.rrsetCount;
    words[HEADER.RECORD_COUNT] = plan.recordCount;
    words[HEADER.NODES_AT] = plan.nodesAt;
    words[HEADER.RRSETS_AT] = plan.rrsetsAt;
    words[HEADER.SLOTS_AT] = plan.slotsAt;
    words[HEADER.NSEC_AT] = plan.nsecAt;
    words[HEADER.NSEC_COUNT] = plan.nsecCount;
    words[HEADER.SLOT_BITS] = plan.slotBits;
    words[HEADER.NODE_BITS] = plan.nodeBits;
    words[HEADER.NSEC3_AT] = plan.nsec3At;
    words[HEADER.NSEC3_CHAIN] = plan.nsec3.length;
    words[HEADER.NSEC3_COUNT] = plan.nsec3.owners.length;
    words[HEADER.NSEC3_OF_NODES_AT] = plan.nsec3OfNodesAt;
    words[HEADER.NSEC3_ITERATIONS] = plan.nsec3.iterations;
    words[HEADER.NSEC3_SALT_AT] = this.#at;
    words[HEADER.NSEC3_SALT_OCTETS] = plan.nsec3.salt.length;
    this.#octets.set(plan.nsec3.salt, this.#at);
    words[HEADER.DYNAMIC_OWNERS] = plan.dynamicOwners;
    words[HEADER.APEX_LABELS] = this.#store.apexLabelCount;
    words[HEADER.IS_SIGNED] = rrsets.signatureCount(soa) > 0 ? 1 : 0;
    words[HEADER.SERIAL] = readU32(records.chunk(record), soaEnd - 20);
    words[HEADER.SOA_TTL] = soaTtlSeconds;
    // RFC 2308 5. MINIMUM is unsigned; a TTL is not (RFC 2181 8).
    words[HEADER.NEGATIVE_TTL] = Math.min(soaTtlSeconds, minimum);
  }
}

function readU32(octets: Uint8Array, at: number): number {
  return octets[at] * 0x1000000 + ((octets[at + 1] << 16) | (octets[at + 2] << 8) | octets[at + 3]);
}
