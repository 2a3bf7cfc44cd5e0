import { CLASS, canonicalRdata, nameLength } from '@dnsteer/wire';

const ASTERISK = 0x2a;

/** Octets of an RR between its owner and its RDATA: TYPE, CLASS, TTL, RDLENGTH. */
const RR_FIXED_OCTETS = 10;

/** How many labels an RRSIG counts in an owner: neither the root nor a leading `*` (RFC 4034 3.1.3). */
export function signedLabels(owner: Uint8Array): number {
  const root = nameLength(owner) - 1;
  let labels = 0;
  for (let at = 0; at < root; at += owner[at] + 1) labels++;
  return owner[0] === 1 && owner[1] === ASTERISK ? labels - 1 : labels;
}

/**
 * Writes the owner as it is signed (RFC 4034 6.2, RFC 4035 5.3.2): in lower case, and where it was expanded from a wildcard, that wildcard.
 *
 * @param out - has room for 255 octets from `at` on.
 * @param labels - of the RRSIG; not more than {@link signedLabels} of `owner`.
 * @returns the offset behind the name.
 */
export function writeSignedOwner(out: Uint8Array, at: number, owner: Uint8Array, labels: number): number {
  let surplus = signedLabels(owner) - labels;
  let from = 0;
  if (surplus > 0) {
    // A leading `*` was not counted, and is replaced like any other label.
    if (owner[0] === 1 && owner[1] === ASTERISK) from = 2;
    for (; surplus > 0; surplus--) from += owner[from] + 1;
    out[at++] = 1;
    out[at++] = ASTERISK;
  }
  const end = at + nameLength(owner, from);
  // Length octets are below 0x41, so they stay as they are.
  for (; at < end; at++, from++) out[at] = owner[from] >= 0x41 && owner[from] <= 0x5a ? owner[from] | 0x20 : owner[from];
  return end;
}

/** As {@link writeSignedOwner}, into octets of its own. */
export function signedOwner(owner: Uint8Array, labels: number): Uint8Array {
  const octets = new Uint8Array(255);
  return octets.subarray(0, writeSignedOwner(octets, 0, owner, labels));
}

/** Order of RDATA: as left-justified octet strings, the absence of an octet before a zero octet (RFC 4034 6.3). */
export function compareOctets(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = a[i] - b[i];
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** RDATAs in canonical form and order, doubles dropped (RFC 4034 6.2, 6.3). */
export function canonicalRdatas(type: number, rdatas: readonly Uint8Array[]): Uint8Array[] {
  if (rdatas.length === 1) return [canonicalRdata(type, rdatas[0])];
  const sorted = rdatas.map((rdata) => canonicalRdata(type, rdata)).sort(compareOctets);
  return sorted.filter((rdata, i) => i === 0 || compareOctets(rdata, sorted[i - 1]) !== 0);
}

/**
 * What is signed: RRSIG RDATA without the Signature field | RR(1) | RR(2) ... (RFC 4034 3.1.8.1).
 *
 * @param head - RRSIG RDATA up to the end of the Signer's Name, which is in lower case.
 * @param owner - from {@link signedOwner}.
 * @param rdatas - from {@link canonicalRdatas}.
 */
export function signedOctets(
  head: Uint8Array,
  owner: Uint8Array,
  type: number,
  originalTtlSeconds: number,
  rdatas: readonly Uint8Array[],
): Uint8Array {
  let length = head.length;
  for (const rdata of rdatas) length += owner.length + RR_FIXED_OCTETS + rdata.length;
  const octets = new Uint8Array(length);
  const view = new DataView(octets.buffer);
  octets.set(head);
  let at = head.length;
  for (const rdata of rdatas) {
    octets.set(owner, at);
    at += owner.length;
    view.setUint16(at, type);
    view.setUint16(at + 2, CLASS.IN);
    view.setUint32(at + 4, originalTtlSeconds);
    view.setUint16(at + 8, rdata.length);
    octets.set(rdata, at + RR_FIXED_OCTETS);
    at += RR_FIXED_OCTETS + rdata.length;
  }
  return octets;
}
