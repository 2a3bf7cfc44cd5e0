import { findNameLength } from '../names.ts';
import { checkTypeBitmap } from '../type-bitmap.ts';
import type { FieldEnd } from './descriptors.ts';
import { GATEWAY } from './gateway.ts';

// The forms of fields that few types have, in wire form. See FieldEnd.

/** A length octet and so many octets, at least one. */
export const countedOctets: FieldEnd = (octets, at, end) => {
  const next = at < end ? at + 1 + octets[at] : -1;
  return next > at + 1 && next <= end ? next : -1;
};

/** A Type Bit Maps field with a type or more: where a name is, there is a type (RFC 4034 4.1.2). */
export const someTypes: FieldEnd = (octets, at, end) => (at < end && checkTypeBitmap(octets, at, end) ? end : -1);

/** Letters and digits, one or more, behind a length octet (RFC 8659 4.1). */
export const propertyTag: FieldEnd = (octets, at, end) => {
  const next = countedOctets(octets, at, end);
  for (let i = at + 1; i < next; i++) {
    const lower = octets[i] | 0x20;
    const isLetter = lower >= 0x61 && lower <= 0x7a;
    if (!isLetter && !(octets[i] >= 0x30 && octets[i] <= 0x39)) return -1;
  }
  return next;
};

/**
 * A digest to the end, its type in the octet before it.
 *
 * @param lengths - by type, the octets of those digests that have a fixed length.
 * @param least - octets of a digest of another type.
 */
export function digestOfType(lengths: Readonly<Record<number, number>>, least = 1): FieldEnd {
  return (octets, at, end) => {
    const length = lengths[octets[at - 1]];
    return (length === undefined ? end - at >= least : end - at === length) ? end : -1;
  };
}

/** Gateway type, algorithm, gateway and public key of IPSECKEY (RFC 4025 2.1); no key where the algorithm is 0. */
export const ipseckeyGatewayAndKey: FieldEnd = (octets, at, end) => {
  if (at + 2 > end) return -1;
  const keyAt = gatewayEnd(octets[at], octets, at + 2, end);
  const hasKey = keyAt >= 0 && keyAt < end;
  return hasKey || (keyAt === end && octets[at + 1] === 0) ? end : -1;
};

/** D bit, type and relay of AMTRELAY; a relay of a type to come is any octets (RFC 8777 4.2.4). */
export const amtRelay: FieldEnd = (octets, at, end) => {
  if (at >= end) return -1;
  const type = octets[at] & 0x7f;
  return type > GATEWAY.NAME ? end : gatewayEnd(type, octets, at + 1, end);
};

function gatewayEnd(type: number, octets: Uint8Array, at: number, end: number): number {
  let length = 0;
  if (type === GATEWAY.IPV4) length = 4;
  else if (type === GATEWAY.IPV6) length = 16;
  else if (type === GATEWAY.NAME) length = findNameLength(octets, at, end) || -1;
  else if (type !== GATEWAY.NONE) length = -1;
  return length >= 0 && at + length <= end ? at + length : -1;
}

/** All of HIP's RDATA (RFC 8005 5): a HIT and a public key, neither empty, and names to the end. */
export const hipRdata: FieldEnd = (octets, at, end) => {
  if (at + 4 > end) return -1;
  const hitOctets = octets[at];
  const keyOctets = (octets[at + 2] << 8) | octets[at + 3];
  if (hitOctets === 0 || keyOctets === 0) return -1;
  at += 4 + hitOctets + keyOctets;
  while (at < end) {
    const length = findNameLength(octets, at, end);
    if (length === 0) return -1;
    at += length;
  }
  return at === end ? end : -1;
};
