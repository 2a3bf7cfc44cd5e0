import { TYPE } from '@dnsteer/wire';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { exportKey, generateKey, OnlineSigner, type OnlineSignerOptions, verifyRrset } from '../src/index.ts';
import { name, rdata } from './presentation.ts';

const NOW = 1_700_000_000;
const DAY = 86_400;
const zone = name('example.');
const www = name('www.example.');
const key = generateKey(15);
const a = (last: number) => Uint8Array.of(192, 0, 2, last);

let now = NOW;
beforeEach(() => {
  now = NOW;
});

const signerOf = (options: Partial<OnlineSignerOptions> = {}) =>
  new OnlineSigner({ signerName: zone, keys: [exportKey(key)], nowSeconds: () => now, ...options });
const verifies = (owner: Uint8Array, type: number, rdatas: Uint8Array[], rrsig: Uint8Array, dnskey = key.dnskeyRdata) =>
  verifyRrset({ owner, type, rdatas }, rrsig, dnskey, { signerName: zone, nowSeconds: now });

test('signs with the Original TTL that it is given, and the signature verifies', () => {
  const [rrsig] = signerOf().sign(www, TYPE.A, 60, [a(1), a(2)]);
  expect(verifies(www, TYPE.A, [a(2), a(1)], rrsig)).toBe(true);
  expect(new DataView(rrsig.buffer, rrsig.byteOffset).getUint32(4)).toBe(60);
});

test('RFC 4034 6.3: the same RRset in another order, and its owner in another case, has the same signature, made once', () => {
  const signer = signerOf();
  const first = signer.sign(www, TYPE.A, 60, [a(1), a(2), a(3)]);
  expect(signer.sign(name('WWW.Example.'), TYPE.A, 60, [a(3), a(1), a(2)])).toBe(first);
  expect([signer.made, signer.reused]).toEqual([1, 1]);
});

test('another owner, type, Original TTL or RDATA is another signature', () => {
  const signer = signerOf();
  signer.sign(www, TYPE.A, 60, [a(1), a(2)]);
  signer.sign(name('ww.example.'), TYPE.A, 60, [a(1), a(2)]);
  signer.sign(www, 65280, 60, [a(1), a(2)]);
  signer.sign(www, TYPE.A, 61, [a(1), a(2)]);
  signer.sign(www, TYPE.A, 60, [a(1)]);
  signer.sign(www, TYPE.A, 60, [a(1), a(3)]);
  signer.sign(www, 65280, 60, [Uint8Array.of(...a(1), ...a(2))]);
  expect([signer.made, signer.reused]).toEqual([7, 0]);
});

test('RFC 4035 5.3.2: all names expanded from one wildcard share its signature', () => {
  const signer = signerOf();
  const [rrsig] = signer.sign(name('a.w.example.'), TYPE.A, 60, [a(1)], 2);
  expect(signer.sign(name('b.c.w.example.'), TYPE.A, 60, [a(1)], 2)[0]).toBe(rrsig);
  expect(signer.sign(name('*.w.example.'), TYPE.A, 60, [a(1)])[0]).toBe(rrsig);
  expect(verifies(name('z.w.example.'), TYPE.A, [a(1)], rrsig)).toBe(true);
  expect(signer.made).toBe(1);
});

test('the caller may write over its buffers after the call', () => {
  const signer = signerOf();
  const owner = name('www.example.');
  const address = a(1);
  signer.sign(owner, TYPE.A, 60, [address]);
  address[3] = 2;
  const [rrsig] = signer.sign(owner, TYPE.A, 60, [address]);
  expect(verifies(www, TYPE.A, [a(2)], rrsig)).toBe(true);
  owner[1] = 0x78;
  expect(verifies(owner, TYPE.A, [a(2)], signer.sign(owner, TYPE.A, 60, [address])[0])).toBe(true);
});

test('a name in a bigger buffer is signed as the name that it is', () => {
  const owner = Uint8Array.of(...www, 9, 9, 9);
  const [rrsig] = signerOf({ signerName: Uint8Array.of(...zone, 9, 9, 9) }).sign(owner, TYPE.A, 60, [a(1)]);
  expect(verifies(www, TYPE.A, [a(1)], rrsig)).toBe(true);
});

test('a signature is made anew a week before it expires, and when the clock was set back before its beginning', () => {
  const signer = signerOf();
  const first = signer.sign(www, TYPE.A, 60, [a(1)]);
  now = NOW + 6 * DAY - 1;
  expect(signer.sign(www, TYPE.A, 60, [a(1)])).toBe(first);
  now = NOW + 7 * DAY;
  const second = signer.sign(www, TYPE.A, 60, [a(1)]);
  expect(second).not.toBe(first);
  expect(signer.sign(www, TYPE.A, 60, [a(1)])).toBe(second);
  now = NOW;
  const third = signer.sign(www, TYPE.A, 60, [a(1)]);
  expect(verifies(www, TYPE.A, [a(1)], third[0])).toBe(true);
});

test('RFC 4035 2.2: of a KSK and a ZSK the ZSK signs; of two algorithms each', () => {
  const zsk = generateKey(13, { flags: 256 });
  const ksk = generateKey(13);
  const rrsigs = signerOf({ keys: [ksk, zsk, key].map(exportKey) }).sign(www, TYPE.A, 60, [a(1)]);
  expect(rrsigs.map((rrsig) => rrsig[2])).toEqual([13, 15]);
  expect(verifies(www, TYPE.A, [a(1)], rrsigs[0], zsk.dnskeyRdata)).toBe(true);
  expect(verifies(www, TYPE.A, [a(1)], rrsigs[1])).toBe(true);
});

test('what is kept is bounded: the least recently used go, those in use stay', () => {
  const signer = signerOf({ cacheOctets: 100 * 1200 });
  const others = (from: number) => {
    for (let i = 0; i < 40; i++) {
      signer.sign(name(`h${from + i}.example.`), TYPE.A, 60, [a(1)]);
      signer.sign(www, TYPE.A, 60, [a(1)]);
    }
  };
  for (let i = 0; i < 10; i++) others(i * 40);
  expect(signer.made).toBe(401);
  others(0);
  expect(signer.made).toBe(441);
  others(0);
  expect(signer.made).toBe(441);
});

test('a cache of 0 octets keeps nothing, and one entry that is too big for the bound is not kept', () => {
  const none = signerOf({ cacheOctets: 0 });
  none.sign(www, TYPE.A, 60, [a(1)]);
  none.sign(www, TYPE.A, 60, [a(1)]);
  expect(none.made).toBe(2);
  const small = signerOf({ cacheOctets: 6000 });
  for (let i = 0; i < 2; i++) small.sign(www, 65280, 60, [new Uint8Array(3000)]);
  for (let i = 0; i < 2; i++) small.sign(www, 65280, 60, [new Uint8Array(30)]);
  expect([small.made, small.reused]).toEqual([3, 1]);
});

test('what cannot be signed is refused again and again, and leaves the signer as it was', () => {
  const signer = signerOf();
  const refused = expect.objectContaining({ code: 'ERR_DNSSEC_RRSET' });
  for (let i = 0; i < 2; i++) {
    expect(() => signer.sign(www, TYPE.A, 60, [])).toThrow(refused);
    expect(() => signer.sign(name('a.org.'), TYPE.A, 60, [a(1)])).toThrow(refused);
    expect(() => signer.sign(www, TYPE.A, 60, [a(1)], 3)).toThrow(refused);
    expect(() => signer.sign(www, TYPE.A, 60, [a(1)], -1)).toThrow(refused);
    expect(() => signer.sign(www, TYPE.RRSIG, 60, [a(1)])).toThrow(refused);
    expect(() => signer.sign(Uint8Array.of(3, 0x77), TYPE.A, 60, [a(1)])).toThrow(
      expect.objectContaining({ code: 'ERR_WIRE_NAME_MALFORMED' }),
    );
  }
  expect(verifies(www, TYPE.A, [a(1)], signer.sign(www, TYPE.A, 60, [a(1)])[0])).toBe(true);
});

test('minted NSEC: signed like any RRset', () => {
  const nsec = [rdata('NSEC', 'x.example. AAAA RRSIG NSEC')];
  expect(verifies(www, TYPE.NSEC, nsec, signerOf().sign(www, TYPE.NSEC, 5, nsec)[0])).toBe(true);
});

test('whatever came before, the signature that is found belongs to the RRset that was asked for', () => {
  const rdatas = fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 });
  const calls = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), rdatas, fc.integer({ min: 0, max: 1 })), { maxLength: 30 });
  fc.assert(
    fc.property(calls, fc.constantFrom(0, 5000, 2 ** 20), (sequence, cacheOctets) => {
      const signer = signerOf({ cacheOctets });
      for (const [owner, lasts, aged] of sequence) {
        now += aged * 4 * DAY;
        const ownerName = name(`o${owner}.example.`);
        const [rrsig] = signer.sign(ownerName, TYPE.A, 60, lasts.map(a));
        expect(verifies(ownerName, TYPE.A, lasts.map(a), rrsig)).toBe(true);
      }
    }),
    { numRuns: 20 },
  );
});

test('more RDATA than are sorted by hand are found in any order too', () => {
  const signer = signerOf();
  const many = Array.from({ length: 100 }, (_, i) => a(i));
  const first = signer.sign(www, TYPE.A, 60, many);
  expect(signer.sign(www, TYPE.A, 60, many.toReversed())).toBe(first);
});
