import dnsPacket from 'dns-packet';
import { WireError } from '../errors.ts';
import { OPTION } from '../protocol.ts';
import type { RdataBuilder } from '../rdata/cursor.ts';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../rdata/encodings.ts';
import { invalid } from '../rdata/form.ts';

/** An EDNS option in dns-packet's shape. `data`, the option's octets, goes before the fields that spell it out. */
export interface EdnsOption {
  /** By number, or by dns-packet's name. */
  code: number | string;
  type?: string;
  data?: Uint8Array;
  /** Client subnet (RFC 7871): 1 IPv4, 2 IPv6. */
  family?: number;
  /** In bits. */
  sourcePrefixLength?: number;
  /** In bits. */
  scopePrefixLength?: number;
  /** Bits behind the source prefix are left out. */
  ip?: string;
  /** Extended DNS Error (RFC 8914). */
  infoCode?: number;
  extraText?: string;
  /** TCP keepalive (RFC 7828), in tenths of a second. */
  timeout?: number;
  /** Padding (RFC 7830), in octets. */
  length?: number;
  /** Key tags (RFC 8145). */
  tags?: number[];
}

/** dns-packet's codec of one option: code, length, octets. Its typings leave it out. */
interface OptionCodec {
  encode(option: EdnsOption): Buffer;
  decode(octets: Buffer): EdnsOption & { data: Buffer };
}

const { option: dnsPacketOption } = dnsPacket as unknown as { option: OptionCodec };

/** The options that dns-packet does not write, by name. */
const NAMED: Readonly<Record<string, number>> = { CLIENT_SUBNET: OPTION.CLIENT_SUBNET, EXTENDED_ERROR: OPTION.EXTENDED_ERROR };

/** Appends options. @throws WireError ERR_WIRE_RECORD_INVALID. */
export function encodeOptions(options: readonly EdnsOption[], out: RdataBuilder): void {
  for (const option of options) encodeOption({ ...option, code: NAMED[option.code] ?? option.code }, out);
}

/** The options of OPT's RDATA. @throws WireError ERR_WIRE_RDATA_MALFORMED. */
export function decodeOptions(rdata: Uint8Array): EdnsOption[] {
  const octets = Buffer.from(rdata);
  const options: EdnsOption[] = [];
  for (let at = 0; at < octets.length; ) {
    const end = at + 4 <= octets.length ? at + 4 + octets.readUInt16BE(at + 2) : Number.POSITIVE_INFINITY;
    if (end > octets.length) throw new WireError('ERR_WIRE_RDATA_MALFORMED', 'an EDNS option past the end of OPT');
    options.push(decodeOption(octets.subarray(at, end)));
    at = end;
  }
  return options;
}

function encodeOption(option: EdnsOption, out: RdataBuilder): void {
  const value = option.data === undefined ? ownForm(option) : undefined;
  if (value !== undefined) {
    out.u16(option.code as number);
    out.u16(value.length);
    out.append(value);
    return;
  }
  try {
    const data = option.data === undefined ? undefined : Buffer.from(option.data);
    out.append(dnsPacketOption.encode({ ...option, data }));
  } catch (error) {
    throw invalid('an EDNS option', error instanceof Error ? error.message : option);
  }
}

function decodeOption(octets: Buffer): EdnsOption {
  const code = octets.readUInt16BE(0);
  const data = octets.subarray(4);
  if (code === OPTION.CLIENT_SUBNET) return { code, type: 'CLIENT_SUBNET', data, ...readClientSubnet(data) };
  if (code === OPTION.EXTENDED_ERROR && data.length >= 2) {
    return { code, type: 'EXTENDED_ERROR', data, infoCode: data.readUInt16BE(0), extraText: data.toString('utf8', 2) };
  }
  try {
    return dnsPacketOption.decode(octets);
  } catch {
    // Its octets say it all where its form is broken.
    return { code, data };
  }
}

function ownForm(option: EdnsOption): Uint8Array | undefined {
  if (option.code === OPTION.CLIENT_SUBNET) return clientSubnet(option);
  return option.code === OPTION.EXTENDED_ERROR ? extendedError(option) : undefined;
}

/** Not by dns-packet, which takes any text for an address and leaves bits behind the prefix (RFC 7871 6). */
function clientSubnet({ ip, family, sourcePrefixLength = 0, scopePrefixLength = 0 }: EdnsOption): Uint8Array {
  const address = ip === undefined ? undefined : (parseIpv4(ip) ?? parseIpv6(ip));
  if (address === undefined) throw invalid('the IP address of a client subnet', ip);
  const maxPrefix = address.length * 8;
  const ownFamily = address.length === 4 ? 1 : 2;
  if (family !== undefined && family !== ownFamily) throw invalid(`family ${ownFamily} for ${ip}`, family);
  for (const prefix of [sourcePrefixLength, scopePrefixLength]) {
    if (!Number.isInteger(prefix) || prefix < 0 || prefix > maxPrefix) throw invalid(`a prefix length, 0 to ${maxPrefix}`, prefix);
  }
  const addressOctets = Math.ceil(sourcePrefixLength / 8);
  const value = Uint8Array.of(0, ownFamily, sourcePrefixLength, scopePrefixLength, ...address.subarray(0, addressOctets));
  if (sourcePrefixLength % 8 !== 0) value[value.length - 1] &= 0xff00 >> (sourcePrefixLength % 8);
  return value;
}

function readClientSubnet(data: Buffer): Partial<EdnsOption> {
  if (data.length < 4) return {};
  const family = data.readUInt16BE(0);
  const addressOctets = family === 1 ? 4 : 16;
  const fields = { family, sourcePrefixLength: data[2], scopePrefixLength: data[3] };
  if ((family !== 1 && family !== 2) || data.length > 4 + addressOctets) return fields;
  const address = new Uint8Array(addressOctets);
  address.set(data.subarray(4));
  return { ...fields, ip: family === 1 ? formatIpv4(address) : formatIpv6(address) };
}

function extendedError({ infoCode, extraText = '' }: EdnsOption): Uint8Array {
  if (infoCode === undefined || !Number.isInteger(infoCode) || infoCode < 0 || infoCode > 0xffff) throw invalid('an INFO-CODE', infoCode);
  return Uint8Array.of(infoCode >> 8, infoCode & 0xff, ...Buffer.from(extraText));
}
