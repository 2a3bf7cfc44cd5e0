import { formatName, isSubdomain, lowerCaseName, TYPE, typeText } from '@dnsteer/wire';
import { canonicalRdatas, signedLabels, signedOctets, signedOwner } from './canonical.ts';
import { DnssecError } from './errors.ts';
import type { SigningKey } from './key.ts';

/** Octets of RRSIG RDATA before the Signer's Name (RFC 4034 3.1). */
export const RRSIG_FIXED_OCTETS = 18;

/** An RRset of class IN. Nothing of it is written to or kept. */
export interface Rrset {
  /** Wire name, any case. */
  readonly owner: Uint8Array;
  readonly type: number;
  /** The Original TTL; a lower one may go out with the same signature (RFC 4035 5.3.3). */
  readonly originalTtlSeconds: number;
  /** Names in them uncompressed; any order, doubles count once. */
  readonly rdatas: readonly Uint8Array[];
  /** Fewer than `owner` has when it was expanded from a wildcard: the labels right of its `*` (RFC 4034 3.1.3). */
  readonly labels?: number;
}

/** From when until when a signature holds: seconds since 1970, modulo 2^32 (RFC 4034 3.1.5). */
export interface SignatureWindow {
  readonly inceptionSeconds: number;
  readonly expirationSeconds: number;
}

export interface SignOptions extends SignatureWindow {
  /** Wire name of the zone's apex. */
  readonly signerName: Uint8Array;
}

/**
 * Signs an RRset (RFC 4034 3.1.8.1).
 *
 * @returns the RDATA of the RRSIG; the caller owns it.
 * @throws DnssecError ERR_DNSSEC_RRSET when it is empty, of type RRSIG (RFC 4035 2.2), not at or below the signer's name, or `labels` is
 * more than the owner has; ERR_DNSSEC_TIMES when it would expire before it begins. WireError when a name is malformed.
 */
export function signRrset(rrset: Rrset, key: SigningKey, options: SignOptions): Uint8Array {
  return signWithHead(rrsigHead(key, options.signerName), rrset, key, options);
}

/**
 * What every RRSIG of a key has in common: the fixed fields, of which algorithm and key tag are filled in, and the Signer's Name.
 * Made once per key by those who sign many RRsets.
 */
export function rrsigHead(key: SigningKey, signerName: Uint8Array): Uint8Array {
  // In lower case: that is how validators fold it before they verify (RFC 6840 5.1).
  const name = lowerCaseName(signerName);
  const head = new Uint8Array(RRSIG_FIXED_OCTETS + name.length);
  head[2] = key.algorithm;
  head[16] = key.keyTag >> 8;
  head[17] = key.keyTag & 0xff;
  head.set(name, RRSIG_FIXED_OCTETS);
  return head;
}

/** As {@link signRrset}; the variable fields of `head` are overwritten. */
export function signWithHead(head: Uint8Array, rrset: Rrset, key: SigningKey, window: SignatureWindow): Uint8Array {
  const labels = rrset.labels ?? signedLabels(rrset.owner);
  checkRrset(rrset, labels, head.subarray(RRSIG_FIXED_OCTETS));
  // Serial number arithmetic, good until 2106 and after it (RFC 4034 3.1.5).
  if (((window.expirationSeconds - window.inceptionSeconds) | 0) <= 0) {
    throw new DnssecError(
      'ERR_DNSSEC_TIMES',
      `a signature from ${window.inceptionSeconds} until ${window.expirationSeconds} would never hold`,
    );
  }
  const fields = new DataView(head.buffer, head.byteOffset);
  fields.setUint16(0, rrset.type);
  head[3] = labels;
  fields.setUint32(4, rrset.originalTtlSeconds);
  fields.setUint32(8, window.expirationSeconds);
  fields.setUint32(12, window.inceptionSeconds);
  const rdatas = canonicalRdatas(rrset.type, rrset.rdatas);
  const signature = key.sign(signedOctets(head, signedOwner(rrset.owner, labels), rrset.type, rrset.originalTtlSeconds, rdatas));
  const rdata = new Uint8Array(head.length + signature.length);
  rdata.set(head);
  rdata.set(signature, head.length);
  return rdata;
}

function checkRrset(rrset: Rrset, labels: number, signerName: Uint8Array): void {
  const problem = problemOf(rrset, labels, signerName);
  if (problem === undefined) return;
  throw new DnssecError('ERR_DNSSEC_RRSET', `${formatName(rrset.owner)} ${typeText(rrset.type)} can't be signed: ${problem}`);
}

function problemOf(rrset: Rrset, labels: number, signerName: Uint8Array): string | undefined {
  if (rrset.rdatas.length === 0) return 'it has no RDATA';
  if (rrset.type === TYPE.RRSIG) return 'an RRSIG is never signed itself (RFC 4035 2.2)';
  if (!isSubdomain(rrset.owner, signerName)) return `it is not in the zone ${formatName(signerName)}`;
  if (!(labels >= 0 && labels <= signedLabels(rrset.owner))) return `its owner has fewer labels than ${labels}`;
  return undefined;
}
