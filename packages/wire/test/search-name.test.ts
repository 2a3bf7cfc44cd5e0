import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatName, hashName, parseName, SearchName } from '../src/index.ts';
import { octets } from './packets.ts';

test('RFC 1034 5.3.2: SNAME in lower case, with its labels and the hash of each suffix', () => {
  const name = new SearchName();
  expect(name.set(octets('ff', parseName('WWW.Example.COM.'), 'ff'), 1)).toBe(true);
  expect(formatName(name.octets)).toBe('www.example.com.');
  expect([name.length, name.labelCount]).toEqual([17, 3]);
  expect([...name.labelOffsets.slice(0, 4)]).toEqual([0, 4, 12, 16]);
  const suffixes = ['www.example.com.', 'example.com.', 'com.', '.'].map((text) => hashName(parseName(text)));
  expect([...name.suffixHashes.slice(0, 4)]).toEqual(suffixes);
});

test('a new SearchName is the root, and a malformed name makes it the root again', () => {
  const name = new SearchName();
  const root = { length: 1, labelCount: 0, hash: hashName(parseName('.')) };
  const state = () => ({ length: name.length, labelCount: name.labelCount, hash: name.suffixHashes[0] });
  expect(state()).toEqual(root);
  for (const bad of ['', '03777777', '0377777703', '40', '03777777c000', `${'3f'.padEnd(128, '61').repeat(4)}00`]) {
    name.set(parseName('a.b.'));
    expect(name.set(octets(bad))).toBe(false);
    expect(state()).toEqual(root);
    expect(name.octets[0]).toBe(0);
  }
});

test('a name has to end before `end`, its root octet too', () => {
  const name = new SearchName();
  const octetsOfName = parseName('a.b.');
  for (let end = 0; end < octetsOfName.length; end++) expect(name.set(octetsOfName, 0, end)).toBe(false);
  expect(name.set(octetsOfName, 0, octetsOfName.length)).toBe(true);
});

test('RFC 1035 3.1: 255 octets and 127 labels fit', () => {
  const name = new SearchName();
  expect(name.set(parseName('a.'.repeat(127)))).toBe(true);
  expect([name.length, name.labelCount]).toEqual([255, 127]);
  expect(name.set(octets('0161'.repeat(128), '00'))).toBe(false);
});

test('RFC 4343: the hash has no case', () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(label, { maxLength: 5 }), fc.infiniteStream(fc.boolean()), (labels, flips) => {
      const flip = (octet: number) => (/[a-z]/i.test(String.fromCharCode(octet)) && flips.next().value ? octet ^ 0x20 : octet);
      const wire = (change: (octet: number) => number) => octets(...labels.flatMap((one) => [one.length, one.map(change)]), 0);
      expect(hashName(wire(flip))).toBe(hashName(wire((octet) => octet)));
    }),
  );
});

test('where a label ends counts', () => {
  const hashes = ['ab.c.', 'a.bc.', 'abc.', 'a.b.c.', 'c.ab.', 'bc.a.'].map((text) => hashName(parseName(text)));
  expect(new Set(hashes).size).toBe(hashes.length);
});

/** Names as zones have them: numbered hosts, subdomains, reverse names, and labels that differ in one letter. */
function* zoneNames(): Generator<string> {
  for (let i = 0; i < 20_000; i++) {
    yield `host${i}.example.com.`;
    yield `${i}.customers.example.net.`;
    yield `www.shop${i}.example.`;
    yield `${i & 0xff}.${i >> 8}.2.10.in-addr.arpa.`;
    yield `${i.toString(36)}.cdn.example.org.`;
  }
}

const hashes = [...zoneNames()].map((text) => hashName(parseName(text)));

test('100,000 names: as many collisions as chance has, about 1.2', () => {
  expect(new Set(hashes).size).toBeGreaterThanOrEqual(hashes.length - 6);
});

test.each([
  ['lowest', (hash: number) => hash & 0xffff],
  ['highest', (hash: number) => hash >>> 16],
])('100,000 names over 65,536 slots by the %s bits: as even as chance', (_, slotOf) => {
  const slots = new Uint16Array(0x10000);
  for (const hash of hashes) slots[slotOf(hash)]++;
  const mean = hashes.length / slots.length;
  const chiSquare = slots.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
  // Chi square has a mean of 65,535 and a standard deviation of 362 here.
  expect(Math.abs(chiSquare - 0xffff)).toBeLessThan(4 * 362);
  expect(Math.max(...slots)).toBeLessThan(12);
});

test('each bit of a hash is set in half of the names', () => {
  for (let bit = 0; bit < 32; bit++) {
    const share = hashes.filter((hash) => (hash >>> bit) & 1).length / hashes.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.01);
  }
});
