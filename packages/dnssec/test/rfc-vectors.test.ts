import { formatRdata, TYPE } from '@dnsteer/wire';
import { describe, expect, test } from 'vitest';
import { dsRdata, importKey, keyTag, nobleProvider, nodeProvider, signRrset, verifyRrset } from '../src/index.ts';
import { hex, name, rdata, seconds } from './presentation.ts';
import { RFC4034_DSKEY, RFC6605_P256, RFC6605_P384_DNSKEY, RFC6605_P384_DS, RFC8080_ED25519 } from './vectors.ts';

const providers = [
  ['nodeProvider', nodeProvider],
  ['nobleProvider', nobleProvider],
] as const;

test('RFC 4034 5.4: the key tag of dskey.example.com is 60485', () => {
  expect(keyTag(rdata('DNSKEY', RFC4034_DSKEY))).toBe(60485);
});

test('RFC 4034 B.1: the key tag of RSA/MD5 comes from the last octets but one of the modulus', () => {
  expect(keyTag(Uint8Array.of(1, 0, 3, 1, 1, 3, 9, 8, 0x12, 0x34, 0x56))).toBe(0x1234);
});

test('RFC 4509 2.3: the SHA-256 DS of dskey.example.com, whatever the case of its owner', () => {
  const ds = dsRdata(name('DSKEY.example.COM.'), rdata('DNSKEY', RFC4034_DSKEY));
  expect(hex(ds)).toBe(hex(rdata('DS', '60485 5 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A')));
});

test('RFC 6605 6.2: the SHA-384 DS of a key whose algorithm this package does not sign with', () => {
  const dnskey = rdata('DNSKEY', RFC6605_P384_DNSKEY);
  expect(hex(dsRdata(name('example.net.'), dnskey, 4))).toBe(hex(rdata('DS', RFC6605_P384_DS)));
});

test('RFC 8624 3.3: no DS with SHA-1', () => {
  expect(() => dsRdata(name('example.'), rdata('DNSKEY', RFC4034_DSKEY), 1)).toThrow(
    expect.objectContaining({ code: 'ERR_DNSSEC_DIGEST_TYPE' }),
  );
});

describe.each(providers)('%s', (_, provider) => {
  test('RFC 6605 6.1: DNSKEY, key tag and DS of the P-256 private key', () => {
    const key = importKey(RFC6605_P256.material, provider);
    expect(formatRdata(TYPE.DNSKEY, key.dnskeyRdata)).toBe(RFC6605_P256.dnskey);
    expect(key.keyTag).toBe(RFC6605_P256.keyTag);
    expect(hex(dsRdata(name(RFC6605_P256.zone), key.dnskeyRdata))).toBe(hex(rdata('DS', RFC6605_P256.ds)));
  });

  test('RFC 6605 6.1: the signature of www.example.net verifies, in its time only', () => {
    const rrset = { owner: name(RFC6605_P256.owner), type: TYPE.A, rdatas: [rdata('A', RFC6605_P256.a)] };
    const at = (stamp: string) =>
      verifyRrset(rrset, rdata('RRSIG', RFC6605_P256.rrsig), rdata('DNSKEY', RFC6605_P256.dnskey), {
        signerName: name(RFC6605_P256.zone),
        nowSeconds: seconds(stamp),
        provider,
      });
    expect([at('20100812100438'), at('20100812100439'), at('20100909100439'), at('20100909100440')]).toEqual([false, true, true, false]);
  });

  test.each(RFC8080_ED25519)('RFC 8080 6.1 with erratum 4935: key $keyTag, its DS, and its signature octet for octet', (vector) => {
    const key = importKey(vector.material, provider);
    const rrset = { owner: name(vector.zone), type: TYPE.MX, originalTtlSeconds: 3600, rdatas: [rdata('MX', vector.mx)] };
    const window = { inceptionSeconds: 1438207200, expirationSeconds: 1440021600 };
    const rrsig = signRrset(rrset, key, { signerName: name(vector.zone), ...window });
    expect(formatRdata(TYPE.DNSKEY, key.dnskeyRdata)).toBe(vector.dnskey);
    expect(key.keyTag).toBe(vector.keyTag);
    expect(hex(dsRdata(name(vector.zone), key.dnskeyRdata))).toBe(hex(rdata('DS', vector.ds)));
    expect(hex(rrsig)).toBe(hex(rdata('RRSIG', vector.rrsig)));
    expect(verifyRrset(rrset, rrsig, key.dnskeyRdata, { signerName: name(vector.zone), nowSeconds: 1439000000, provider })).toBe(true);
  });
});
