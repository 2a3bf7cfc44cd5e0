import { canonicalRdata, TYPE } from '@dnsteer/wire';
import type { ZoneImage } from './image.ts';

/** An RRset of an owner that changes. */
export interface ChangedRrset {
  readonly type: number;
  ttlSeconds: number;
  rdatas: Uint8Array[];
  /** RDATAs of the RRSIGs that cover it. */
  rrsigs: Uint8Array[];
  /** The RRset that says the same in the version before; -1 when there is none. */
  row: number;
}

/** What an owner has, as a change set goes over it. */
export class OwnerRecords {
  readonly rrsets = new Map<number, ChangedRrset>();
  readonly #image: ZoneImage;
  readonly #node: number;
  /** RRsets whose TTL this change set has said. */
  readonly #ttlSaid = new Set<number>();

  /** @param node - of the version before; -1: the name is new. */
  constructor(image: ZoneImage, node: number) {
    this.#image = image;
    this.#node = node;
    if (node < 0) return;
    const first = image.firstRrset(node);
    for (let row = first; row < first + image.rrsetsOf(node); row++) {
      const type = image.rrsetType(row);
      const rdatas = rdatasOf(image, image.rrsetAt(row), image.rrsetCount(row));
      const rrsigs = rdatasOf(image, image.rrsigAt(row), image.rrsigCount(row));
      this.rrsets.set(type, { type, ttlSeconds: image.rrsetTtl(row), rdatas, rrsigs, row });
    }
  }

  /** Whether the type is chosen at query time: what the zone has of it is not kept. */
  isDynamic(type: number): boolean {
    return this.#node >= 0 && this.#image.dynamicId(this.#node, type) >= 0;
  }

  /** Those with records, by type. What is left of an RRSIG that covers nothing is dropped (RFC 4035 2.2). */
  sorted(): ChangedRrset[] {
    return [...this.rrsets.values()].filter(({ rdatas }) => rdatas.length > 0).sort((a, b) => a.type - b.type);
  }

  add(type: number, ttlSeconds: number, rdata: Uint8Array): void {
    const rrset = this.#rrset(coveredType(type, rdata));
    const list = listOf(rrset, type);
    const known = list.findIndex((other) => isSameRecord(type, other, rdata));
    // What a change set has said of records that it has deleted since holds no more.
    const isSaid = list.length > 0 && this.#ttlSaid.has(type);
    if (known < 0) {
      list.push(rdata);
      rrset.row = -1;
    }
    // An RRSIG has the TTL of what it covers (RFC 4034 3).
    if (type === TYPE.RRSIG) return;
    const least = isSaid ? Math.min(rrset.ttlSeconds, ttlSeconds) : ttlSeconds;
    this.#ttlSaid.add(type);
    if (rrset.ttlSeconds === least) return;
    rrset.ttlSeconds = least;
    rrset.row = -1;
  }

  /** @returns false when there is no such record. */
  delete(type: number, rdata: Uint8Array): boolean {
    const rrset = this.rrsets.get(coveredType(type, rdata));
    const list = rrset === undefined ? [] : listOf(rrset, type);
    const known = list.findIndex((other) => isSameRecord(type, other, rdata));
    if (rrset === undefined || known < 0) return false;
    list.splice(known, 1);
    rrset.row = -1;
    return true;
  }

  /** @returns false when there is no such record. */
  deleteRrset(type: number): boolean {
    if (type !== TYPE.RRSIG) return this.rrsets.delete(type);
    const signed = [...this.rrsets.values()].filter(({ rrsigs }) => rrsigs.length > 0);
    for (const rrset of signed) {
      rrset.rrsigs = [];
      rrset.row = -1;
    }
    return signed.length > 0;
  }

  #rrset(type: number): ChangedRrset {
    let rrset = this.rrsets.get(type);
    if (rrset === undefined) this.rrsets.set(type, (rrset = { type, ttlSeconds: -1, rdatas: [], rrsigs: [], row: -1 }));
    return rrset;
  }
}

export function rdatasOf(image: ZoneImage, at: number, count: number): Uint8Array[] {
  const { octets } = image;
  const rdatas: Uint8Array[] = [];
  for (; count > 0; count--) {
    const end = at + 2 + ((octets[at] << 8) | octets[at + 1]);
    rdatas.push(octets.subarray(at + 2, end));
    at = end;
  }
  return rdatas;
}

/** Whether two RDATAs of a type are one record (RFC 2181 5), names in them in any case. */
export function isSameRecord(type: number, a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  // Letters in another case are all that may differ: nearly all that is not the same is known at once.
  for (let i = 0; i < a.length; i++) if ((a[i] | 0x20) !== (b[i] | 0x20)) return false;
  return Buffer.compare(a, b) === 0 || Buffer.compare(canonicalRdata(type, a), canonicalRdata(type, b)) === 0;
}

function listOf(rrset: ChangedRrset, type: number): Uint8Array[] {
  return type === TYPE.RRSIG ? rrset.rrsigs : rrset.rdatas;
}

/** The type of the RRset that a record belongs to: of an RRSIG what it covers (RFC 4034 3.1.1). */
function coveredType(type: number, rdata: Uint8Array): number {
  return type === TYPE.RRSIG ? (rdata[0] << 8) | rdata[1] : type;
}
