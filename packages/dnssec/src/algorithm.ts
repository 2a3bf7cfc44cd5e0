import { DnssecError } from './errors.ts';

/** DNS Security Algorithm Numbers that this package signs and verifies with (RFC 6605, RFC 8080). */
export const ALGORITHM = { ECDSAP256SHA256: 13, ED25519: 15 } as const;

export type AlgorithmName = keyof typeof ALGORITHM;

/** Octets of the Public Key field of a DNSKEY: x and y of the point (RFC 6605 4), or the encoded point (RFC 8080 3). */
export const PUBLIC_KEY_OCTETS: Readonly<Record<number, number>> = { [ALGORITHM.ECDSAP256SHA256]: 64, [ALGORITHM.ED25519]: 32 };

/** Octets of the Signature field, the same for both. */
export const SIGNATURE_OCTETS = 64;

/** Octets of the secret: the scalar, or the seed. */
export const SECRET_OCTETS = 32;

/** @throws DnssecError ERR_DNSSEC_ALGORITHM when it is neither 13 nor 15. */
export function checkAlgorithm(algorithm: number): void {
  if (!(algorithm in PUBLIC_KEY_OCTETS)) {
    throw new DnssecError('ERR_DNSSEC_ALGORITHM', `algorithm ${algorithm} is not one of 13 (ECDSAP256SHA256) and 15 (ED25519)`);
  }
}
