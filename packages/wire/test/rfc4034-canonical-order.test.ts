import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareNames, parseName } from '../src/index.ts';
import { octets } from './packets.ts';

const example = [
  'example.',
  'a.example.',
  'yljkjljk.a.example.',
  'Z.a.example.',
  'zABC.a.EXAMPLE.',
  'z.example.',
  '\\001.z.example.',
  '*.z.example.',
  '\\200.z.example.',
];

test('RFC 4034 6.1: the example sorts as it says', () => {
  const names = example.map((text) => parseName(text));
  for (const [i, a] of names.entries()) {
    for (const [j, b] of names.entries()) expect(Math.sign(compareNames(a, b))).toBe(Math.sign(i - j));
  }
});

test('RFC 4034 6.1: the absence of an octet sorts before a zero octet, and a name before those below it', () => {
  expect(compareNames(parseName('a.'), parseName('a\\000.'))).toBeLessThan(0);
  expect(compareNames(parseName('.'), parseName('\\000.'))).toBeLessThan(0);
  expect(compareNames(parseName('b.example.'), parseName('\\000.b.example.'))).toBeLessThan(0);
});

test('RFC 4034 6.1: octets compare as unsigned numbers, letters in lower case', () => {
  expect(compareNames(parseName('_.'), parseName('a.'))).toBeLessThan(0);
  expect(compareNames(parseName('_.'), parseName('A.'))).toBeLessThan(0);
  expect(compareNames(parseName('\\128.'), parseName('z.'))).toBeGreaterThan(0);
  expect(compareNames(parseName('ExAmPlE.'), parseName('eXaMpLe.'))).toBe(0);
});

test('the order is that of the labels from the right, in lower case', () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 3, max: 0x7a });
  const labels = fc.array(label, { maxLength: 4 });
  const lower = (octet: number) => (octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet);
  const wire = (name: Uint8Array[]) => octets('eeee', ...name.flatMap((one) => [one.length, one]), 0);
  const oracle = (a: Uint8Array[], b: Uint8Array[]): number => {
    for (let i = 1; i <= Math.min(a.length, b.length); i++) {
      const order = Buffer.compare(Buffer.from(a.at(-i)!.map(lower)), Buffer.from(b.at(-i)!.map(lower)));
      if (order !== 0) return order;
    }
    return Math.sign(a.length - b.length);
  };
  fc.assert(fc.property(labels, labels, (a, b) => Math.sign(compareNames(wire(a), wire(b), 2, 2)) === oracle(a, b)));
});
