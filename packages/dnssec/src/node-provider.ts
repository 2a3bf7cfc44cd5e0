import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto';
import { ALGORITHM, checkAlgorithm, PUBLIC_KEY_OCTETS, SIGNATURE_OCTETS } from './algorithm.ts';
import { DnssecError } from './errors.ts';
import type { CryptoProvider, PrivateKey } from './provider.ts';

/** OpenSSL by `node:crypto`: the faster of the two. Its ECDSA signatures are random: the same RRset signed twice differs. */
export const nodeProvider: CryptoProvider = {
  generate(algorithm) {
    checkAlgorithm(algorithm);
    const pair = isEcdsa(algorithm) ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
    return privateKeyOf(algorithm, pair.privateKey);
  },

  importPrivate(algorithm, pkcs8) {
    checkAlgorithm(algorithm);
    return privateKeyOf(algorithm, readPkcs8(algorithm, pkcs8));
  },

  verify(algorithm, publicKey, octets, signature) {
    if (publicKey.length !== PUBLIC_KEY_OCTETS[algorithm] || signature.length !== SIGNATURE_OCTETS) return false;
    try {
      const key = createPublicKey({ key: publicJwk(algorithm, publicKey), format: 'jwk' });
      return verify(digestOf(algorithm), octets, { key, dsaEncoding: 'ieee-p1363' }, signature);
    } catch {
      return false; // a point that is not on the curve
    }
  },
};

function isEcdsa(algorithm: number): boolean {
  return algorithm === ALGORITHM.ECDSAP256SHA256;
}

/** Ed25519 hashes for itself (RFC 8032 5.1.6). */
function digestOf(algorithm: number): string | null {
  return isEcdsa(algorithm) ? 'sha256' : null;
}

function readPkcs8(algorithm: number, pkcs8: Uint8Array): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  } catch (cause) {
    throw new DnssecError('ERR_DNSSEC_PRIVATE_KEY', 'the private key is not readable as PKCS#8 in DER', { cause });
  }
  const curve = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType;
  if (curve !== (isEcdsa(algorithm) ? 'prime256v1' : 'ed25519')) {
    throw new DnssecError('ERR_DNSSEC_PRIVATE_KEY', `the private key is of ${curve}, which is not what algorithm ${algorithm} takes`);
  }
  return key;
}

function privateKeyOf(algorithm: number, key: KeyObject): PrivateKey {
  const digest = digestOf(algorithm);
  const signInput = { key, dsaEncoding: 'ieee-p1363' } as const; // made once: the same object for every signature
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return {
    algorithm,
    publicKey: new Uint8Array(Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])),
    sign: (octets) => sign(digest, octets, signInput),
    pkcs8: () => new Uint8Array(key.export({ format: 'der', type: 'pkcs8' })),
  };
}

function publicJwk(algorithm: number, publicKey: Uint8Array): JsonWebKey {
  const text = (from: number, to: number) => Buffer.from(publicKey.subarray(from, to)).toString('base64url');
  return isEcdsa(algorithm) ? { kty: 'EC', crv: 'P-256', x: text(0, 32), y: text(32, 64) } : { kty: 'OKP', crv: 'Ed25519', x: text(0, 32) };
}
