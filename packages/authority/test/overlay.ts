import { nsecRdata } from '@dnsteer/dnssec';
import { canonicalRdata, formatName, formatRdata, parseName, parseRdata, TYPE, typeCode } from '@dnsteer/wire';
import { ChangeSet, ZoneBuilder } from '@dnsteer/zone';

/** A record of a plain list: what a zone is to this model. */
export interface ModelRecord {
  owner: string;
  type: number;
  ttlSeconds: number;
  rdata: Uint8Array;
}

/** A step of a change set, as text where it can be. */
export interface ModelChange {
  kind: 'add' | 'delete' | 'deleteRrset' | 'deleteName';
  owner: string;
  type: string;
  ttlSeconds: number;
  rdata: string;
}

const SOA = 'ns.z. admin.z. 1 7200 900 1209600 300';

/** RDATA of a type by its text. */
export function rdataOf(type: string, text: string): Uint8Array {
  const tokens = text.split(' ').map((word) => ({ text: word.replace(/"/g, ''), quoted: word.startsWith('"') }));
  return parseRdata(typeCode(type)!, tokens);
}

/** A zone as a list of records that change sets are applied to in the plainest way there is. */
export class ModelZone {
  records: ModelRecord[] = [];
  /** Owners whose A and AAAA are chosen. */
  dynamic: string[] = [];
  serial = 1;
  /** The least TTL that was told of an RRset since the last copy: by one change set. */
  readonly #told = new Map<string, number>();

  copy(): ModelZone {
    const copy = new ModelZone();
    copy.records = [...this.records];
    copy.dynamic = this.dynamic;
    copy.serial = this.serial;
    return copy;
  }

  /** @returns false when a deletion finds nothing. */
  apply({ kind, owner, type, ttlSeconds, rdata }: ModelChange): boolean {
    const code = typeCode(type)!;
    const isHere = (record: ModelRecord) => record.owner === owner && (kind === 'deleteName' || record.type === code);
    if (kind === 'add') {
      const octets = rdataOf(type, rdata);
      if (this.#isDynamic(owner, code)) return true;
      const key = `${owner} ${code}`;
      const least = Math.min(ttlSeconds, this.records.some(isHere) ? (this.#told.get(key) ?? ttlSeconds) : ttlSeconds);
      this.#told.set(key, least);
      if (!this.records.some((record) => isHere(record) && isSame(record.rdata, octets))) {
        this.records.push({ owner, type: code, ttlSeconds: least, rdata: octets });
      }
      this.records = this.records.map((record) => (isHere(record) ? { ...record, ttlSeconds: least } : record));
      return true;
    }
    if (kind !== 'deleteName' && this.#isDynamic(owner, code)) return true;
    const octets = kind === 'delete' ? rdataOf(type, rdata) : undefined;
    const goes = (record: ModelRecord) =>
      isHere(record) &&
      (octets === undefined || isSame(record.rdata, octets)) &&
      !(kind === 'deleteName' && owner === 'z.' && (record.type === TYPE.SOA || record.type === TYPE.NS));
    const found = this.records.some(goes);
    this.records = this.records.filter((record) => !goes(record));
    return found;
  }

  /** A builder of the records: `signed` with them, if that is given. */
  builder(records: readonly ModelRecord[] = this.all()): ZoneBuilder {
    const builder = new ZoneBuilder(parseName('z.'));
    for (const { owner, type, ttlSeconds, rdata } of records) builder.add(parseName(owner), type, ttlSeconds, rdata);
    for (const owner of this.dynamic) builder.addDynamic(parseName(owner), [TYPE.A, TYPE.AAAA], 1, 60);
    return builder;
  }

  /** With the SOA. */
  all(): ModelRecord[] {
    const rdata = rdataOf('SOA', SOA);
    new DataView(rdata.buffer).setUint32(rdata.length - 20, this.serial);
    return [{ owner: 'z.', type: TYPE.SOA, ttlSeconds: 3600, rdata }, ...this.records];
  }

  /** With an NSEC chain, and an RRSIG over each RRset that is its, whose signature is but a sum of what it covers. */
  signed(): ModelRecord[] {
    const records = this.all();
    const chain = new Map<string, number[]>();
    for (const { owner, type, isAuthoritative, isDelegation } of this.builder(records).rrsets()) {
      const isCut = isDelegation && type === TYPE.NS;
      if (isAuthoritative || isCut) chain.set(formatName(owner), [...(chain.get(formatName(owner)) ?? []), type]);
    }
    const owners = [...chain.keys()];
    owners.forEach((owner, i) => {
      const next = parseName(owners[(i + 1) % owners.length]);
      const rdata = nsecRdata(next, [...chain.get(owner)!, TYPE.NSEC, TYPE.RRSIG]);
      records.push({ owner, type: TYPE.NSEC, ttlSeconds: 300, rdata });
    });
    for (const { owner, type, ttlSeconds, rdatas, isAuthoritative } of [...this.builder(records).rrsets()]) {
      if (!isAuthoritative || rdatas.length === 0) continue;
      records.push({ owner: formatName(owner), type: TYPE.RRSIG, ttlSeconds, rdata: fakeRrsig(owner, type, ttlSeconds, rdatas) });
    }
    return records;
  }

  #isDynamic(owner: string, type: number): boolean {
    return this.dynamic.includes(owner) && (type === TYPE.A || type === TYPE.AAAA);
  }
}

/** What leads from one list of records to another, as an IXFR has it: deletions, then additions. */
export function difference(from: readonly ModelRecord[], to: readonly ModelRecord[]): ChangeSet {
  const changes = new ChangeSet();
  const key = (record: ModelRecord) => `${record.owner} ${record.type} ${record.ttlSeconds} ${Buffer.from(record.rdata).toString('hex')}`;
  const before = new Set(from.map(key));
  const after = new Set(to.map(key));
  for (const record of from) if (!after.has(key(record))) changes.delete(record.owner, record.type, record.rdata);
  for (const record of to) if (!before.has(key(record))) changes.add(record.owner, record.type, record.ttlSeconds, record.rdata);
  return changes;
}

function fakeRrsig(owner: Uint8Array, type: number, ttlSeconds: number, rdatas: readonly Uint8Array[]): Uint8Array {
  let sum = ttlSeconds;
  for (const rdata of rdatas.map((rdata) => canonicalRdata(type, rdata)).sort(Buffer.compare)) {
    for (const octet of rdata) sum = (Math.imul(sum, 31) + octet + 1) >>> 0;
  }
  const labels = formatName(owner).split('.').length - 1;
  const fixed = new Uint8Array(18);
  const view = new DataView(fixed.buffer);
  view.setUint16(0, type);
  fixed[2] = 13;
  fixed[3] = labels;
  view.setUint32(4, ttlSeconds);
  const signature = new Uint8Array(8);
  new DataView(signature.buffer).setUint32(0, sum);
  return Uint8Array.from([...fixed, ...parseName('z.'), ...signature]);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

export function describeRecord({ owner, ttlSeconds, type, rdata }: ModelRecord): string {
  return `${owner} ${ttlSeconds} ${type} ${formatRdata(type, rdata)}`;
}
