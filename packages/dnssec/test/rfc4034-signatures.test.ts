import { formatRdata, parseName, TYPE } from '@dnsteer/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signedOctets } from '../src/canonical.ts';
import { generateKey, keyTag, nobleProvider, nsecRdata, type Rrset, signRrset, verifyRrset } from '../src/index.ts';
import { hex, name, rdata } from './presentation.ts';

const NOW = 1_700_000_000;
const zone = name('example.');
const window = { inceptionSeconds: NOW - 3600, expirationSeconds: NOW + 3600 };
const options = { signerName: zone, ...window };
const verifyOptions = { signerName: zone, nowSeconds: NOW };

// Deterministic, so that equal signatures mean equal signed octets.
const key = generateKey(15, { provider: nobleProvider });
const rrset = (owner: string, type: keyof typeof TYPE, texts: string[], labels?: number): Rrset => ({
  owner: name(owner),
  type: TYPE[type],
  originalTtlSeconds: 300,
  rdatas: texts.map((text) => rdata(type, text)),
  labels,
});
const sign = (set: Rrset) => signRrset(set, key, options);

test('RFC 4034 3.1: the fields of an RRSIG', () => {
  const text = formatRdata(TYPE.RRSIG, sign(rrset('a.b.Example.', 'A', ['192.0.2.1'])));
  expect(text).toMatch(new RegExp(`^A 15 3 300 20231114231320 20231114211320 ${key.keyTag} example\\. `));
});

test('RFC 4034 3.1.3: neither the root nor a leading * counts in Labels', () => {
  const labels = (owner: string) => sign(rrset(owner, 'A', ['192.0.2.1']))[3];
  expect([labels('example.'), labels('*.example.'), labels('a.*.example.')]).toEqual([1, 1, 3]);
});

test('RFC 4034 6.2: the case of the owner and of names in RDATA of the listed types is not signed', () => {
  expect(hex(sign(rrset('WWW.Example.', 'MX', ['10 Mail.EXAMPLE.'])))).toBe(hex(sign(rrset('www.example.', 'MX', ['10 mail.example.']))));
  expect(hex(sign(rrset('a.example.', 'SRV', ['1 2 3 T.example.'])))).toBe(hex(sign(rrset('a.example.', 'SRV', ['1 2 3 t.example.']))));
});

test('RFC 6840 5.1: the case of the next name of an NSEC is signed, so nsecRdata writes it in lower case', () => {
  expect(hex(sign(rrset('a.example.', 'NSEC', ['B.example. A'])))).not.toBe(hex(sign(rrset('a.example.', 'NSEC', ['b.example. A']))));
  expect(hex(nsecRdata(name('B.Example.'), [TYPE.A]))).toBe(hex(rdata('NSEC', 'b.example. A')));
});

test('RFC 4034 6.3: RRs are signed in the order of their RDATA, and an RR that comes twice is signed once', () => {
  const sorted = sign(rrset('a.example.', 'A', ['192.0.2.1', '192.0.2.2', '192.0.2.130']));
  expect(hex(sign(rrset('a.example.', 'A', ['192.0.2.130', '192.0.2.2', '192.0.2.1', '192.0.2.2'])))).toBe(hex(sorted));
  // The order is that of the canonical form: b before C, though 'C' < 'b'.
  expect(hex(sign(rrset('a.example.', 'NS', ['C.', 'b.'])))).toBe(hex(sign(rrset('a.example.', 'NS', ['b.', 'c.']))));
});

test('RFC 4034 6.3: the absence of an octet sorts before a zero octet', () => {
  const rdatas = [Uint8Array.of(1, 0), Uint8Array.of(1), Uint8Array.of(0, 9)];
  const set = { owner: name('a.example.'), type: 65280, originalTtlSeconds: 1 };
  const sorted = [Uint8Array.of(0, 9), Uint8Array.of(1), Uint8Array.of(1, 0)];
  const signedAsIs = key.sign(signedByHand(sorted));
  expect(hex(signRrset({ ...set, rdatas }, key, options).subarray(-64))).toBe(hex(signedAsIs));

  function signedByHand(parts: Uint8Array[]): Uint8Array {
    const head = signRrset({ ...set, rdatas: [new Uint8Array(1)] }, key, options).subarray(0, -64);
    const rr = (part: Uint8Array) =>
      Buffer.concat([Buffer.from('\x01a\x07example\0\xff\0\0\x01\0\0\0\x01\0', 'latin1'), Buffer.of(part.length), part]);
    return Buffer.concat([head, ...parts.map(rr)]);
  }
});

test('RFC 4035 5.3.2: what was expanded from a wildcard is signed as the wildcard', () => {
  const wildcard = sign(rrset('*.w.example.', 'A', ['192.0.2.1']));
  for (const owner of ['x.w.example.', 'x.y.W.example.', '*.y.w.example.']) {
    const expanded = rrset(owner, 'A', ['192.0.2.1'], 2);
    expect(hex(sign(expanded))).toBe(hex(wildcard));
    expect(verifyRrset(expanded, wildcard, key.dnskeyRdata, verifyOptions)).toBe(true);
  }
  const above = { owner: name('example.'), type: TYPE.A, rdatas: [rdata('A', '192.0.2.1')] };
  expect(verifyRrset(above, wildcard, key.dnskeyRdata, verifyOptions)).toBe(false);
});

test('RFC 4034 3.1.5: times are serial numbers, and go round in 2106', () => {
  const nowSeconds = 2 ** 32 + 100;
  const set = rrset('a.example.', 'A', ['192.0.2.1']);
  const rrsig = signRrset(set, key, { signerName: zone, inceptionSeconds: nowSeconds - 3600, expirationSeconds: nowSeconds + 3600 });
  const at = (now: number) => verifyRrset(set, rrsig, key.dnskeyRdata, { signerName: zone, nowSeconds: now });
  expect([at(nowSeconds - 3601), at(nowSeconds - 3600), at(nowSeconds + 3600), at(nowSeconds + 3601)]).toEqual([false, true, true, false]);
});

test('RFC 4035 5.3.1: no RRSIG over RRSIGs, outside the zone, over nothing, with more labels than the owner, or that never holds', () => {
  const refused = expect.objectContaining({ code: 'ERR_DNSSEC_RRSET' });
  const a = ['192.0.2.1'];
  expect(() => sign({ ...rrset('a.example.', 'A', a), type: TYPE.RRSIG })).toThrow(refused);
  expect(() => sign(rrset('a.example.org.', 'A', a))).toThrow(refused);
  expect(() => sign(rrset('.', 'A', a))).toThrow(refused);
  expect(() => sign(rrset('a.example.', 'A', []))).toThrow(refused);
  expect(() => sign(rrset('a.example.', 'A', a, 3))).toThrow(refused);
  expect(() => sign(rrset('*.example.', 'A', a, 2))).toThrow(refused);
  const never = { signerName: zone, inceptionSeconds: NOW, expirationSeconds: NOW };
  expect(() => signRrset(rrset('a.example.', 'A', a), key, never)).toThrow(expect.objectContaining({ code: 'ERR_DNSSEC_TIMES' }));
});

test('RFC 4035 5.3.1: every octet of RRSIG, DNSKEY and RRset counts', () => {
  const set = rrset('www.example.', 'A', ['192.0.2.1', '192.0.2.2']);
  const rrsig = sign(set);
  const verify = (over: { rrsig?: Uint8Array; dnskey?: Uint8Array; set?: Rrset }) =>
    verifyRrset(over.set ?? set, over.rrsig ?? rrsig, over.dnskey ?? key.dnskeyRdata, verifyOptions);
  expect(verify({})).toBe(true);
  for (let at = 0; at < rrsig.length; at++) expect(verify({ rrsig: changed(rrsig, at) })).toBe(false);
  for (let at = 0; at < key.dnskeyRdata.length; at++) expect(verify({ dnskey: changed(key.dnskeyRdata, at) })).toBe(false);
  for (let length = 0; length < rrsig.length; length += 7) expect(verify({ rrsig: rrsig.subarray(0, length) })).toBe(false);
  for (let length = 0; length < 5; length++) expect(verify({ dnskey: key.dnskeyRdata.subarray(0, length) })).toBe(false);
  expect(verify({ set: { ...set, rdatas: set.rdatas.slice(1) } })).toBe(false);
  expect(verify({ set: { ...set, rdatas: [] } })).toBe(false);
  expect(verify({ set: { ...set, type: 65280 } })).toBe(false);
  expect(verify({ set: { ...set, owner: name('ww.example.') } })).toBe(false);
  expect(verifyRrset(set, rrsig, key.dnskeyRdata, { ...verifyOptions, signerName: name('www.example.') })).toBe(false);
});

test('RFC 4034 2.1.1: a DNSKEY without the Zone Key flag verifies nothing', () => {
  const notZone = generateKey(15, { flags: 1 });
  const set = rrset('www.example.', 'A', ['192.0.2.1']);
  expect(verifyRrset(set, signRrset(set, notZone, options), notZone.dnskeyRdata, verifyOptions)).toBe(false);
});

test('RFC 4035 5.3.1: a right signature over wrong fields is none', () => {
  const set = rrset('www.example.', 'A', ['192.0.2.1']);
  const verify = (over: Rrset, rrsig: Uint8Array, dnskey = key.dnskeyRdata) => verifyRrset(over, rrsig, dnskey, verifyOptions);
  const forge = (over: Rrset, change: (head: Uint8Array) => void) => {
    const head = sign(set).slice(0, -64);
    change(head);
    const signature = key.sign(signedOctets(head, over.owner, over.type, 300, over.rdatas));
    return Uint8Array.of(...head, ...signature);
  };
  expect(
    verify(
      set,
      forge(set, () => {}),
    ),
  ).toBe(true);
  // More labels than the owner has.
  expect(
    verify(
      set,
      forge(set, (head) => (head[3] = 3)),
    ),
  ).toBe(false);
  // Type Covered is another type.
  const otherType = { ...set, type: 65280 };
  expect(
    verify(
      otherType,
      forge(otherType, () => {}),
    ),
  ).toBe(false);
  // The owner is not in the signer's zone.
  const outside = { ...set, owner: name('www.example.org.') };
  const threeLabels = (head: Uint8Array) => (head[3] = 3);
  expect(verify(outside, forge(outside, threeLabels))).toBe(false);
  // A DNSKEY whose protocol is not 3 (RFC 4034 2.1.2).
  const dnskey = key.dnskeyRdata.slice();
  dnskey[2] = 2;
  const tag = keyTag(dnskey);
  const rrsig = forge(set, (head) => head.set([tag >> 8, tag & 0xff], 16));
  expect(verify(set, rrsig, dnskey)).toBe(false);
});

test('owners of any octets, RDATA in any order: what is signed verifies, in both providers', () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 63 });
  const rdatas = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 6 });
  const p256 = generateKey(13);
  fc.assert(
    fc.property(fc.array(label, { maxLength: 3 }), rdatas, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (labels, sets, originalTtlSeconds) => {
      const owner = Uint8Array.from([...labels.flatMap((octets) => [octets.length, ...octets]), ...parseName('example.')]);
      const set = { owner, type: 65280, originalTtlSeconds, rdatas: sets };
      const rrsig = signRrset(set, p256, options);
      expect(verifyRrset({ ...set, rdatas: sets.toReversed() }, rrsig, p256.dnskeyRdata, verifyOptions)).toBe(true);
      expect(verifyRrset(set, rrsig, p256.dnskeyRdata, { ...verifyOptions, provider: nobleProvider })).toBe(true);
    }),
    { numRuns: 40 },
  );
});

function changed(octets: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(octets);
  copy[at] ^= 0x01;
  return copy;
}
