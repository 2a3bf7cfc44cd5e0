import { compareNames, formatName, parseName, SearchName } from '@dnsteer/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortCanonically } from '../src/canonical-order.ts';
import { ZoneBuilder, type ZoneImage } from '../src/index.ts';
import { ZoneStore } from '../src/zone-store.ts';
import { exampleZone, ownerText, searchName } from './zones.ts';

const label = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 5 }),
  // Octets that the sort key has to escape, that fold, and that come first and last.
  fc
    .array(fc.constantFrom(0, 1, 2, 0x2a, 0x41, 0x61, 0x5a, 0x7a, 0x5b, 0xff), { minLength: 1, maxLength: 6 })
    .map((octets) => Uint8Array.from(octets)),
);
const owner = fc
  .array(label, { minLength: 1, maxLength: 4 })
  .map((labels) => Uint8Array.from([...labels.flatMap((l) => [l.length, ...l]), 1, 0x7a, 0]));

function sortedNames(apex: Uint8Array, owners: readonly Uint8Array[]): Uint8Array[] {
  const store = new ZoneStore(apex);
  for (const name of owners) store.intern(name);
  return Array.from(sortCanonically(store.names), (name) => {
    const at = store.names.offset(name);
    return store.names.chunk(name).slice(at, at + store.names.length(name));
  });
}

test('RFC 4034 6.1: its example', () => {
  const names = [
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
  const sorted = sortedNames(
    parseName('example.'),
    names
      .slice(1)
      .reverse()
      .map((name) => parseName(name)),
  );
  expect(sorted.map((name) => formatName(name).toLowerCase())).toEqual(names.map((name) => name.toLowerCase()));
});

test('RFC 4034 6.1: nodes are in canonical order, whatever their labels hold', () => {
  fc.assert(
    fc.property(fc.array(owner, { minLength: 1, maxLength: 120 }), (owners) => {
      const sorted = sortedNames(Uint8Array.of(1, 0x7a, 0), owners);
      for (let i = 1; i < sorted.length; i++) expect(compareNames(sorted[i - 1]!, sorted[i]!)).toBeLessThan(0);
    }),
    { numRuns: 150 },
  );
});

test('thousands of names are sorted as few are', () => {
  const names = Array.from({ length: 3000 }, (_, i) => parseName(`host${(i * 7919) % 3000}.${i % 7}.example.`));
  const sorted = sortedNames(parseName('example.'), names);
  expect(sorted).toHaveLength(3008);
  expect(sorted).toEqual([...sorted].sort((a, b) => compareNames(a, b)));
});

function signedLike(owners: readonly string[]): ZoneImage {
  return exampleZone(['@', ...owners].map((name) => `${name} 60 NSEC example. NSEC`).join('\n')).build();
}

test('RFC 4035 3.1.3.2: the NSEC that matches or covers a name, empty non-terminals and glue passed over', () => {
  const image = exampleZone(`
@     60 NSEC b NS
b     60 NSEC a.ent NS
b     60 NS   ns.b
ns.b  60 A    192.0.2.1
ns.b  60 NSEC a.ent NSEC
a.ent 60 NSEC @ NSEC
`).build();
  const covering = (name: string) => ownerText(image, image.nsecAtOrBefore(searchName(name)));
  expect(covering('example.')).toBe('example.');
  expect(covering('a.example.')).toBe('example.');
  expect(covering('B.example.')).toBe('b.example.');
  expect(covering('c.example.')).toBe('b.example.');
  expect(covering('ent.example.')).toBe('b.example.');
  expect(covering('a.ent.example.')).toBe('a.ent.example.');
  expect(covering('zz.example.')).toBe('a.ent.example.');
});

test('RFC 4034 4.1.1: the owner found is the last one that does not sort after the name', () => {
  const owners = ['a', 'b.a', '*', '-', 'a.b.c', 'zz'];
  const image = signedLike(owners);
  const sorted = ['example.', ...owners.map((name) => `${name}.example.`)].sort((a, b) => compareNames(parseName(a), parseName(b)));
  const sname = new SearchName();
  fc.assert(
    fc.property(fc.array(fc.constantFrom('*', '-', 'a', 'b', 'c', 'zz', 'zzz', '!'), { maxLength: 4 }), (labels) => {
      const name = parseName([...labels, 'example.'].join('.'));
      sname.set(name);
      const expected = sorted.filter((other) => compareNames(parseName(other), name) <= 0).at(-1);
      expect(ownerText(image, image.nsecAtOrBefore(sname))).toBe(expected);
    }),
  );
});

test('a zone without NSEC has none before any name', () => {
  const builder = exampleZone('a 60 A 192.0.2.1');
  expect(builder).toBeInstanceOf(ZoneBuilder);
  expect(builder.build().nsecAtOrBefore(searchName('a.example.'))).toBe(-1);
});
