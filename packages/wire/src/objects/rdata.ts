import { malformed, RdataBuilder, RdataReader } from '../rdata/cursor.ts';
import { DESCRIPTORS } from '../rdata/descriptors.ts';
import { readType } from '../rdata/fields.ts';
import { invalid } from '../rdata/form.ts';
import { checkRdata } from '../rdata/layout.ts';
import { splitTokens } from '../rdata/tokens.ts';
import { parseRdata } from '../rdata.ts';
import { TYPE, typeText } from '../types.ts';
import { decodeByDnsPacket, encodeByDnsPacket, isDnsPacketType } from './dns-packet.ts';

const builder = new RdataBuilder();

/**
 * RDATA from a value in dns-packet's shape.
 *
 * @param type - mnemonic, `TYPE65534`, or number.
 * @param data - by type: an address or `{ address }`; a name, absolute with or without final dot; a text, octets or an array of them
 * for TXT; an object otherwise. For a type whose data is an object a string is RDATA in presentation format, `\# 2 abcd` too.
 * Octets are RDATA as it is (but for TXT).
 * @returns uncompressed RDATA of its own; `data` is left as it is.
 * @throws WireError ERR_WIRE_RECORD_INVALID, ERR_WIRE_RDATA_SYNTAX, ERR_WIRE_RDATA_MALFORMED, ERR_WIRE_RDATA_LENGTH,
 * ERR_WIRE_NAME_SYNTAX, ERR_WIRE_ESCAPE_SYNTAX, ERR_WIRE_NAME_LENGTH.
 */
export function encodeRdata(type: string | number, data: unknown): Uint8Array {
  const code = readType(type);
  if (data instanceof Uint8Array && code !== TYPE.TXT) return checkedCopy(code, data);
  const form = DESCRIPTORS.get(code)?.presentation.object;
  if (typeof data === 'string' && !form?.takesText) return parseRdata(code, splitTokens(data));
  if (form !== undefined) {
    builder.clear();
    form.encode(data, builder);
    const rdata = builder.take();
    if (!checkRdata(code, rdata, 0, rdata.length)) throw invalid(`values that make RDATA of ${typeText(code)}`, data);
    return rdata;
  }
  if (isDnsPacketType(code)) return encodeByDnsPacket(code, data);
  throw invalid(`octets or presentation format (\\# length hexadecimal) for ${typeText(code)}`, data);
}

/**
 * The value of RDATA in dns-packet's shape: names without final dot, octets as `Buffer`.
 *
 * @param rdata - uncompressed.
 * @returns a `Buffer` for a type that has no shape, and for the rare RDATA that dns-packet's shape can't hold (CAA with a value
 * that is not UTF-8, DNSKEY with a protocol other than 3).
 * @throws WireError ERR_WIRE_RDATA_MALFORMED.
 */
export function decodeRdata(type: number, rdata: Uint8Array): unknown {
  if (!checkRdata(type, rdata, 0, rdata.length)) throw malformed(`these octets are not the RDATA of ${typeText(type)}`);
  const form = DESCRIPTORS.get(type)?.presentation.object;
  if (form !== undefined) return form.decode(new RdataReader(rdata));
  const data = isDnsPacketType(type) ? decodeByDnsPacket(type, rdata) : undefined;
  return data ?? Buffer.from(rdata);
}

function checkedCopy(type: number, rdata: Uint8Array): Uint8Array {
  if (!checkRdata(type, rdata, 0, rdata.length)) throw malformed(`these octets are not the RDATA of ${typeText(type)}`);
  return Uint8Array.from(rdata);
}
