/** A private key as its provider holds it; the secret does not show in `console.log`. */
export interface PrivateKey {
  readonly algorithm: number;
  /** As in the Public Key field of a DNSKEY: 64 octets x | y (RFC 6605 4), or 32 (RFC 8080 3). */
  readonly publicKey: Uint8Array;
  /** @returns the 64 octets of an RRSIG's Signature field: r | s, or the EdDSA signature. The caller owns them. */
  sign(octets: Uint8Array): Uint8Array;
  /** @returns PrivateKeyInfo in DER (RFC 5208; RFC 8410 for Ed25519). The caller owns it. */
  pkcs8(): Uint8Array;
}

/**
 * The arithmetic behind keys and signatures. `nodeProvider` and `nobleProvider` do the same, each verified against the other.
 *
 * `algorithm` is a DNS Security Algorithm Number; any but 13 and 15 is ERR_DNSSEC_ALGORITHM, and `false` from `verify`.
 */
export interface CryptoProvider {
  generate(algorithm: number): PrivateKey;
  /** @throws DnssecError ERR_DNSSEC_PRIVATE_KEY when `pkcs8` is not a key of this algorithm. */
  importPrivate(algorithm: number, pkcs8: Uint8Array): PrivateKey;
  /** Never throws: a public key or signature of the wrong length, or off the curve, is `false`. */
  verify(algorithm: number, publicKey: Uint8Array, octets: Uint8Array, signature: Uint8Array): boolean;
}
