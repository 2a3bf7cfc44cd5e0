import { hashName, TYPE } from '@dnsteer/wire';
import { type ChangePlan, octetsOf, type PlannedName } from './change-plan.ts';
import type { ZoneImage } from './image.ts';
import {
  EXTRA_SHIFT,
  firstSlot,
  HEADER,
  NODE_FIRST_RRSET,
  NODE_FLAGS,
  NODE_NAME_AT,
  NODE_PARENT,
  NODE_SHIFT,
  NODE_WORDS,
  OVERLAY,
  OVERLAY_HEADER_WORDS,
  OVERLAY_MAGIC,
  OVERLAY_SLOT_WORDS,
  ROW_SIGNED,
  RRSET_AT,
  RRSET_RDATA_COUNT,
  RRSET_SHIFT,
  RRSET_TTL,
  RRSET_TYPE,
  RRSET_WORDS,
  SIGNED_PREFIX_OCTETS,
  TOMBSTONE,
  VERSION,
  WILDCARD_CHILD,
} from './layout.ts';
import type { ChangedRrset } from './owner-records.ts';

/** Rows of a table have numbers by their distance from its start, so they stand at whole multiples of their size from there. */
const ROW_OCTETS = NODE_WORDS * 4;
const FIRST_SLOT_BITS = 4;

/** Octets that writing a plan takes at most. */
export function plannedOctets(plan: ChangePlan): number {
  let octets = ROW_OCTETS;
  for (const { key, node, records } of plan.names.values()) {
    // The row, one more for its FIRST_RRSET, one for a wildcard, and what aligning takes.
    octets += 5 * ROW_OCTETS + key.length + (node < 0 ? 0 : plan.image.dynamicsOf(node)) * RRSET_WORDS * 4;
    for (const { rdatas, rrsigs } of records.rrsets.values()) {
      octets += RRSET_WORDS * 4 + SIGNED_PREFIX_OCTETS + 4;
      for (const rdata of rdatas) octets += rdata.length + 2;
      for (const rrsig of rrsigs) octets += rrsig.length + 2;
    }
  }
  return octets;
}

/** Writes nodes behind an image, where nobody looks until an overlay says so. */
export class TailWriter {
  readonly #plan: ChangePlan;
  readonly #words: Int32Array;
  readonly #octets: Uint8Array;
  readonly #nodes: number;
  readonly #rrsets: number;
  /** The nodes that were written, by key; tombstones too. */
  readonly written = new Map<string, number>();
  /** The next free octet. */
  at: number;

  /**
   * @param shared - what the nodes go into; `plannedOctets` are free from `at` on.
   */
  constructor(plan: ChangePlan, shared: SharedArrayBuffer, at: number) {
    this.#plan = plan;
    this.#words = new Int32Array(shared, 0, shared.byteLength >> 2);
    this.#octets = new Uint8Array(shared);
    this.#nodes = this.#words[HEADER.NODES_AT];
    this.#rrsets = this.#words[HEADER.RRSETS_AT];
    this.at = at;
  }

  write(): void {
    // A wildcard is written before the name that leads to it.
    for (const planned of this.#plan.deepestFirst()) this.written.set(planned.key, this.#writeNode(planned));
  }

  #writeNode(planned: PlannedName): number {
    const { key, node: before, imageNode, isAlive, records } = planned;
    const { image } = this.#plan;
    const words = this.#words;
    const nameAt = before >= 0 ? image.ownerAt(before) : this.#writeOctets(planned.owner.subarray(0, key.length));
    const rrsets = isAlive ? records.sorted() : [];
    const flags = isAlive ? this.#plan.flags(key) : TOMBSTONE;
    const dynamics = isAlive && before >= 0 ? image.dynamicsOf(before) : 0;
    const extraRows = dynamics + ((flags & WILDCARD_CHILD) === 0 ? 0 : 1);
    const rows = rrsets.map((rrset) => this.#writeRrset(rrset));
    const first = this.#rows(rrsets.length + extraRows);
    let row = first;
    for (const values of rows) row = this.#writeRow(row, values);
    for (let i = 0; i < dynamics; i++) {
      const type = image.dynamicType(before, i);
      row = this.#writeRow(row, [type, image.dynamicMaxTtl(before, type), image.dynamicId(before, type), 0]);
    }
    if ((flags & WILDCARD_CHILD) !== 0) row = this.#writeRow(row, [0, 0, this.#wildcardOf(key), 0]);
    const nodeRow = this.#rows(2);
    words[nodeRow + NODE_NAME_AT] = nameAt;
    words[nodeRow + NODE_PARENT] = imageNode;
    words[nodeRow + NODE_FLAGS] = flags | (extraRows << EXTRA_SHIFT);
    words[nodeRow + NODE_FIRST_RRSET] = (first - this.#rrsets) >> RRSET_SHIFT;
    words[nodeRow + NODE_WORDS + NODE_FIRST_RRSET] = (row - this.#rrsets) >> RRSET_SHIFT;
    return (nodeRow - this.#nodes) >> NODE_SHIFT;
  }

  #wildcardOf(key: string): number {
    const wildcard = `\x01*${key}`;
    return this.written.get(wildcard) ?? this.#plan.findNode(wildcard);
  }

  /** Word offset of `count` rows. */
  #rows(count: number): number {
    this.at = Math.ceil(this.at / ROW_OCTETS) * ROW_OCTETS;
    const row = this.at >> 2;
    this.at += count * ROW_OCTETS;
    return row;
  }

  #writeRow(row: number, [type, ttlSeconds, at, count]: readonly [number, number, number, number]): number {
    const words = this.#words;
    words[row + RRSET_TYPE] = type;
    words[row + RRSET_TTL] = ttlSeconds;
    words[row + RRSET_AT] = at;
    words[row + RRSET_RDATA_COUNT] = count;
    return row + RRSET_WORDS;
  }

  /** The row of an RRset; what has not changed stays where it is. */
  #writeRrset({ row, type, ttlSeconds, rdatas, rrsigs }: ChangedRrset): readonly [number, number, number, number] {
    const { image } = this.#plan;
    if (row >= 0) {
      const signed = image.rrsigCount(row) > 0 ? ROW_SIGNED : 0;
      return [type | signed, image.rrsetTtl(row), image.rrsetAt(row), image.rrsetCount(row)];
    }
    if (rrsigs.length === 0) return [type, ttlSeconds, this.#writeRdatas(rdatas), rdatas.length];
    this.at = Math.ceil(this.at / 4) * 4;
    const prefix = this.at >> 2;
    this.at += SIGNED_PREFIX_OCTETS;
    const at = this.#writeRdatas(rdatas);
    this.#words[prefix] = this.#writeRdatas(rrsigs);
    this.#words[prefix + 1] = rrsigs.length;
    return [type | ROW_SIGNED, ttlSeconds, at, rdatas.length];
  }

  #writeRdatas(rdatas: readonly Uint8Array[]): number {
    const start = this.at;
    for (const rdata of rdatas) {
      this.#octets[this.at++] = rdata.length >> 8;
      this.#octets[this.at++] = rdata.length;
      this.#writeOctets(rdata);
    }
    return start;
  }

  #writeOctets(octets: Uint8Array): number {
    const start = this.at;
    this.#octets.set(octets, start);
    this.at += octets.length;
    return start;
  }
}

/** What an overlay says of its version. */
export interface OverlayFacts {
  readonly base: ZoneImage;
  readonly apexNode: number;
  readonly nodeCount: number;
  readonly recordCount: number;
  readonly isSigned: boolean;
  readonly serial: number;
  readonly soaTtlSeconds: number;
  readonly negativeTtlSeconds: number;
}

/** The hash slots of the newest overlay, kept so that the next one is a copy. */
export class OverlaySlots {
  #words = new Int32Array(OVERLAY_SLOT_WORDS << FIRST_SLOT_BITS);
  #bits = FIRST_SLOT_BITS;
  #count = 0;

  /** Octets of an overlay with these slots, `added` more names, and such an order. */
  overlayOctets(added: number, order: Int32Array): number {
    let bits = this.#bits;
    while ((this.#count + added) * 2 > 1 << bits) bits++;
    return (OVERLAY_HEADER_WORDS + (OVERLAY_SLOT_WORDS << bits) + order.length) * 4;
  }

  /** @param before - the node that the name had here; 0: none. */
  set(hash: number, before: number, node: number): void {
    if (before === 0 && ++this.#count * 2 > 1 << this.#bits) this.#grow();
    this.#put(hash, before, node);
  }

  write(shared: SharedArrayBuffer, order: Int32Array, facts: OverlayFacts): void {
    const words = new Int32Array(shared, 0, shared.byteLength >> 2);
    const orderAt = OVERLAY_HEADER_WORDS + this.#words.length;
    words.fill(0, 0, OVERLAY_HEADER_WORDS);
    words[OVERLAY.MAGIC] = OVERLAY_MAGIC;
    words[OVERLAY.VERSION] = VERSION;
    words[OVERLAY.IMAGE_OCTETS] = facts.base.imageOctets;
    words[OVERLAY.APEX_NODE] = facts.apexNode;
    words[OVERLAY.NODE_COUNT] = facts.nodeCount;
    words[OVERLAY.RECORD_COUNT] = facts.recordCount;
    words[OVERLAY.IS_SIGNED] = facts.isSigned ? 1 : 0;
    words[OVERLAY.SERIAL] = facts.serial;
    words[OVERLAY.SOA_TTL] = facts.soaTtlSeconds;
    words[OVERLAY.NEGATIVE_TTL] = facts.negativeTtlSeconds;
    words[OVERLAY.SLOT_BITS] = this.#bits;
    words[OVERLAY.ORDER_AT] = orderAt;
    words[OVERLAY.ORDER_COUNT] = order.length >> 1;
    words.set(this.#words, OVERLAY_HEADER_WORDS);
    words.set(order, orderAt);
  }

  #grow(): void {
    const before = this.#words;
    this.#bits++;
    this.#words = new Int32Array(OVERLAY_SLOT_WORDS << this.#bits);
    for (let at = 0; at < before.length; at += OVERLAY_SLOT_WORDS) if (before[at + 1] !== 0) this.#put(before[at], 0, before[at + 1]);
  }

  /** Into a free slot, or that of `before`. */
  #put(hash: number, before: number, node: number): void {
    const mask = (1 << this.#bits) - 1;
    let i = firstSlot(hash, this.#bits);
    while (this.#words[i * OVERLAY_SLOT_WORDS + 1] !== before) i = (i + 1) & mask;
    this.#words[i * OVERLAY_SLOT_WORDS] = hash;
    this.#words[i * OVERLAY_SLOT_WORDS + 1] = node;
  }
}

/**
 * What the next overlay says.
 *
 * @param nodes - of the names, as they were written.
 * @param rows - has these nodes.
 */
export function factsOf(plan: ChangePlan, nodes: ReadonlyMap<string, number>, rows: ZoneImage): OverlayFacts {
  const { image, base } = plan;
  let { nodeCount, recordCount } = image;
  for (const { key, isAlive, node } of plan.names.values()) {
    nodeCount += (isAlive ? 1 : 0) - (node >= 0 ? 1 : 0);
    recordCount += (isAlive ? recordsOf(rows, nodes.get(key)!) : 0) - (node >= 0 ? recordsOf(image, node) : 0);
  }
  const apexNode = nodes.get(plan.apexKey)!;
  const soa = rows.rrset(apexNode, TYPE.SOA);
  const rdataAt = rows.rrsetAt(soa) + 2;
  const rdataEnd = rdataAt + ((rows.octets[rdataAt - 2] << 8) | rows.octets[rdataAt - 1]);
  const fields = new DataView(rows.shared, 0, rdataEnd);
  const soaTtlSeconds = rows.rrsetTtl(soa);
  return {
    base,
    apexNode,
    nodeCount,
    recordCount,
    isSigned: rows.rrsigCount(soa) > 0,
    serial: fields.getUint32(rdataEnd - 20),
    soaTtlSeconds,
    // RFC 2308 5.
    negativeTtlSeconds: Math.min(soaTtlSeconds, fields.getUint32(rdataEnd - 4)),
  };
}

function recordsOf(image: ZoneImage, node: number): number {
  let count = 0;
  const first = image.firstRrset(node);
  for (let row = first; row < first + image.rrsetsOf(node); row++) count += image.rrsetCount(row) + image.rrsigCount(row);
  return count;
}

/** The hash of a key. */
export function hashKey(key: string): number {
  return hashName(octetsOf(key));
}
