import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { ALGORITHM, checkAlgorithm, PUBLIC_KEY_OCTETS, SIGNATURE_OCTETS } from './algorithm.ts';
import { DnssecError } from './errors.ts';
import { secretFromPkcs8, secretToPkcs8 } from './pkcs8.ts';
import type { CryptoProvider, PrivateKey } from './provider.ts';

// `lowS` is a rule of Bitcoin's: with it, half of everybody else's signatures would not verify.
const ECDSA_OPTIONS = { lowS: false, prehash: true, format: 'compact' } as const;

/** `@noble/curves`: plain JavaScript, and deterministic (RFC 6979, RFC 8032): the same RRset and times give the same RRSIG. */
export const nobleProvider: CryptoProvider = {
  generate(algorithm) {
    checkAlgorithm(algorithm);
    return privateKeyOf(algorithm, (algorithm === ALGORITHM.ECDSAP256SHA256 ? p256 : ed25519).utils.randomSecretKey());
  },

  importPrivate(algorithm, pkcs8) {
    checkAlgorithm(algorithm);
    return privateKeyOf(algorithm, secretFromPkcs8(algorithm, pkcs8));
  },

  verify(algorithm, publicKey, octets, signature) {
    if (publicKey.length !== PUBLIC_KEY_OCTETS[algorithm] || signature.length !== SIGNATURE_OCTETS) return false;
    try {
      if (algorithm === ALGORITHM.ED25519) return ed25519.verify(signature, octets, publicKey, { zip215: false });
      return p256.verify(signature, octets, uncompressedPoint(publicKey), ECDSA_OPTIONS);
    } catch {
      return false; // a point that is not on the curve
    }
  },
};

function privateKeyOf(algorithm: number, secret: Uint8Array): PrivateKey {
  const pkcs8 = () => secretToPkcs8(algorithm, secret, publicKey);
  let publicKey: Uint8Array;
  if (algorithm === ALGORITHM.ED25519) {
    publicKey = ed25519.getPublicKey(secret);
    return { algorithm, publicKey, sign: (octets) => ed25519.sign(octets, secret), pkcs8 };
  }
  try {
    publicKey = p256.getPublicKey(secret, false).slice(1); // without the 0x04 of an uncompressed point
  } catch (cause) {
    throw new DnssecError('ERR_DNSSEC_PRIVATE_KEY', 'the scalar of the private key is not in the range of P-256', { cause });
  }
  return { algorithm, publicKey, sign: (octets) => p256.sign(octets, secret, ECDSA_OPTIONS), pkcs8 };
}

function uncompressedPoint(xy: Uint8Array): Uint8Array {
  const point = new Uint8Array(65);
  point[0] = 0x04;
  point.set(xy, 1);
  return point;
}
