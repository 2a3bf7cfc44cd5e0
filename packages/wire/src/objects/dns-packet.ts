import dnsPacket from 'dns-packet';
import { WireError } from '../errors.ts';
import { checkRdata } from '../rdata/layout.ts';
import { TYPE, typeText } from '../types.ts';

/** dns-packet's codec of one type: RDLENGTH and RDATA. Its typings leave it out. */
interface RecordCodec {
  encode(data: unknown): Buffer;
  decode(octets: Buffer): unknown;
}

const { record } = dnsPacket as unknown as { record(type: string): RecordCodec };

/**
 * The types that dns-packet gets right. It is not asked for names (UTF-8 strings there, so that 0xff and dots in labels are lost), nor
 * for addresses and texts (`999.1.1.1` and a text of 300 octets become something else there), nor for bitmaps (a type without mnemonic is
 * UNKNOWN_123 there), nor for what it does not know.
 */
const TYPES: ReadonlySet<number> = new Set([TYPE.HINFO, TYPE.DS, TYPE.SSHFP, TYPE.DNSKEY, TYPE.TLSA, TYPE.CAA]);

/** Character-strings: dns-packet cuts the length of one over 255 octets to eight bits. */
const STRING_KEYS = ['tag', 'cpu', 'os'] as const;

export function isDnsPacketType(type: number): boolean {
  return TYPES.has(type);
}

/**
 * RDATA of an object in dns-packet's shape, which is left as it is.
 *
 * @throws WireError ERR_WIRE_RECORD_INVALID, also when what dns-packet wrote would not be read as the same again.
 */
export function encodeByDnsPacket(type: number, data: unknown): Uint8Array {
  if (typeof data !== 'object' || data === null) throw refused(type, 'expected an object');
  const values = withBuffers(data);
  for (const key of STRING_KEYS) {
    const value = values[key];
    if (typeof value === 'string' && Buffer.byteLength(value) > 255) throw refused(type, key + ' of more than 255 octets');
  }
  let octets: Buffer;
  try {
    octets = encode(type, values);
  } catch (error) {
    throw refused(type, error instanceof Error ? error.message : String(error));
  }
  const rdata = Uint8Array.from(octets.subarray(2));
  if (!checkRdata(type, rdata, 0, rdata.length) || decodeByDnsPacket(type, rdata) === undefined)
    throw refused(type, 'a value does not fit');
  return rdata;
}

/** The object of RDATA, or `undefined` where dns-packet would lose something of it. */
export function decodeByDnsPacket(type: number, rdata: Uint8Array): unknown {
  const octets = Buffer.alloc(rdata.length + 2);
  octets.writeUInt16BE(rdata.length);
  octets.set(rdata, 2);
  try {
    const data = record(typeText(type)).decode(octets);
    return encode(type, withBuffers(data as object)).equals(octets) ? data : undefined;
  } catch {
    return undefined;
  }
}

function encode(type: number, data: unknown): Buffer {
  return record(typeText(type)).encode(data);
}

/** A copy, since dns-packet changes what it is given; and it wants each Uint8Array to be a Buffer. */
function withBuffers(data: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, value instanceof Uint8Array ? Buffer.from(value) : value]));
}

function refused(type: number, why: string): WireError {
  return new WireError('ERR_WIRE_RECORD_INVALID', `${typeText(type)}: ${why}`);
}
