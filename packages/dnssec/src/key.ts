import { TYPE } from '@dnsteer/wire';
import { DnssecError } from './errors.ts';
import { keyTag } from './key-tag.ts';
import { nodeProvider } from './node-provider.ts';
import type { CryptoProvider, PrivateKey } from './provider.ts';

/** Zone Key and Secure Entry Point (RFC 4034 2.1.1): a key that a DS points to. */
const CSK_FLAGS = 257;
const SECURE_ENTRY_POINT = 1;
const DNSSEC_PROTOCOL = 3;

/** CDS and CDNSKEY must be signed by a key that a DS points to (RFC 7344 4.1). */
const SEP_SIGNED_TYPES: ReadonlySet<number> = new Set([TYPE.DNSKEY, TYPE.CDS, TYPE.CDNSKEY]);

/** A zone's key. The secret is not a property: it does not show when the key is logged. */
export interface SigningKey {
  readonly algorithm: number;
  /** 257: signs everything (a CSK), or the DNSKEY RRset only where the zone has keys with 256 too. */
  readonly flags: number;
  readonly keyTag: number;
  readonly dnskeyRdata: Uint8Array;
  /** Synchronous. @returns 64 octets that the caller owns. */
  sign(octets: Uint8Array): Uint8Array;
  /** @returns PrivateKeyInfo in DER, to be stored or sent to a worker. */
  privatePkcs8(): Uint8Array;
}

/** A key as plain values: goes through `postMessage` and `workerData`, and becomes a {@link SigningKey} again by {@link importKey}. */
export interface KeyMaterial {
  readonly algorithm: number;
  readonly flags: number;
  readonly pkcs8: Uint8Array;
}

/**
 * Makes a new key pair.
 *
 * @param algorithm - 13 or 15; see `ALGORITHM`.
 * @throws DnssecError ERR_DNSSEC_ALGORITHM.
 */
export function generateKey(algorithm: number, options: { flags?: number; provider?: CryptoProvider } = {}): SigningKey {
  const provider = options.provider ?? nodeProvider;
  return signingKey(provider.generate(algorithm), options.flags ?? CSK_FLAGS);
}

/**
 * Makes a key of what {@link exportKey} gave, in this thread or another.
 *
 * @throws DnssecError ERR_DNSSEC_ALGORITHM; ERR_DNSSEC_PRIVATE_KEY when the PKCS#8 is not readable, of another algorithm, or its private
 * and public halves do not belong together.
 */
export function importKey(material: KeyMaterial, provider: CryptoProvider = nodeProvider): SigningKey {
  const key = provider.importPrivate(material.algorithm, material.pkcs8);
  // PKCS#8 carries the public key too, and OpenSSL believes it unseen: a damaged file would sign what nobody can verify.
  if (!provider.verify(key.algorithm, key.publicKey, key.publicKey, key.sign(key.publicKey))) {
    throw new DnssecError('ERR_DNSSEC_PRIVATE_KEY', 'the private key and the public key stored with it do not belong together');
  }
  return signingKey(key, material.flags);
}

/** The key as plain values, its secret included. */
export function exportKey(key: SigningKey): KeyMaterial {
  return { algorithm: key.algorithm, flags: key.flags, pkcs8: key.privatePkcs8() };
}

/**
 * Which of a zone's keys sign RRsets of `type`.
 *
 * Per algorithm, since each algorithm in the DNSKEY RRset must sign everything (RFC 4035 2.2): the keys with the SEP flag sign what speaks for
 * the zone to its parent, the others the rest; where there is one sort only, it signs both.
 */
export function keysForType(keys: readonly SigningKey[], type: number): SigningKey[] {
  const wantsSep = SEP_SIGNED_TYPES.has(type);
  const isSep = (key: SigningKey) => (key.flags & SECURE_ENTRY_POINT) !== 0;
  return keys.filter(
    (key) => isSep(key) === wantsSep || !keys.some((other) => other.algorithm === key.algorithm && isSep(other) === wantsSep),
  );
}

function signingKey(key: PrivateKey, flags: number): SigningKey {
  const dnskeyRdata = new Uint8Array(4 + key.publicKey.length);
  dnskeyRdata.set([flags >> 8, flags & 0xff, DNSSEC_PROTOCOL, key.algorithm]);
  dnskeyRdata.set(key.publicKey, 4);
  return {
    algorithm: key.algorithm,
    flags,
    keyTag: keyTag(dnskeyRdata),
    dnskeyRdata,
    sign: (octets) => key.sign(octets),
    privatePkcs8: () => key.pkcs8(),
  };
}
