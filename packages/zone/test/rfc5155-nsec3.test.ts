import { createHash } from 'node:crypto';
import { lowerCaseName, nameLength, parseName } from '@dnsteer/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MISSING, type ZoneImage, ZoneMatch } from '../src/index.ts';
import { Nsec3Hash } from '../src/nsec3-hash.ts';
import { exampleZone, findText, ownerText, problemsOf, rrsetText, searchName, zoneLines } from './zones.ts';

const DIGITS = '0123456789abcdefghijklmnopqrstuv';

/** RFC 4648 7, without padding: 20 octets are 32 digits. */
function base32hex(hash: Uint8Array): string {
  const bits = [...hash].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{5}/g, (five) => DIGITS[Number.parseInt(five, 2)]!);
}

function ownHash(name: string, iterations: number, salt: string): string {
  const hasher = new Nsec3Hash(iterations, Buffer.from(salt, 'hex'));
  hasher.set(parseName(name), 0, false);
  const octets = Buffer.alloc(20);
  for (const [i, word] of hasher.hash.entries()) octets.writeInt32BE(word, 4 * i);
  return base32hex(octets);
}

/** RFC 5155 5, word by word. */
function otherHash(name: Uint8Array, iterations: number, salt: Uint8Array): string {
  let hash = createHash('sha1').update(lowerCaseName(name)).update(salt).digest();
  for (let k = 0; k < iterations; k++) hash = createHash('sha1').update(hash).update(salt).digest();
  return base32hex(hash);
}

// RFC 5155 appendix A.
test.each([
  ['example.', '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom'],
  ['a.example.', '35mthgpgcu1qg68fab165klnsnk3dpvl'],
  ['ai.example.', 'gjeqe526plbf1g8mklp59enfd789njgi'],
  ['NS1.Example.', '2t7b4g4vsa5smi47k61mv5bv1a22bojr'],
  ['ns2.example.', 'q04jkcevqvmu85r014c7dkba38o0ji5r'],
  ['w.example.', 'k8udemvp1j2f7eg6jebps17vp3n8i58h'],
  ['*.w.example.', 'r53bq7cc2uvmubfu5ocmm6pers9tk9en'],
  ['x.w.example.', 'b4um86eghhds6nea196smvmlo4ors995'],
  ['y.w.example.', 'ji6neoaepv8b5o6k4ev33abha8ht9fgc'],
  ['x.y.w.example.', '2vptu5timamqttgl4luu9kg21e0aor3s'],
  ['xx.example.', 't644ebqk9bibcna874givr6joj62mlhv'],
  ['2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.', 'kohar7mbb8dc2ce8a9qvl8hon4k53uhi'],
])('RFC 5155 appendix A: the hash of %s', (name, hash) => {
  expect(ownHash(name, 12, 'aabbccdd')).toBe(hash);
});

test('RFC 5155 5: names and salts of all lengths, as OpenSSL hashes them', () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 63 });
  const name = fc
    .array(label, { maxLength: 8 })
    .map((labels) => Uint8Array.from([...labels.flatMap((octets) => [octets.length, ...octets]), 0]))
    .filter((octets) => octets.length <= 255);
  fc.assert(
    fc.property(
      name,
      fc.uint8Array({ maxLength: 255 }),
      fc.integer({ min: 0, max: 4 }),
      fc.boolean(),
      (octets, salt, iterations, wildcard) => {
        const hasher = new Nsec3Hash(iterations, salt);
        hasher.set(Uint8Array.from([0xff, ...octets, 0xff]), 1, wildcard);
        const hash = Buffer.alloc(20);
        for (const [i, word] of hasher.hash.entries()) hash.writeInt32BE(word, 4 * i);
        expect(base32hex(hash)).toBe(otherHash(Uint8Array.from(wildcard ? [1, 0x2a, ...octets] : octets), iterations, salt));
      },
    ),
  );
});

test('RFC 5155 5: an owner of 255 octets', () => {
  const name = `${`${'a'.repeat(63)}.`.repeat(3)}${'a'.repeat(61)}.`;
  expect(nameLength(parseName(name))).toBe(255);
  expect(ownHash(name, 1, 'ff'.repeat(255))).toBe(otherHash(parseName(name), 1, Buffer.alloc(255, 0xff)));
});

/** Adds the NSEC3 chain of these names; `flags` 1 is opt-out. */
function chainOf(names: readonly string[], iterations: number, salt: string, flags = 0): string {
  const hashes = names.map((name) => ownHash(name, iterations, salt)).sort();
  const text = salt === '' ? '-' : salt;
  return hashes.map((hash, i) => `${hash} 300 NSEC3 1 ${flags} ${iterations} ${text} ${hashes[(i + 1) % hashes.length]} A`).join('\n');
}

const NAMES = ['example.', 'a.example.', '*.w.example.', 'w.example.', 'x.y.example.', 'y.example.', 'd.example.'];
const RECORDS = 'a 60 A 192.0.2.1\n*.w 60 A 192.0.2.1\nx.y 60 A 192.0.2.1\nd 60 NS ns.d\nns.d 60 A 192.0.2.1';
const PARAM = '@ 0 NSEC3PARAM 1 0 2 ab';
const zone = exampleZone(`${PARAM}\n${RECORDS}\n${chainOf(NAMES, 2, 'ab')}`);

/** Owners of the NSEC3 rows of the chain, as they lie. */
const rowsOf = (image: ZoneImage) => Array.from({ length: image.nsec3Count }, (_, row) => formatRow(image, row));
const formatRow = (image: ZoneImage, row: number) => {
  const at = image.nsec3OwnerAt(row);
  return Buffer.from(image.octets.slice(at + 1, at + 33))
    .toString('latin1')
    .toLowerCase();
};
const nodeOf = (image: ZoneImage, name: string) => image.findNode(parseName(name));

describe('RFC 5155 7.2.8: the owners of NSEC3 records are no names of the zone', () => {
  const image = zone.build();
  const [hash] = rowsOf(image);

  test('they are not found, and neither are names below them', () => {
    expect(findText(image, `${hash}.example.`)).toEqual({ status: 'MISSING', closestEncloser: 'example.', labels: 1 });
    expect(findText(image, `x.${hash}.example.`)).toEqual({ status: 'MISSING', closestEncloser: 'example.', labels: 1 });
    expect(nodeOf(image, `${hash}.example.`)).toBe(-1);
    expect(image.nodeCount).toBe(8);
  });

  test('the zone is written with them', () => {
    expect(zoneLines(zone).filter((line) => line.includes(' NSEC3 '))).toHaveLength(NAMES.length);
    expect(image.recordCount).toBe(2 + 1 + 5 + NAMES.length);
  });

  test('one that has other records, or names below it, is there for those', () => {
    const more = exampleZone(`${PARAM}\n${RECORDS}\n${chainOf(NAMES, 2, 'ab')}\n${hash} 60 A 192.0.2.9`).build();
    expect(rrsetText(more, `${hash}.example.`, 'A')).toBe('60 192.0.2.9');
    expect(rrsetText(more, `${hash}.example.`, 'NSEC3')).toBeUndefined();
    expect(more.nsec3Count).toBe(NAMES.length);
    const below = exampleZone(`${PARAM}\n${RECORDS}\n${chainOf(NAMES, 2, 'ab')}\nx.${hash} 60 A 192.0.2.9`).build();
    expect(findText(below, `${hash}.example.`)).toMatchObject({ status: 'EXACT' });
  });

  test('an NSEC3 at a wildcard makes no source of synthesis, and one further down no empty non-terminal', () => {
    const odd = exampleZone(`*.e 60 NSEC3 1 0 2 ab ${hash} A\n${hash}.f 60 NSEC3 1 0 2 ab ${hash} A`).build();
    expect(findText(odd, 'x.e.example.')).toEqual({ status: 'MISSING', closestEncloser: 'example.', labels: 1 });
    expect(findText(odd, 'f.example.')).toEqual({ status: 'MISSING', closestEncloser: 'example.', labels: 1 });
    expect(odd.hasNsec3).toBe(false);
    expect(odd.nsec3Count).toBe(2);
  });
});

describe('RFC 5155 1.3: the NSEC3 that matches or covers', () => {
  const image = zone.build();
  const hashes = NAMES.map((name) => ownHash(name, 2, 'ab')).sort();
  const covering = (name: string) => hashes.filter((hash) => hash < ownHash(name, 2, 'ab')).at(-1) ?? hashes.at(-1);

  test('rows lie in the order of their hashes, with their RRsets', () => {
    expect(rowsOf(image)).toEqual(hashes);
    expect(image.rrsetTtl(image.nsec3Rrset(0))).toBe(300);
    expect(image.rrsetCount(image.nsec3Rrset(NAMES.length - 1))).toBe(1);
  });

  test.each(NAMES)('%s has its own', (name) => {
    expect(formatRow(image, image.nsec3Of(nodeOf(image, name)))).toBe(ownHash(name, 2, 'ab'));
  });

  test('names that do not exist are covered', () => {
    // Enough of them that some lie before the first hash, and behind the last.
    for (let i = 0; i < 200; i++) {
      const row = image.nsec3Covering(searchName(`n${i}.example.`), 0);
      expect(formatRow(image, row)).toBe(covering(`n${i}.example.`));
    }
    expect(formatRow(image, image.nsec3Covering(searchName('z.n.example.'), 1))).toBe(covering('n.example.'));
    expect(formatRow(image, image.nsec3CoveringWildcard(nodeOf(image, 'a.example.')))).toBe(covering('*.a.example.'));
  });

  test('RFC 5155 7.2.9: a name that does not exist and has an NSEC3 can not be covered', () => {
    const stale = exampleZone(`${PARAM}\n${RECORDS}\n${chainOf([...NAMES, 'gone.example.'], 2, 'ab')}`).build();
    expect(stale.nsec3Covering(searchName('gone.example.'), 0)).toBe(-1);
  });

  test('RFC 5155 7.1: a node that was opted out of has none, and is covered', () => {
    const opted = NAMES.filter((name) => name !== 'd.example.');
    const out = exampleZone(`${PARAM}\n${RECORDS}\n${chainOf(opted, 2, 'ab', 1)}`).build();
    const node = nodeOf(out, 'd.example.');
    expect(out.nsec3Of(node)).toBe(-1);
    const before = opted.map((name) => ownHash(name, 2, 'ab')).sort();
    expect(formatRow(out, out.nsec3CoveringNode(node))).toBe(
      before.filter((hash) => hash < ownHash('d.example.', 2, 'ab')).at(-1) ?? before.at(-1),
    );
  });

  test('owner names in upper case are the same', () => {
    const upper = exampleZone(`${PARAM}\n${RECORDS}\n${chainOf(NAMES, 2, 'ab').replace(/^\S+/gm, (hash) => hash.toUpperCase())}`).build();
    expect(rowsOf(upper)).toEqual(hashes);
  });
});

test('RFC 5155 10.3: more than 2500 iterations are refused at the line of the NSEC3PARAM', () => {
  expect(exampleZone('@ 0 NSEC3PARAM 1 0 2500 ab').check()).toEqual([]);
  expect(problemsOf(() => exampleZone('@ 0 NSEC3PARAM 1 0 2501 ab'))).toMatchObject([
    { code: 'ERR_ZONE_NSEC3_ITERATIONS', line: 3, message: 'expected at most 2500 iterations of NSEC3, found 2501' },
  ]);
});

describe('RFC 5155 4: which chain', () => {
  const build = (records: string) => exampleZone(`${RECORDS}\n${records}`).build();
  const matched = (image: ZoneImage) => (image.hasNsec3 ? formatRow(image, image.nsec3Of(0)) : undefined);
  const chain = chainOf(NAMES, 2, 'ab');

  test('RFC 5155 7.3: none without NSEC3PARAM', () => {
    expect(matched(build(chain))).toBeUndefined();
  });

  test('none where NSEC3PARAM has other parameters', () => {
    expect(matched(build(`@ 0 NSEC3PARAM 1 0 3 ab\n${chain}`))).toBeUndefined();
    expect(matched(build(`@ 0 NSEC3PARAM 1 0 2 -\n${chain}`))).toBeUndefined();
    expect(matched(build(`@ 0 NSEC3PARAM 1 0 2 abab\n${chain}`))).toBeUndefined();
  });

  test('RFC 5155 4.1.2: NSEC3PARAM with flags or another hash is not for servers', () => {
    expect(matched(build(`@ 0 NSEC3PARAM 1 1 2 ab\n${chain}`))).toBeUndefined();
    expect(matched(build(`@ 0 NSEC3PARAM 2 0 2 ab\n${chain}`))).toBeUndefined();
  });

  test('a chain without the apex is none', () => {
    expect(matched(build(`${PARAM}\n${chainOf(NAMES.slice(1), 2, 'ab')}`))).toBeUndefined();
  });

  test('of two chains, the one of NSEC3PARAM', () => {
    const image = build(`${PARAM}\n${chain}\n${chainOf(NAMES, 0, 'cd')}`);
    expect(matched(image)).toBe(ownHash('example.', 2, 'ab'));
    expect(image.nsec3Count).toBe(2 * NAMES.length);
    for (let i = 0; i < 50; i++) expect(image.nsec3Covering(searchName(`n${i}.example.`), 0)).toBeLessThan(NAMES.length);
  });

  test('of two chains with NSEC3PARAM, the one that hashes less', () => {
    expect(matched(build(`${PARAM}\n@ 0 NSEC3PARAM 1 0 0 cd\n${chain}\n${chainOf(NAMES, 0, 'cd')}`))).toBe(ownHash('example.', 0, 'cd'));
  });

  test('labels that are no hash are in no chain', () => {
    const image = build(
      `${PARAM}\n${chain}\nfoo 60 NSEC3 1 0 2 ab ${ownHash('example.', 2, 'ab')} A\n${'w'.repeat(32)} 60 NSEC3 1 0 2 ab ${ownHash('example.', 2, 'ab')} A`,
    );
    expect(image.nsec3Count).toBe(NAMES.length + 2);
    expect(rowsOf(image).slice(0, NAMES.length)).toEqual(NAMES.map((name) => ownHash(name, 2, 'ab')).sort());
  });
});

test('an image with NSEC3 in a used slab is the same, and takes no more of it than it says', () => {
  const rrsig = 'RRSIG NSEC3 13 2 300 20300101000000 20200101000000 1 example. AAAA';
  const signed = exampleZone(`${PARAM}\n${RECORDS}\n${chainOf(NAMES, 2, 'ab')}\n${ownHash('a.example.', 2, 'ab')} 300 ${rrsig}`);
  const used = new SharedArrayBuffer(1 << 14);
  new Uint8Array(used).fill(0x55);
  const [clean, reused] = [signed.build(), signed.build(() => used)];
  expect(clean.octets.length).toBe(reused.imageOctets);
  expect(reused.octets.subarray(reused.imageOctets).every((octet) => octet === 0x55)).toBe(true);
  const proofs = (image: ZoneImage) => [
    ...rowsOf(image),
    ...NAMES.map((name) => image.nsec3Of(nodeOf(image, name))),
    ...NAMES.map((_, row) => image.rrsigCount(image.nsec3Rrset(row))),
    ...NAMES.map((name) => image.nsec3Covering(searchName(`no.${name}`), 0)),
  ];
  expect(proofs(reused)).toEqual(proofs(clean));
  expect(proofs(clean)).toContain(1);
});

test('find and the proofs agree in random zones: what is missing is covered, what is there matches', () => {
  const label = fc.constantFrom('a', 'b', 'c', '*', 'x');
  const owner = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => `${labels.join('.')}.example.`);
  fc.assert(
    fc.property(fc.array(owner, { minLength: 1, maxLength: 8 }), fc.array(owner, { maxLength: 10 }), (owners, others) => {
      const all = new Set(['example.']);
      for (const name of owners) for (let at = name; at !== 'example.'; at = at.slice(at.indexOf('.') + 1)) all.add(at);
      const image = exampleZone(
        `${PARAM}\n${owners.map((name) => `${name} 60 A 192.0.2.1`).join('\n')}\n${chainOf([...all], 2, 'ab')}`,
      ).build();
      const match = new ZoneMatch();
      for (const name of [...owners, ...others]) {
        const sname = searchName(name);
        if (image.find(sname, match) === MISSING) {
          const nextCloser = sname.labelCount - match.closestEncloserLabels - 1;
          expect(image.nsec3Covering(sname, nextCloser)).toBeGreaterThanOrEqual(0);
          expect(image.nsec3Of(match.closestEncloser)).toBeGreaterThanOrEqual(0);
        } else {
          expect(formatRow(image, image.nsec3Of(match.node))).toBe(ownHash(ownerText(image, match.node), 2, 'ab'));
        }
      }
    }),
    { numRuns: 100 },
  );
});
