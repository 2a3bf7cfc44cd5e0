import { readdirSync } from 'node:fs';
import { formatName, parseName, parseRdata, SearchName, TYPE, typeCode } from '@dnsteer/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Vectors } from '../../wire/test/vector.ts';
import { formatZone, parseZoneText, ZoneBuilder } from '../src/index.ts';
import { exampleZone } from './zones.ts';

const files = readdirSync(new URL('../../wire/test/vectors', import.meta.url)).map((file) => file.replace('.ts', ''));
const everyType: Vectors[] = await Promise.all(
  files.map(async (file) => ((await import(`../../wire/test/vectors/${file}.ts`)) as { vectors: Vectors }).vectors),
);

const textOf = (zone: ZoneBuilder): string => [...formatZone(zone)].join('');
/** All that a builder hands out, octets as numbers. */
/** All of a zone; records of an RRset are a set. */
const contentOf = (zone: ZoneBuilder): unknown => [
  structuredClone(zone.apex),
  ...[...zone.rrsets()].map((rrset) => ({ ...structuredClone(rrset), rdatas: asSet(rrset.rdatas), rrsigs: asSet(rrset.rrsigs) })),
];
const asSet = (rdatas: readonly Uint8Array[]) => rdatas.map((rdata) => Buffer.from(rdata).toString('hex')).sort();

test('RFC 4034 6.3: records of an RRset are written by their canonical RDATA, whatever the order that they came in', () => {
  const records = ['www 60 A 192.0.2.10', 'www 60 A 192.0.2.9', 'm 60 MX 10 B', 'm 60 MX 10 a', 'm 60 MX 9 z'];
  const text = textOf(exampleZone(records.join('\n')));
  expect(text).toBe(textOf(exampleZone([...records].reverse().join('\n'))));
  expect(text.match(/(?:A|MX) +(?:192.*|\d+ .*)$/gm)?.map((line) => line.replace(/ +/, ' '))).toEqual([
    'MX 9 z.example.',
    'MX 10 a.example.',
    'MX 10 B.example.',
    'A 192.0.2.9',
    'A 192.0.2.10',
  ]);
});

test('an RDATA without text leaves no blanks behind', () => {
  expect(textOf(exampleZone('apl 60 APL'))).toMatch(/ APL$/m);
});

test('a zone is written in canonical order with its SOA first, readable and a record a line', () => {
  const zone = exampleZone(`www 60 A 192.0.2.1
www 60 A 192.0.2.2
@ 60 A 192.0.2.3
a.www.sub 300 TXT "x y" z
*.w 2147483647 CNAME www
${'a-long-name'.repeat(3)} 60 MX 10 @
@ 60 RRSIG SOA 13 1 3600 20300101000000 20250101000000 1 @ AAAA
www 60 RRSIG A 13 2 60 20300101000000 20250101000000 1 @ BBBB
www 60 NSEC @ A RRSIG
u 60 TYPE65400 \\# 2 abcd
`);
  expect(textOf(zone)).toBe(`$ORIGIN example.
@                          3600 IN SOA    ns1.example.net. admin.example.net. 2024 7200 900 1209600 300
@                          3600 IN RRSIG  SOA 13 1 3600 20300101000000 20250101000000 1 example. AAAA
@                            60 IN A      192.0.2.3
@                          3600 IN NS     ns1.example.net.
a-long-namea-long-namea-long-name      60 IN MX     10 example.
a.www.sub                   300 IN TXT    "x y" "z"
u                            60 IN TYPE65400 \\# 2 ABCD
*.w                     2147483647 IN CNAME  www.example.
www                          60 IN A      192.0.2.1
www                          60 IN A      192.0.2.2
www                          60 IN RRSIG  A 13 2 60 20300101000000 20250101000000 1 example. BBBB
www                          60 IN NSEC   example. A RRSIG
`);
});

test('RFC 3597 5: types that others do not know are written in octets when asked for', () => {
  const zone = exampleZone('a 60 A 192.0.2.1\na 60 TXT x\nb 60 TYPE65400 \\# 0');
  const lines = [...formatZone(zone, { genericTypes: new Set([TYPE.A, 65400]) })];
  expect(lines.slice(3)).toEqual([
    'a                            60 IN TYPE1 \\# 4 c0000201\n',
    'a                            60 IN TXT    "x"\n',
    'b                            60 IN TYPE65400 \\# 0\n',
  ]);
  expect(contentOf(parseZoneText(lines.join(''), { origin: 'example.' }))).toEqual(contentOf(zone));
});

test('what is chosen at query time is a comment', () => {
  const zone = exampleZone('a 60 TXT x');
  zone.addDynamic(parseName('a.example.'), [TYPE.A, TYPE.AAAA], 1, 30);
  zone.addDynamic(parseName('example.'), [TYPE.A], 2, 30);
  const text = textOf(zone);
  expect(text).toContain(
    '\na                            60 IN TXT    "x"\n; a                            30 IN A is chosen at query time\n',
  );
  expect(text).toContain('; @                            30 IN A is chosen at query time\n');
  expect(contentOf(parseZoneText(text, { origin: 'example.' }))).toEqual(contentOf(exampleZone('a 60 TXT x')));
});

test('lines are made as they are asked for', () => {
  let asked = 0;
  const zone = exampleZone('');
  const lines = formatZone({
    apex: zone.apex,
    *rrsets() {
      for (const rrset of zone.rrsets()) yield rrset;
      for (const rrset of exampleZone('$GENERATE 1-9 a$ 60 TXT x').rrsets()) {
        if (rrset.owner.length === zone.apex.length) continue;
        asked++;
        yield rrset;
      }
    },
  });
  for (let i = 0; i < 4; i++) lines.next();
  expect(asked).toBe(1);
});

test('a zone without records, and the root zone', () => {
  expect(textOf(new ZoneBuilder(parseName('a.example.')))).toBe('$ORIGIN a.example.\n');
  const root = parseZoneText('. 60 SOA a. b. 1 2 3 4 5\n. 60 NS a.\norg. 60 NS a.org.\na.org. 60 A 192.0.2.1\n', { origin: '.' });
  const text = textOf(root);
  expect(text).toMatch(/^\$ORIGIN \.\n@ .*\n@ .*\norg {3}.*\na\.org .*\n$/);
  expect(contentOf(parseZoneText(text, { origin: '.' }))).toEqual(contentOf(root));
});

test('an owner keeps its case, and the case that the apex has in it', () => {
  const zone = exampleZone('WwW 60 A 192.0.2.1\nb.EXAMPLE. 60 A 192.0.2.1');
  const owners = [...parseZoneText(textOf(zone), { origin: 'example.' }).rrsets()].map(({ owner }) => formatName(owner));
  expect(owners).toContain('WwW.example.');
  expect(owners).toContain('b.EXAMPLE.');
});

test.each(everyType)('every $type of the vectors is written so that it is read back', ({ type, good }) => {
  const code = typeCode(type)!;
  const zone = exampleZone('');
  for (const [i, { hex }] of good.entries()) {
    const owner = parseName(code === TYPE.SOA ? 'example.' : `v${i}.example.`);
    // What an RRSIG covers has to be there.
    const rdata = Uint8Array.from(Buffer.from(hex, 'hex'));
    if (code === TYPE.RRSIG)
      zone.add(
        owner,
        (rdata[0] << 8) | rdata[1],
        60,
        parseRdata((rdata[0] << 8) | rdata[1], [
          { text: '\\#', quoted: false },
          { text: '4', quoted: false },
          { text: 'c0000201', quoted: false },
        ]),
      );
    if (code !== TYPE.SOA) zone.add(owner, code, 60, rdata);
  }
  expect(contentOf(parseZoneText(textOf(zone), { origin: 'example.' }))).toEqual(contentOf(zone));
});

const label = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...['a', 'b', 'WWW', '*', '@', '$', '#', '\\', '"', ';', '(', ' ', '.', '\t', 'IN', 'A', '60'].map((text) => Buffer.from(text)),
    ),
  },
  fc.uint8Array({ minLength: 1, maxLength: 63 }),
);
const name = (apex: Uint8Array) =>
  fc
    .array(label, { maxLength: 5 })
    .map((labels) => Uint8Array.from([...labels.flatMap((octets) => [octets.length, ...octets]), ...apex]))
    .filter((octets) => octets.length <= 255);
const characterString = fc.uint8Array({ maxLength: 255 }).map((octets) => [octets.length, ...octets]);
const rdataOf = (type: number): fc.Arbitrary<Uint8Array> => {
  if (type === TYPE.A) return fc.uint8Array({ minLength: 4, maxLength: 4 });
  if (type === TYPE.TXT) return fc.array(characterString, { minLength: 1, maxLength: 3 }).map((strings) => Uint8Array.from(strings.flat()));
  if (type === TYPE.MX) return name(Uint8Array.of(0)).map((exchange) => Uint8Array.from([0, 10, ...exchange]));
  if (type === TYPE.CAA) return fc.uint8Array({ maxLength: 40 }).map((value) => Uint8Array.from([0, 5, ...Buffer.from('issue'), ...value]));
  return fc.uint8Array({ maxLength: 300 });
};
const APEX = parseName('example.');
const record = fc
  .constantFrom(TYPE.A, TYPE.TXT, TYPE.MX, TYPE.CAA, 65400)
  .chain((type) => fc.record({ owner: name(APEX), type: fc.constant(type), ttlSeconds: fc.nat(2 ** 31 - 1), rdata: rdataOf(type) }));

test('any zone is read back as it was written', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 20 }), (records) => {
      const zone = exampleZone('');
      const sname = new SearchName();
      for (const { owner, type, ttlSeconds, rdata } of records) {
        if (sname.set(owner)) zone.add(owner, type, ttlSeconds, rdata);
      }
      const text = textOf(zone);
      expect(text).toMatch(/^[\n\x20-\x7e]*$/);
      expect(contentOf(parseZoneText(text, { origin: 'example.' }))).toEqual(contentOf(zone));
    }),
    { numRuns: 200 },
  );
});
