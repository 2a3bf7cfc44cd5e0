import { TYPE } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { exportKey, generateKey, importKey, keysForType, nobleProvider, nodeProvider } from '../src/index.ts';
import { secretFromPkcs8, secretToPkcs8 } from '../src/pkcs8.ts';
import { hex } from './presentation.ts';

test('RFC 4034 2.1: a new key has flags 257, protocol 3, its algorithm and its public key', () => {
  const key = generateKey(13);
  expect([...key.dnskeyRdata.subarray(0, 4)]).toEqual([1, 1, 3, 13]);
  expect(key.dnskeyRdata.length).toBe(68);
  expect(generateKey(15, { flags: 256 }).dnskeyRdata.length).toBe(36);
});

test('two new keys differ', () => {
  expect(hex(generateKey(15).dnskeyRdata)).not.toBe(hex(generateKey(15).dnskeyRdata));
  expect(hex(generateKey(13, { provider: nobleProvider }).dnskeyRdata)).not.toBe(
    hex(generateKey(13, { provider: nobleProvider }).dnskeyRdata),
  );
});

test.each([13, 15])('algorithm %i: a key goes through structured clone and is the same key', (algorithm) => {
  const key = generateKey(algorithm, { flags: 256 });
  const again = importKey(structuredClone(exportKey(key)));
  expect(hex(again.dnskeyRdata)).toBe(hex(key.dnskeyRdata));
  expect(again.flags).toBe(256);
  const octets = Uint8Array.of(1, 2, 3);
  expect(nodeProvider.verify(algorithm, key.dnskeyRdata.subarray(4), octets, again.sign(octets))).toBe(true);
});

test('a stored key whose public half belongs to another is refused, since OpenSSL would believe it', () => {
  const one = nodeProvider.generate(13);
  const mixed = secretToPkcs8(13, secretFromPkcs8(13, one.pkcs8()), nodeProvider.generate(13).publicKey);
  expect(() => importKey({ algorithm: 13, flags: 257, pkcs8: mixed })).toThrow(expect.objectContaining({ code: 'ERR_DNSSEC_PRIVATE_KEY' }));
});

test('RFC 4035 2.2: per algorithm the SEP keys sign DNSKEY, the others the rest, and where one sort is missing the other does both', () => {
  const csk = generateKey(15);
  const ksk = generateKey(13);
  const zsk = generateKey(13, { flags: 256 });
  expect(keysForType([ksk, zsk], TYPE.DNSKEY)).toEqual([ksk]);
  expect(keysForType([ksk, zsk], TYPE.A)).toEqual([zsk]);
  expect(keysForType([csk], TYPE.DNSKEY)).toEqual([csk]);
  expect(keysForType([zsk], TYPE.DNSKEY)).toEqual([zsk]);
  expect(keysForType([csk, ksk, zsk], TYPE.A)).toEqual([csk, zsk]);
  expect(keysForType([csk, ksk, zsk], TYPE.DNSKEY)).toEqual([csk, ksk]);
});

test('RFC 7344 4.1: CDS and CDNSKEY are signed by the key that the DS points to', () => {
  const ksk = generateKey(13);
  const zsk = generateKey(13, { flags: 256 });
  expect(keysForType([ksk, zsk], TYPE.CDS)).toEqual([ksk]);
  expect(keysForType([ksk, zsk], TYPE.CDNSKEY)).toEqual([ksk]);
});
