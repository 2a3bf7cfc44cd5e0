import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../src/index.ts';
import { type NetworkEntry, NetworkMap } from '../src/network-map.ts';
import { NO_VALUE } from '../src/network-runs.ts';

function isWithin(address: Uint8Array, octets: Uint8Array, prefixLength: number): boolean {
  for (let bit = 0; bit < prefixLength; bit += 8) {
    const mask = prefixLength - bit >= 8 ? 0xff : 0xff << (8 - (prefixLength - bit));
    if (((address[bit >> 3]! ^ octets[bit >> 3]!) & mask) !== 0) return false;
  }
  return true;
}

/** The oracle: looks at every entry. */
function longest(entries: readonly NetworkEntry[], address: Uint8Array): number {
  let best = -1;
  let value = NO_VALUE;
  for (const { octets, prefixLength, value: own } of entries) {
    if (octets.length !== address.length || prefixLength < best) continue;
    if (!isWithin(address, octets, prefixLength)) continue;
    best = prefixLength;
    value = own;
  }
  return value;
}

/** Few bits vary, at both ends of the address, so that networks lie in each other. */
const network = (octetCount: 4 | 16) =>
  fc
    .record({ head: fc.nat(255), tail: fc.nat(255), prefixLength: fc.nat(octetCount * 8), value: fc.integer({ min: 1, max: 4 }) })
    .map(({ head, tail, prefixLength, value }): NetworkEntry => {
      const octets = new Uint8Array(octetCount);
      octets[0] = head & 0xe1;
      octets[octetCount - 1] = tail;
      if (octetCount === 16) octets[7] = head & 3;
      for (let bit = prefixLength; bit < octetCount * 8; bit++) octets[bit >> 3]! &= ~(0x80 >> (bit & 7));
      return { octets, prefixLength, value };
    });

function edgesOf({ octets, prefixLength }: { octets: Uint8Array; prefixLength: number }): [Uint8Array, Uint8Array] {
  const first = octets.slice();
  const last = octets.slice();
  for (let bit = prefixLength; bit < octets.length * 8; bit++) {
    first[bit >> 3]! &= ~(0x80 >> (bit & 7));
    last[bit >> 3]! |= 0x80 >> (bit & 7);
  }
  return [first, last];
}

function neighbour(octets: Uint8Array, by: 1 | -1): Uint8Array {
  const next = octets.slice();
  for (let i = next.length - 1; i >= 0; i--) {
    const sum = next[i]! + by;
    next[i] = sum;
    if (sum >= 0 && sum <= 255) break;
  }
  return next;
}

describe.each([
  [4, 4],
  [6, 16],
] as const)('IPv%i', (family, octetCount) => {
  test('the longest network decides; the prefix holds for all within, and one bit less would not', () => {
    fc.assert(
      fc.property(fc.array(network(octetCount), { maxLength: 12 }), (entries) => {
        const map = NetworkMap.of(entries);
        const addresses = entries.flatMap((entry) => edgesOf(entry).flatMap((edge) => [edge, neighbour(edge, 1), neighbour(edge, -1)]));
        addresses.push(new Uint8Array(octetCount), new Uint8Array(octetCount).fill(255));
        for (const address of addresses) {
          const value = map.find(address, family);
          const { prefixLength } = map;
          expect(value).toBe(longest(entries, address));
          for (const edge of edgesOf({ octets: address, prefixLength })) expect(longest(entries, edge)).toBe(value);
          const inside = addresses.filter((other) => isWithin(other, address, prefixLength));
          expect(inside.every((other) => longest(entries, other) === value)).toBe(true);
          if (prefixLength === 0) continue;
          // One bit less takes in an address of another value: an edge of an entry, or beside one.
          const wider = addresses.filter((other) => isWithin(other, address, prefixLength - 1));
          expect(wider.some((other) => longest(entries, other) !== value)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});

test.each([
  [4, 4, 32],
  [6, 16, 64],
  [6, 16, 128],
] as const)('IPv%i: thousands of networks in a few /16, to look up in parts; %i octets, down to /%i', (family, octetCount, mostBits) => {
  const random = seededRandom(octetCount + mostBits);
  const entries = Array.from({ length: 4000 }, (_, i): NetworkEntry => {
    const octets = Uint8Array.from({ length: octetCount }, () => random() >>> 24);
    octets.set([32, random() % 3]);
    const prefixLength = i % 50 === 0 ? 16 : 17 + (random() % (mostBits - 16));
    return { octets: edgesOf({ octets, prefixLength })[0], prefixLength, value: 1 + (random() % 4) };
  });
  const map = NetworkMap.of(entries);
  for (const entry of entries.slice(0, 400)) {
    for (const edge of edgesOf(entry).flatMap((own) => [own, neighbour(own, 1), neighbour(own, -1)])) {
      const value = map.find(edge, family);
      const { prefixLength } = map;
      expect(value).toBe(longest(entries, edge));
      for (const other of edgesOf({ octets: edge, prefixLength })) expect(longest(entries, other)).toBe(value);
    }
  }
});

test('of two entries of one network the later holds, and neighbours of one value are one run', () => {
  const octets = Uint8Array.of(192, 0, 2, 0);
  const map = NetworkMap.of([
    { octets, prefixLength: 25, value: 1 },
    { octets, prefixLength: 25, value: 2 },
    { octets: Uint8Array.of(192, 0, 2, 128), prefixLength: 25, value: 2 },
  ]);
  expect(map.find(Uint8Array.of(192, 0, 2, 200), 4)).toBe(2);
  expect(map.prefixLength).toBe(24);
  // Before it, it, behind it; and nothing for IPv6.
  expect(map.size).toBe(4);
});
