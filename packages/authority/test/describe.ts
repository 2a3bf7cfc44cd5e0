import { formatName, formatRdata, RCODE, TYPE, typeText } from '@dnsteer/wire';

/** Where names stand in the RDATA of the types that may be compressed: octets before, names, octets after. */
const COMPRESSED = new Map<number, [before: number, names: number]>([
  [TYPE.NS, [0, 1]],
  [TYPE.CNAME, [0, 1]],
  [TYPE.PTR, [0, 1]],
  [TYPE.SOA, [0, 2]],
  [TYPE.MX, [2, 1]],
]);
const SECTIONS = ['an', 'au', 'ad'];
const rcodeText = new Map<number, string>(Object.entries(RCODE).map(([text, code]) => [code, text]));

export interface TestRecord {
  section: string;
  owner: Uint8Array;
  type: number;
  ttlSeconds: number;
  /** Names uncompressed. */
  rdata: Uint8Array;
}

/** All records of a message but those of the question section. */
export function readRecords(message: Uint8Array): TestRecord[] {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const records: TestRecord[] = [];
  let at = 12;
  for (let left = view.getUint16(4); left > 0; left--) at = readName(message, at).end + 4;
  for (const [index, section] of SECTIONS.entries()) {
    for (let left = view.getUint16(6 + 2 * index); left > 0; left--) {
      const owner = readName(message, at);
      const type = view.getUint16(owner.end);
      const rdataAt = owner.end + 10;
      at = rdataAt + view.getUint16(owner.end + 8);
      records.push({
        section,
        owner: owner.name,
        type,
        ttlSeconds: view.getUint32(owner.end + 4),
        rdata: expandRdata(message, type, rdataAt, at),
      });
    }
  }
  if (at !== message.length) throw new Error('octets behind the last record');
  return records;
}

/**
 * A response as text, one line per record but OPT: `NOERROR aa`, then `an www.example. 300 A 192.0.2.1` for the answer section, `au` and `ad` for the
 * others. An RRSIG is `RRSIG <type covered> <labels> <Original TTL>`, an Extended DNS Error `ede <code> <text>`.
 */
export function describeMessage(message: Uint8Array): string {
  const flags = (message[2] << 8) | message[3];
  const records = readRecords(message);
  const opt = records.find(({ type }) => type === TYPE.OPT);
  const rcode = (flags & 15) | (((opt?.ttlSeconds ?? 0) >>> 24) << 4);
  const status = [rcodeText.get(rcode), (flags & 0x400) !== 0 ? 'aa' : '', (flags & 0x200) !== 0 ? 'tc' : ''];
  const lines = records.filter((record) => record !== opt).map(describeRecord);
  return [status.filter((word) => word !== '').join(' '), ...lines, ...describeOptions(opt?.rdata)].join('\n');
}

function describeRecord({ section, owner, type, ttlSeconds, rdata }: TestRecord): string {
  return `${section} ${formatName(owner)} ${ttlSeconds} ${typeText(type)} ${describeRdata(type, rdata)}`;
}

/** Extended DNS Errors only (RFC 8914 2). */
function describeOptions(rdata: Uint8Array = new Uint8Array(0)): string[] {
  const lines: string[] = [];
  for (let at = 0; at < rdata.length; at += 4 + ((rdata[at + 2] << 8) | rdata[at + 3])) {
    const length = (rdata[at + 2] << 8) | rdata[at + 3];
    if (((rdata[at] << 8) | rdata[at + 1]) !== 15) continue;
    lines.push(`ede ${(rdata[at + 4] << 8) | rdata[at + 5]} ${new TextDecoder().decode(rdata.subarray(at + 6, at + 4 + length))}`);
  }
  return lines;
}

function describeRdata(type: number, rdata: Uint8Array): string {
  if (type !== TYPE.RRSIG) return formatRdata(type, rdata);
  const view = new DataView(rdata.buffer, rdata.byteOffset);
  return `${typeText(view.getUint16(0))} ${rdata[3]} ${view.getUint32(4)}`;
}

function expandRdata(message: Uint8Array, type: number, at: number, end: number): Uint8Array {
  const [before, names] = COMPRESSED.get(type) ?? [end - at, 0];
  const octets = [...message.subarray(at, at + before)];
  let next = at + before;
  for (let left = names; left > 0; left--) {
    const { name, end: nameEnd } = readName(message, next);
    octets.push(...name);
    next = nameEnd;
  }
  octets.push(...message.subarray(next, end));
  return Uint8Array.from(octets);
}

function readName(message: Uint8Array, at: number): { name: Uint8Array; end: number } {
  const octets: number[] = [];
  let end = -1;
  for (;;) {
    const lengthOctet = message[at];
    if (lengthOctet >= 0xc0) {
      if (end < 0) end = at + 2;
      const target = ((lengthOctet & 0x3f) << 8) | message[at + 1];
      if (target >= at) throw new Error('a pointer that does not point back (RFC 1035 4.1.4)');
      at = target;
      continue;
    }
    octets.push(...message.subarray(at, at + lengthOctet + 1));
    at += lengthOctet + 1;
    if (lengthOctet === 0) return { name: Uint8Array.from(octets), end: end < 0 ? at : end };
  }
}
