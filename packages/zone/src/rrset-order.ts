import { canonicalRdata, TYPE } from '@dnsteer/wire';
import type { RecordTable } from './record-table.ts';

/** In smaller RRsets every pair is compared; in larger ones RDATAs are hashed first. */
const MANY_RECORDS = 8;

/** What was mended while records were put in order: by the numbers of the records, up to 100 of each. */
export class Mended {
  /** A record that was dropped, and the one it was the same as. */
  readonly duplicates: { owner: number; record: number; kept: number }[] = [];
  /** The first record whose TTL differed from that of the first of its RRset, and both TTLs. */
  readonly ttls: { owner: number; record: number; ttlSeconds: number; firstTtlSeconds: number }[] = [];
}

const MAX_MENDED = 100;

/**
 * Sorts the chain of each owner by type (and RRSIGs by the type they cover), those of one RRset in the order they came, drops duplicates
 * (RFC 2181 5) and gives all records of an RRset its least TTL (RFC 2181 5.2).
 *
 * @param mended - takes what was not so in the zone file.
 */
export function arrangeRecords(records: RecordTable, mended: Mended): void {
  const chain: number[] = [];
  for (const owner of records.severalOwners()) {
    const first = records.first(owner);
    chain.length = 0;
    for (let record = first; record >= 0; record = records.next(record)) chain.push(record);
    chain.sort((a, b) => records.group(a) - records.group(b) || a - b);
    records.relink(owner, withoutDuplicates(records, chain, { owner, mended }));
  }
}

interface Arranging {
  readonly owner: number;
  readonly mended: Mended;
}

function withoutDuplicates(records: RecordTable, sorted: readonly number[], arranging: Arranging): number[] {
  const kept: number[] = [];
  for (let start = 0; start < sorted.length; ) {
    const group = records.group(sorted[start]);
    let stop = start + 1;
    while (stop < sorted.length && records.group(sorted[stop]) === group) stop++;
    if (stop - start === 1) kept.push(sorted[start]);
    else arrangeRrset(records, sorted.slice(start, stop), kept, arranging);
    start = stop;
  }
  return kept;
}

function arrangeRrset(records: RecordTable, rrset: readonly number[], kept: number[], { owner, mended }: Arranging): void {
  const known = kept.length;
  const byHash = rrset.length > MANY_RECORDS ? new Map<number, number[]>() : undefined;
  const firstTtlSeconds = records.ttlSeconds(rrset[0]);
  let ttlSeconds = firstTtlSeconds;
  const different = rrset.find((record) => records.ttlSeconds(record) !== firstTtlSeconds);
  // An RRSIG has the TTL of what it covers, whatever it says (RFC 4034 3).
  if (different !== undefined && records.type(different) !== TYPE.RRSIG && mended.ttls.length < MAX_MENDED)
    mended.ttls.push({ owner, record: different, ttlSeconds: records.ttlSeconds(different), firstTtlSeconds });
  for (const record of rrset) {
    ttlSeconds = Math.min(ttlSeconds, records.ttlSeconds(record));
    const alike = byHash === undefined ? kept.slice(known) : alikeByHash(byHash, records, record);
    const same = alike.find((other) => isDuplicate(records, other, record));
    if (same !== undefined) {
      if (mended.duplicates.length < MAX_MENDED) mended.duplicates.push({ owner, record, kept: same });
      continue;
    }
    kept.push(record);
    if (byHash !== undefined) alike.push(record);
  }
  for (let i = known; i < kept.length; i++) records.lowerTtl(kept[i], ttlSeconds);
}

function alikeByHash(byHash: Map<number, number[]>, records: RecordTable, record: number): number[] {
  let hash = 0;
  // Names in RDATA are equal in any case, and then every octet of these two is but for bit 0x20.
  for (const octet of records.rdata(record)) hash = Math.imul(hash ^ (octet | 0x20), 0x01000193);
  let alike = byHash.get(hash);
  if (alike === undefined) byHash.set(hash, (alike = []));
  return alike;
}

/** Two RDATAs of one type are the same record when they are in canonical form (RFC 4034 6.3). */
function isDuplicate(records: RecordTable, a: number, b: number): boolean {
  const length = records.length(a);
  if (records.length(b) !== length) return false;
  const one = records.rdata(a);
  const other = records.rdata(b);
  if (sameOctets(one, other)) return true;
  for (let i = 0; i < length; i++) if ((one[i] | 0x20) !== (other[i] | 0x20)) return false;
  return sameOctets(canonicalRdata(records.type(a), one), canonicalRdata(records.type(b), other));
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
