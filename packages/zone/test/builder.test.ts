import { formatName, formatRdata, parseName, typeCode, typeText } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { EMPTY_NON_TERMINAL, HAS_DYNAMIC, ZoneImage } from '../src/index.ts';
import { exampleZone, findText, problemsOf, rdatasAt, rrsetText } from './zones.ts';

const SIGNATURE = (type: string, tag: number) => `60 RRSIG ${type} 13 2 60 20300101000000 20250101000000 ${tag} example. AAAA`;

test("RFC 4035 2.2, 2.3: rrsets() says what is the zone's own, in canonical order", () => {
  const builder = exampleZone(`
sub    60 NS    ns.sub
sub    60 DS    1 13 2 0011223344556677889900112233445566778899001122334455667788990011
sub    60 NSEC  @ NS
ns.sub 60 A     192.0.2.53
www    60 A     192.0.2.1
www    60 A     192.0.2.2
`);
  builder.addDynamic(parseName('dyn.www.example.'), [typeCode('AAAA')!], 4, 30);
  const sets = Array.from(builder.rrsets(), (set) => [
    formatName(set.owner),
    typeText(set.type),
    set.rdatas.length,
    set.isAuthoritative,
    set.isDelegation,
    set.isOccluded,
    set.dynamicId,
  ]);
  expect(sets).toEqual([
    ['example.', 'NS', 1, true, false, false, -1],
    ['example.', 'SOA', 1, true, false, false, -1],
    ['sub.example.', 'NS', 1, false, true, false, -1],
    ['sub.example.', 'DS', 1, true, true, false, -1],
    ['sub.example.', 'NSEC', 1, true, true, false, -1],
    ['ns.sub.example.', 'A', 1, false, false, true, -1],
    ['www.example.', 'A', 2, true, false, false, -1],
    ['dyn.www.example.', 'AAAA', 0, true, false, false, 4],
  ]);
});

test('dynamic types replace what the zone has of them, with their signatures, and leave the rest', () => {
  const builder = exampleZone(`www 60 A 192.0.2.1\nwww ${SIGNATURE('A', 1)}\nwww 60 TXT t\nonly 60 A 192.0.2.1`);
  builder.addDynamic(parseName('WWW.example.'), [28, 1], 7, 120);
  builder.addDynamic(parseName('www.example.'), [65], 8, 30);
  builder.addDynamic(parseName('new.ent.example.'), [1], 9, 10);
  builder.addDynamic(parseName('only.example.'), [1], 10, 10);
  const image = new ZoneImage(builder.build().shared);
  const www = image.findNode(parseName('www.example.'));
  expect(image.flags(www) & HAS_DYNAMIC).toBe(HAS_DYNAMIC);
  expect([1, 28, 65, 16, 2].map((type) => [image.dynamicId(www, type), image.dynamicMaxTtl(www, type)])).toEqual([
    [7, 120],
    [7, 120],
    [8, 30],
    [-1, -1],
    [-1, -1],
  ]);
  expect(Array.from({ length: image.dynamicsOf(www) }, (_, i) => image.dynamicType(www, i))).toEqual([1, 28, 65]);
  expect(image.rrsetsOf(www)).toBe(1);
  expect(rrsetText(image, 'www.example.', 'A')).toBeUndefined();
  expect(rrsetText(image, 'www.example.', 'TXT')).toBe('60 "t"');
  const created = image.findNode(parseName('new.ent.example.'));
  expect(image.flags(created)).toBe(HAS_DYNAMIC);
  expect(image.dynamicId(created, 1)).toBe(9);
  expect(image.flags(image.findNode(parseName('only.example.')))).toBe(HAS_DYNAMIC);
  expect(image.flags(image.findNode(parseName('ent.example.')))).toBe(EMPTY_NON_TERMINAL);
  expect(image.recordCount).toBe(3);
});

test('a dynamic wildcard is a wildcard', () => {
  const builder = exampleZone('');
  builder.addDynamic(parseName('*.shard.example.'), [1], 3, 30);
  const image = builder.build();
  expect(findText(image, 'x.shard.example.')['wildcard']).toBe('*.shard.example.');
  expect(image.dynamicId(image.findNode(parseName('*.shard.example.')), 1)).toBe(3);
});

test('a dynamic type twice at one owner is refused', () => {
  const builder = exampleZone('');
  builder.addDynamic(parseName('a.example.'), [1], 1, 60);
  expect(problemsOf(() => builder.addDynamic(parseName('a.example.'), [28, 1], 2, 60))).toMatchObject([{ code: 'ERR_ZONE_DYNAMIC_TYPE' }]);
  expect(builder.build().dynamicId(2, 28)).toBe(-1);
});

test('RFC 4034 3: RRSIGs are found by what they cover, and have its TTL', () => {
  const image = exampleZone(`
@   ${SIGNATURE('SOA', 1)}
a   60 TXT t
a   60 A   192.0.2.1
a   ${SIGNATURE('TXT', 2)}
a   ${SIGNATURE('A', 3)}
a   ${SIGNATURE('A', 4)}
a   ${SIGNATURE('A', 3)}
a   60 AAAA 2001:db8::1
`).build();
  const node = image.findNode(parseName('a.example.'));
  const rrsig = typeCode('RRSIG')!;
  const keyTags = (type: string) => {
    const rrset = image.rrset(node, typeCode(type)!);
    expect(image.rrsigTtl(rrset)).toBe(60);
    return rdatasAt(image, image.rrsigAt(rrset), image.rrsigCount(rrset)).map((rdata) => formatRdata(rrsig, rdata).split(' ')[6]);
  };
  expect(keyTags('A')).toEqual(['3', '4']);
  expect(keyTags('TXT')).toEqual(['2']);
  expect(keyTags('AAAA')).toEqual([]);
  expect(rrsetText(image, 'a.example.', 'A')).toBe('60 192.0.2.1');
  expect(image.rrset(node, rrsig)).toBe(-1);
  expect(image.rrsetsOf(node)).toBe(3);
  expect(image.isSigned).toBe(true);
  expect(image.recordCount).toBe(9);
});

test('an image can be made again after more was added', () => {
  const builder = exampleZone('b 60 A 192.0.2.1');
  const before = builder.build();
  builder.add(parseName('a.example.'), 1, 60, Uint8Array.of(192, 0, 2, 2));
  builder.add(parseName('b.example.'), 1, 30, Uint8Array.of(192, 0, 2, 3));
  const after = builder.build();
  expect(findText(before, 'a.example.')['status']).toBe('MISSING');
  expect(findText(after, 'a.example.')['status']).toBe('EXACT');
  expect(rrsetText(before, 'b.example.', 'A')).toBe('60 192.0.2.1');
  expect(rrsetText(after, 'b.example.', 'A')).toBe('30 192.0.2.1 | 192.0.2.3');
});

test('names and RDATA of every length find their place, over many chunks of the arena', () => {
  const texts = Array.from({ length: 60 }, (_, i) => `${'"' + 'x'.repeat(255) + '" '.repeat(1)}`.repeat(1 + i * 4));
  const image = exampleZone(texts.map((text, i) => `${'n'.repeat(1 + i)} 60 TXT ${i} ${text}`).join('\n')).build();
  for (let i = 0; i < texts.length; i++) {
    expect(rrsetText(image, `${'n'.repeat(1 + i)}.example.`, 'TXT')).toBe(`60 "${i}" ${texts[i]!.trim()}`);
  }
});
