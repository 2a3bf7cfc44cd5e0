import { createWriteStream, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseName, TYPE, typeCode } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { needing, run } from '../../../../tooling/testkit/index.ts';
import type { Vectors } from '../../../wire/test/vector.ts';
import { formatZone, parseZoneText, readZoneFile, type ZoneBuilder } from '../../src/index.ts';
import { inZoneFolder, type Reading, readByBind, readByKnot, recordsIn } from './peers.ts';

const files = readdirSync(new URL('../../../wire/test/vectors', import.meta.url)).map((file) => file.replace('.ts', ''));
const everyType: Vectors[] = await Promise.all(
  files.map(async (file) => ((await import(`../../../wire/test/vectors/${file}.ts`)) as { vectors: Vectors }).vectors),
);

function zoneOf(origin: string, text = ''): ZoneBuilder {
  return parseZoneText(`@ 3600 SOA ns.test. h.test. 1 2 3 4 5\n@ 3600 NS ns.test.\n${text}\n`, { origin });
}

/** Types that Knot 3.2 has no text for. */
const NOT_IN_KNOT = new Set(
  'AMTRELAY AVC DLV DOA DSYNC GPOS HIP ISDN MB MD MF MG MR NSAP-PTR NSAP NULL PX RESINFO SIG TA WALLET X25'.split(' '),
);
/** Words that are younger than BIND 9.18 and Knot 3.2. */
const YOUNG_WORDS = /\b(dohpath|ohttp|tls-supported-groups|docpath|NXNAME)\b/;
/** What a peer takes in no form, or can't write itself, so that there is nothing to compare. */
const STRANGE: readonly { peer: 'BIND' | 'Knot'; type: string; hex: RegExp; why: string }[] = [
  { peer: 'BIND', type: 'MD', hex: /^/, why: 'obsolete (RFC 973)' },
  { peer: 'BIND', type: 'MF', hex: /^/, why: 'obsolete (RFC 973)' },
  { peer: 'BIND', type: 'GPOS', hex: /^016101620163$/, why: 'written as text, which is then none' },
  { peer: 'BIND', type: 'SIG', hex: /^0000/, why: 'a zone with old DNSSEC records loses some' },
  { peer: 'Knot', type: 'APL', hex: /^0003/, why: 'an address family that is none' },
  { peer: 'Knot', type: 'LOC', hex: /^01/, why: 'a version of LOC that is not known' },
  { peer: 'Knot', type: 'KEY', hex: /^c000/, why: 'a KEY without key' },
  { peer: 'Knot', type: 'NAPTR', hex: /016100$/, why: 'a regular expression that is none' },
  { peer: 'Knot', type: 'NSEC3', hex: /^0600ff/, why: 'a hash of no octets' },
];

interface TypeCase {
  mnemonic: string;
  hex: string;
  isInBind: boolean;
  isGeneric: boolean;
  /** In the type's own text. */
  hasYoungWords: boolean;
  origin: string;
  zone: ZoneBuilder;
  text: string;
}

/** Each vector of each type in a zone of its own, in both forms. */
const typeCases: TypeCase[] = everyType.flatMap(({ type: mnemonic, good }) =>
  good.flatMap(({ hex, notInBind }, i) =>
    [false, true].map((isGeneric) => {
      const type = typeCode(mnemonic)!;
      const origin = `v${i}.${mnemonic.toLowerCase()}.${isGeneric ? 'generic' : 'own'}`;
      const zone = zoneOf(origin);
      const owner = parseName(`a.${origin}`);
      const rdata = Uint8Array.from(Buffer.from(hex, 'hex'));
      if (type === TYPE.RRSIG) {
        // It needs what it covers, which in these vectors may be anything, and has the TTL that it says.
        rdata.set([0, TYPE.A]);
        zone.add(owner, TYPE.A, Buffer.from(rdata).readUInt32BE(4), Uint8Array.of(192, 0, 2, 1));
      }
      if (type !== TYPE.SOA) zone.add(owner, type, 60, rdata);
      const hasYoungWords = YOUNG_WORDS.test([...formatZone(zone)].join(''));
      const text = [...formatZone(zone, { genericTypes: new Set(isGeneric ? [type] : []) })].join('');
      return { mnemonic, hex, isInBind: notInBind === undefined, isGeneric, hasYoungWords, origin, zone, text };
    }),
  ),
);

const oddOctets = Array.from({ length: 256 }, (_, octet) => `\\${String(octet).padStart(3, '0')}x${octet}`);
const oddZone = zoneOf(
  'odd.test',
  `${oddOctets.map((label) => `${label} 60 CNAME ${label}.a\n${label}.b 60 TXT "${label}" ${label}\n`).join('')}
* 60 A 192.0.2.1
*.*.c 60 MX 10 *
\\@ 60 A 192.0.2.2
IN 60 A 192.0.2.3
60 60 A 192.0.2.4
TXT 60 A 192.0.2.5
\\# 60 PTR \\#.
UPPER 0 TXT ""
d.e.f.g 2147483647 AAAA ::
${'l'.repeat(63)}.${'m'.repeat(63)}.${'n'.repeat(63)} 60 NS ${'o'.repeat(63)}
u 60 TYPE65400 \\# 0
u 60 TYPE65401 \\# 3 abcdef
large 60 TXT ${`"${'x y;'.repeat(60)}" `.repeat(200)}`,
);

needing(['named-checkzone', 'knotd', 'dnssec-verify'], 'what formatZone writes is read by BIND and Knot', () => {
  const agree = (peer: string, reading: Reading | undefined, zone: ZoneBuilder, text: string): void =>
    expect.soft(reading?.records, `${peer}: ${text.slice(0, 1000)}\n${reading?.log}`).toEqual(recordsIn(zone));

  const compare = async (origin: string, zone: ZoneBuilder, more?: (directory: string) => Promise<void>): Promise<void> => {
    const text = [...formatZone(zone)].join('');
    await inZoneFolder([{ origin, text }], async (directory) => {
      agree('BIND', (await readByBind([{ origin, text }], directory)).get(origin), zone, text);
      agree('Knot', (await readByKnot([{ origin, text }], directory)).get(origin), zone, text);
      await more?.(directory);
    });
  };

  test("every type with all of the codec's vectors, in its own text and in that of RFC 3597 5", async () => {
    await inZoneFolder(typeCases, async (directory) => {
      const isStrange = (peer: string, { mnemonic, hex }: TypeCase): boolean =>
        STRANGE.some((strange) => strange.peer === peer && strange.type === mnemonic && strange.hex.test(hex));
      // Starting BIND takes a while, so it gets one form of each.
      const forBind = typeCases.filter((one) => one.isInBind && one.isGeneric === one.hasYoungWords && !isStrange('BIND', one));
      const bind = await readByBind(forBind, directory);
      for (const { origin, zone, text } of forBind) agree('BIND', bind.get(origin), zone, text);

      const forKnot = typeCases.filter((one) => !isStrange('Knot', one));
      const knot = await readByKnot(forKnot, directory);
      for (const { mnemonic, isGeneric, hasYoungWords, origin, zone, text } of forKnot) {
        if (isGeneric || !(hasYoungWords || NOT_IN_KNOT.has(mnemonic))) agree('Knot', knot.get(origin), zone, text);
        else expect.soft(knot.get(origin)?.records, `Knot has learnt ${mnemonic}`).toBeUndefined();
      }
      expect(forBind.length).toBeGreaterThan(100);
      expect(forKnot.length).toBeGreaterThan(200);
    });
  });

  test('RFC 2181 11: labels and strings with every octet, wildcards, long names and names that look like something else', async () => {
    expect(recordsIn(oddZone).length).toBeGreaterThan(520);
    await compare('odd.test', oddZone);
  });

  test.each([
    ['NSEC', []],
    ['NSEC3', ['-3', 'abcd', '-H', '2']],
  ])('RFC 4034: a zone signed with %s by BIND, whose signatures are still right', async (_, options) => {
    const unsigned =
      '$TTL 300\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n*.w TXT x\na.b.c MX 1 ns\nsub NS ns.sub\nsub DS 1 13 2 ' +
      `${'00'.repeat(32)}\nns.sub A 192.0.2.2\nodd\\;x CNAME ns\n`;
    await inZoneFolder([{ origin: 'signed.test', text: unsigned }], async (directory) => {
      const file = join(directory, 'signed.test.zone');
      await run('dnssec-keygen', ['-q', '-K', directory, '-a', '13', 'signed.test'], { cwd: directory });
      await run('dnssec-keygen', ['-q', '-K', directory, '-a', '13', '-f', 'KSK', 'signed.test'], { cwd: directory });
      const signed = await run('dnssec-signzone', ['-S', '-K', directory, '-o', 'signed.test', '-f', `${file}.signed`, ...options, file], {
        cwd: directory,
      });
      expect(signed.code, signed.stderr).toBe(0);
      const zone = readZoneFile(`${file}.signed`, { origin: 'signed.test' });
      expect(recordsIn(zone).filter((record) => record.includes(' 46 ')).length).toBeGreaterThan(10);
      await compare('signed.test', zone, async (written) => {
        const verified = await run('dnssec-verify', ['-o', 'signed.test', join(written, 'signed.test.zone')]);
        expect(verified.code, verified.stderr).toBe(0);
      });
    });
  });

  test('a large zone goes to a file line by line', async () => {
    const zone = zoneOf('large.test', '$GENERATE 0-9999 host$ 60 A 192.0.2.1');
    await inZoneFolder([], async (directory) => {
      const file = join(directory, 'large.test.zone');
      await pipeline(Readable.from(formatZone(zone)), createWriteStream(file));
      expect(recordsIn(readZoneFile(file, { origin: 'large.test' }))).toEqual(recordsIn(zone));
      const bind = await readByBind([{ origin: 'large.test', text: '' }], directory);
      expect(bind.get('large.test')?.records).toHaveLength(10_002);
      // The records must be there to be missed.
      await writeFile(file, '');
      expect((await readByBind([{ origin: 'large.test', text: '' }], directory)).get('large.test')?.records).toBeUndefined();
    });
  });
});
