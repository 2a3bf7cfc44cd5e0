import type { RdataBuilder, RdataReader } from '../cursor.ts';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../encodings.ts';
import type { Presentation } from '../form.ts';
import type { TokenReader } from '../tokens.ts';

interface Family {
  octets: number;
  parse(text: string): Uint8Array | undefined;
  format(octets: Uint8Array): string;
}

/** Address families that have a text, by number (RFC 3123 4). */
const FAMILIES: ReadonlyMap<number, Family> = new Map([
  [1, { octets: 4, parse: parseIpv4, format: formatIpv4 }],
  [2, { octets: 16, parse: parseIpv6, format: formatIpv6 }],
]);

const HEADER_OCTETS = 4;
const NEGATION = 0x80;
const ITEM = /^(!?)([0-9]{1,5}):([^/]+)\/([0-9]{1,3})$/;

/** RFC 3123 5: none, one or more of `[!]family:address/prefix`. */
export const apl: Presentation = {
  parse(tokens, out) {
    while (tokens.hasMore) parseItem(tokens, out);
  },
  format(rdata) {
    const items: string[] = [];
    while (rdata.remaining > 0) {
      const item = formatItem(rdata);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items.join(' ');
  },
};

function parseItem(tokens: TokenReader, out: RdataBuilder): void {
  const [, negation, number, text, prefix] = ITEM.exec(tokens.next('an address prefix').text) ?? [];
  const family = FAMILIES.get(Number(number));
  const address = family?.parse(text);
  if (family === undefined || address === undefined || Number(prefix) > family.octets * 8) {
    throw tokens.wrong('an address prefix as 1:192.0.2.0/24 or !2:2001:db8::/32');
  }
  let octets = address.length;
  while (octets > 0 && address[octets - 1] === 0) octets--;
  out.u16(Number(number));
  out.u8(Number(prefix));
  out.u8(octets | (negation === '!' ? NEGATION : 0));
  out.append(address.subarray(0, octets));
}

function formatItem(rdata: RdataReader): string | undefined {
  const number = rdata.u16();
  const prefix = rdata.u8();
  const length = rdata.u8();
  const part = rdata.take(length & ~NEGATION);
  const family = FAMILIES.get(number);
  if (family === undefined) return undefined;
  const address = new Uint8Array(family.octets);
  address.set(part);
  return `${length & NEGATION ? '!' : ''}${number}:${family.format(address)}/${prefix}`;
}

/** Items to the end; addresses without the zero octets at their end (RFC 3123 4.1, 4.2). */
export function addressPrefixesEnd(octets: Uint8Array, at: number, end: number): number {
  while (at < end) {
    if (at + HEADER_OCTETS > end) return -1;
    const length = octets[at + 3] & ~NEGATION;
    const next = at + HEADER_OCTETS + length;
    if (next > end) return -1;
    const family = FAMILIES.get((octets[at] << 8) | octets[at + 1]);
    if (family !== undefined) {
      if (octets[at + 2] > family.octets * 8 || length > family.octets) return -1;
      if (length > 0 && octets[next - 1] === 0) return -1;
    }
    at = next;
  }
  return end;
}
