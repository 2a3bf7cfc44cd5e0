import { createPrivateKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALGORITHM, nobleProvider, nodeProvider } from '../src/index.ts';
import { secretFromPkcs8, secretToPkcs8 } from '../src/pkcs8.ts';
import { fromHex, hex } from './presentation.ts';

const ORDER_OF_P256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const algorithms = Object.entries(ALGORITHM);
const pairs = [
  ['nodeProvider', nodeProvider, 'nobleProvider', nobleProvider],
  ['nobleProvider', nobleProvider, 'nodeProvider', nodeProvider],
] as const;

describe.each(algorithms)('%s', (_, algorithm) => {
  test.each(pairs)('what %s signs, the other verifies, and nothing that was changed', (_a, signer, _b, verifier) => {
    const key = signer.generate(algorithm);
    const octetStrings = fc.uint8Array({ minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(octetStrings, fc.nat(), fc.integer({ min: 0, max: 7 }), (octets, at, bit) => {
        const signature = key.sign(octets);
        expect(signature.length).toBe(64);
        expect(verifier.verify(algorithm, key.publicKey, octets, signature)).toBe(true);
        expect(verifier.verify(algorithm, key.publicKey, flip(octets, at, bit), signature)).toBe(false);
        expect(verifier.verify(algorithm, key.publicKey, octets, flip(signature, at, bit))).toBe(false);
        expect(verifier.verify(algorithm, flip(key.publicKey, at, bit), octets, signature)).toBe(false);
      }),
      { numRuns: 12 },
    );
  });

  test.each(pairs)('a key of %s is the same key in the other', (_a, maker, _b, other) => {
    const key = maker.generate(algorithm);
    const same = other.importPrivate(algorithm, key.pkcs8());
    expect(hex(same.publicKey)).toBe(hex(key.publicKey));
    expect(hex(same.pkcs8())).toBe(hex(key.pkcs8()));
  });

  test('RFC 6979, RFC 8032: nobleProvider signs the same octets the same way', () => {
    const key = nobleProvider.generate(algorithm);
    expect(hex(key.sign(Uint8Array.of(1)))).toBe(hex(key.sign(Uint8Array.of(1))));
  });

  test('a secret does not show when its key is printed', () => {
    const key = nodeProvider.generate(algorithm);
    const secret = secretFromPkcs8(algorithm, key.pkcs8());
    expect(JSON.stringify(key)).not.toContain(Buffer.from(secret).toString('base64'));
    expect(Object.keys(key).sort()).toEqual(['algorithm', 'pkcs8', 'publicKey', 'sign']);
  });

  test('verify is false, never an error, for public keys and signatures of any octets', () => {
    const octets = fc.uint8Array({ maxLength: 130 });
    const exact = fc.uint8Array({ minLength: 64, maxLength: 64 });
    const publicKeys = fc.oneof(octets, fc.uint8Array({ minLength: algorithm === 13 ? 64 : 32, maxLength: algorithm === 13 ? 64 : 32 }));
    fc.assert(
      fc.property(publicKeys, fc.oneof(octets, exact), (publicKey, signature) => {
        expect(nodeProvider.verify(algorithm, publicKey, Uint8Array.of(1), signature)).toBe(false);
        expect(nobleProvider.verify(algorithm, publicKey, Uint8Array.of(1), signature)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

test('RFC 6605 4: r | s, of which a high s is neither avoided nor refused', () => {
  const key = nodeProvider.generate(13);
  const octets = Uint8Array.of(7);
  const high = (signature: Uint8Array) => BigInt(`0x${hex(signature.subarray(32))}`) > ORDER_OF_P256 / 2n;
  const signatures = Array.from({ length: 64 }, () => key.sign(octets));
  const withHighS = signatures.find(high);
  expect(withHighS).toBeDefined(); // 64 with low s: one in 2^64
  expect(nobleProvider.verify(13, key.publicKey, octets, withHighS ?? new Uint8Array())).toBe(true);
  const noble = nobleProvider.importPrivate(13, key.pkcs8());
  expect(Array.from({ length: 64 }, (_, i) => noble.sign(Uint8Array.of(i))).some(high)).toBe(true);
});

test.each([
  ['nodeProvider', nodeProvider],
  ['nobleProvider', nobleProvider],
])('%s: algorithms other than 13 and 15 are an error with a code, and false to verify', (_, provider) => {
  const unsupported = expect.objectContaining({ code: 'ERR_DNSSEC_ALGORITHM' });
  expect(() => provider.generate(8)).toThrow(unsupported);
  expect(() => provider.importPrivate(14, new Uint8Array())).toThrow(unsupported);
  expect(provider.verify(8, new Uint8Array(64), Uint8Array.of(1), new Uint8Array(64))).toBe(false);
});

test.each([
  ['nodeProvider', nodeProvider],
  ['nobleProvider', nobleProvider],
])('%s: PKCS#8 that is cut, of another algorithm, or with trailing nonsense inside is ERR_DNSSEC_PRIVATE_KEY', (_, provider) => {
  const bad = expect.objectContaining({ code: 'ERR_DNSSEC_PRIVATE_KEY' });
  const p256 = nodeProvider.generate(13).pkcs8();
  const ed25519 = nodeProvider.generate(15).pkcs8();
  expect(() => provider.importPrivate(13, ed25519)).toThrow(bad);
  expect(() => provider.importPrivate(15, p256)).toThrow(bad);
  for (let length = 0; length < ed25519.length; length++)
    expect(() => provider.importPrivate(15, ed25519.subarray(0, length))).toThrow(bad);
  for (let length = 0; length < p256.length; length += 5) expect(() => provider.importPrivate(13, p256.subarray(0, length))).toThrow(bad);
});

test('RFC 5915 3: nobleProvider reads an ECPrivateKey without its public key', () => {
  const key = nodeProvider.generate(13);
  const scalar = secretFromPkcs8(13, key.pkcs8());
  const bare = fromHex(`3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420${hex(scalar)}`);
  expect(hex(nobleProvider.importPrivate(13, bare).publicKey)).toBe(hex(key.publicKey));
});

test('SEC 1 3.2.1: a scalar of 0 or the order of the curve is no P-256 key', () => {
  for (const scalar of [0n, ORDER_OF_P256]) {
    const octets = fromHex(scalar.toString(16).padStart(64, '0'));
    expect(() => nobleProvider.importPrivate(13, secretToPkcs8(13, octets, new Uint8Array(64)))).toThrow(
      expect.objectContaining({ code: 'ERR_DNSSEC_PRIVATE_KEY' }),
    );
  }
});

test('OpenSSL reads what nobleProvider writes', () => {
  for (const algorithm of [13, 15]) {
    const der = Buffer.from(nobleProvider.generate(algorithm).pkcs8());
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    expect(key.asymmetricKeyType).toBe(algorithm === 13 ? 'ec' : 'ed25519');
  }
});

function flip(octets: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = Uint8Array.from(octets);
  copy[at % copy.length] ^= 1 << bit;
  return copy;
}
