import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseName } from '@dnsteer/wire';
import { describe, expect, test } from 'vitest';
import { inspectZoneFile, inspectZoneText, parseZoneText, severityOf } from '../src/index.ts';
import { exampleZone } from './zones.ts';

const NOW = Date.UTC(2026, 10, 22) / 1000;

/** `line:column CODE` of all warnings; the records start in line 3. */
function warned(records: string): string[] {
  return exampleZone(records)
    .warnings(NOW)
    .map(({ line, column, code }) => `${line}:${column} ${code.replace('WARN_ZONE_', '')}`);
}

function messages(records: string): string[] {
  return exampleZone(records)
    .warnings(NOW)
    .map(({ message }) => message);
}

test('a zone that is as it should be has no warnings', () => {
  const zone = `ns 60 A 192.0.2.1
@ 3600 NS ns
@ 60 MX 0 .
@ 60 NSEC3PARAM 1 0 0 -
_sip._udp 60 SRV 0 5 5060 any.wild
_off._udp 60 SRV 0 0 0 .
*.wild 60 AAAA 2001:db8::1
sub 60 NS ns.sub
sub 60 NS ns.example.net.
sub 60 DS 1 13 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55D4AC69CB
ns.sub 60 A 192.0.2.2
alias 60 CNAME ns
other 60 CNAME alias
away 60 CNAME www.example.net.
old 60 DNAME sub2
via 60 CNAME x.old`;
  expect(warned(zone)).toEqual([]);
});

describe('RFC 2181 5: RRsets', () => {
  test('5: a record that is there twice is dropped, and told at the second, in any case of its names', () => {
    const builder = exampleZone('a 60 NS b.example.net.\nb 60 A 192.0.2.1\na 60 NS B.example.NET.');
    expect(builder.warnings(NOW)).toEqual([
      {
        code: 'WARN_ZONE_DUPLICATE',
        message: 'found the same NS record of a.example. again, as in line 3; it is dropped',
        file: '',
        line: 5,
        column: 1,
        owner: 'a.example.',
      },
    ]);
    expect(builder.warnings(NOW)).toHaveLength(1);
  });

  test('5.2: TTLs that differ are told at the first that does, once for an RRset', () => {
    expect(warned('a 60 A 192.0.2.1\n  60 A 192.0.2.2\n  IN 50 A 192.0.2.3\n  40 A 192.0.2.4\n  30 AAAA 2001:db8::1')).toEqual([
      '5:6 TTL_DIFFERS',
    ]);
    expect(messages('a 60 A 192.0.2.1\na 50 A 192.0.2.2')).toEqual([
      'expected the TTL 60 of the other A records of a.example., found 50; all of them get the least',
    ]);
  });
});

describe('RFC 2181 10.3, RFC 2782: who is named by NS, MX and SRV', () => {
  test.each([
    ['@ 3600 NS ns', '3:11 ADDRESS_MISSING'],
    ['@ 60 MX 1 mail', '3:11 ADDRESS_MISSING'],
    ['_x._tcp 60 SRV 1 2 3 host', '3:22 ADDRESS_MISSING'],
    ['sub 60 NS ns', '3:11 ADDRESS_MISSING'],
    ['@ 60 MX 1 mail\nmail 60 TXT x', '3:11 ADDRESS_MISSING'],
    // *.wild is no source of synthesis for a name that exists (RFC 4592 2.2.1).
    ['@ 60 MX 1 a.wild\n*.wild 60 A 192.0.2.1\nb.a.wild 60 TXT x', '3:11 ADDRESS_MISSING'],
    ['@ 60 MX 1 mail\nmail 60 CNAME a\na 60 A 192.0.2.1', '3:11 TARGET_ALIAS'],
    ['@ 3600 NS NS\nns 60 CNAME a.example.net.', '3:11 TARGET_ALIAS'],
    ['_x._tcp 60 SRV 1 2 3 host\nhost 60 CNAME a.example.net.', '3:22 TARGET_ALIAS'],
    ['@ 60 MX 1 a.wild\n*.wild 60 CNAME b.example.net.', '3:11 TARGET_ALIAS'],
    ['@ 60 MX 1 a.old\nold 60 DNAME b.example.net.', '3:11 TARGET_ALIAS'],
  ])('%j', (records, warning) => {
    expect(warned(records)).toEqual([warning]);
  });

  test('says what was likely meant', () => {
    expect(messages('@ 60 MX 1 192.0.2.1\n@ 60 MX 1 mail.example')).toEqual([
      'expected an A or AAAA record of 192.0.2.1.example., which MX names, found none; it looks like an address, where a name belongs',
      'expected an A or AAAA record of mail.example.example., which MX names, found none; is a final dot missing?',
    ]);
  });

  test('an address that is chosen at query time is one', () => {
    const builder = exampleZone('@ 60 MX 1 mail');
    builder.addDynamic(parseName('mail.example.'), [28], 1, 60);
    expect(builder.warnings(NOW)).toEqual([]);
  });

  test('below a delegation point the host of an MX is not ours to know', () => {
    expect(warned('@ 60 MX 1 mail.sub\nsub 60 NS a.example.net.')).toEqual([]);
  });
});

describe('RFC 9471 2: glue', () => {
  test.each([
    ['2.1: in the delegated zone', 'sub 60 NS ns.sub', '3:11'],
    ['2.1: at the delegation point', 'sub 60 NS sub', '3:11'],
    ['2.1: a wildcard gives none', 'sub 60 NS ns.sub\n*.sub 60 A 192.0.2.1', '3:11'],
    ['2.2: of a sibling', 'sub 60 NS ns.sib\nsib 60 NS a.example.net.', '3:11'],
    ['for the apex', '@ 3600 NS ns.sub\nsub 60 NS a.example.net.', '3:11'],
  ])('%s', (_, records, place) => {
    expect(warned(records)).toEqual([`${place} GLUE_MISSING`]);
  });

  test('one address is enough, of either family', () => {
    expect(warned('sub 60 NS ns.sub\nns.sub 60 AAAA 2001:db8::1')).toEqual([]);
  });
});

describe('RFC 1034 3.6.2, RFC 6672 2.2: loops', () => {
  test.each([
    ['a CNAME of itself', 'a 60 CNAME A', ['3:12 CNAME_LOOP']],
    ['two, and those that lead to them: told once', 'c 60 CNAME a\na 60 CNAME b\nb 60 CNAME a\nd 60 CNAME a', ['4:12 CNAME_LOOP']],
    ['two loops', 'a 60 CNAME a\nb 60 CNAME b', ['3:12 CNAME_LOOP', '4:12 CNAME_LOOP']],
    ['through a wildcard', 'a 60 CNAME x.wild\n*.wild 60 CNAME a', ['3:12 CNAME_LOOP']],
    ['a wildcard that leads to itself', '*.wild 60 CNAME x.wild', ['3:17 CNAME_LOOP']],
    ['through a DNAME', 'a.new 60 CNAME a.old\nold 60 DNAME new', ['3:16 CNAME_LOOP']],
    ['DNAMEs', 'a 60 DNAME b\nb 60 DNAME a', ['3:12 DNAME_LOOP']],
    ['a DNAME that leads below itself', 'a 60 DNAME b.a', ['3:12 DNAME_LOOP']],
    ['a DNAME of itself', 'a 60 DNAME a', ['3:12 DNAME_LOOP']],
    ['a chain is none', 'a 60 CNAME b\nb 60 CNAME x.c\nc 60 DNAME d\nx.d 60 CNAME e.example.net.', []],
    ['nor what leads below a delegation point', 'a 60 CNAME a.sub\nsub 60 NS x.example.net.', []],
    ['nor DNAMEs with an end', 'a 60 DNAME b\nb 60 DNAME c', []],
  ])('%s', (_, records, expected) => {
    expect(warned(records)).toEqual(expected);
  });

  test('the message has the way around, and is cut', () => {
    const ring = (size: number) => Array.from({ length: size }, (_, i) => `n${i} 60 CNAME n${(i + 1) % size}`).join('\n');
    expect(messages(ring(2))).toEqual(['expected an end of these aliases, found a loop: n0.example. -> n1.example. -> n0.example.']);
    expect(messages(ring(20_000))).toEqual([
      'expected an end of these aliases, found a loop: n0.example. -> n1.example. -> n2.example. -> n3.example. -> ... -> n0.example.',
    ]);
  });
});

test.each([
  ['RFC 4592 4.2: NS at a wildcard', '*.a 60 NS x.example.net.', ['3:1 WILDCARD']],
  ['RFC 4592 4.4: DNAME at a wildcard', '*.a 60 DNAME x.example.net.', ['3:1 WILDCARD']],
  ['RFC 1034 4.2.1: data at a cut', 'sub 60 NS x.example.net.\n  60 TXT x\n  60 MX 1 y', ['5:6 OCCLUDED']],
  ['RFC 1034 4.2.1: data below a cut', 'sub 60 NS x.example.net.\na.sub 60 TXT x', ['4:1 OCCLUDED']],
  ['RFC 9276 3.1: iterations', '@ 60 NSEC3PARAM 1 0 1 -', ['3:21 NSEC3_ITERATIONS']],
])('%s', (_, records, expected) => {
  expect(warned(records)).toEqual(expected);
});

test.each([
  ['7200 7201 1209600 300', ['1:1 RETRY']],
  ['7200 900 8100 300', ['1:1 EXPIRE']],
  ['7200 900 8101 86400', []],
  ['7200 900 1209600 86401', ['1:1 MINIMUM']],
])('RFC 1912 2.2, RFC 2308 5: SOA timers %s', (timers, expected) => {
  const zone = parseZoneText(`@ 60 SOA a.example.net. b. 1 ${timers}\n@ 60 NS a.example.net.`, { origin: 'example.' });
  const found = zone.warnings(NOW);
  expect(found.map(({ message }) => `1:1 ${/(RETRY|EXPIRE|MINIMUM)/.exec(message)![0]}`)).toEqual(expected);
  const words = `@ 60 SOA a.example.net. b. 1 ${timers}`;
  // The column is that of the number that is told.
  for (const { message, column } of found) expect(words.slice(column - 1)).toMatch(new RegExp(`^${/found (\d+)/.exec(message)![1]}\\b`));
});

describe('signatures', () => {
  const rrsig = (covered: string, expiration: number, inception: number) =>
    `RRSIG ${covered} 13 2 60 ${expiration} ${inception} 1 example. AAAA`;

  test('RFC 4035 2.2: one that covers nothing is dropped', () => {
    expect(warned(`a 60 TXT x\na 60 ${rrsig('A', NOW + 1, NOW - 1)}`)).toEqual(['4:12 RRSIG_COVERS_NOTHING']);
    expect(warned(`a 60 A 192.0.2.1\na 60 ${rrsig('A', NOW + 1, NOW - 1)}`)).toEqual([]);
  });

  test('RFC 4034 3.1.5: those that do not hold now are told once, and counted', () => {
    const expired = `a 60 A 192.0.2.1\na 60 ${rrsig('A', NOW - 1, NOW - 2)}`;
    expect(warned(expired)).toEqual(['4:22 RRSIG_TIME']);
    expect(messages(`${expired}\nb 60 A 192.0.2.1\nb 60 ${rrsig('A', NOW + 2, NOW + 1)}`)).toEqual([
      'the signature of a.example. A has expired; and 1 more signatures that do not hold now',
    ]);
    expect(warned(`a 60 A 192.0.2.1\na 60 ${rrsig('A', NOW + 2, NOW + 1)}`)).toEqual(['4:33 RRSIG_TIME']);
    expect(warned(`a 60 A 192.0.2.1\na 60 ${rrsig('A', NOW, NOW)}`)).toEqual([]);
  });
});

describe('places', () => {
  test('are those of words, also further down in parentheses, behind CRLF and behind a byte order mark', () => {
    const text = '\ufeff@ 60 SOA ns.example.net. b. (1\r\n 60 \r\n 120 999999 60)\r\n@ 60 NS (\r\n  ; here\r\n  ns )\r\n';
    const { problems, lines } = inspectZoneText(text, { origin: 'example.', file: 'x.zone', nowSeconds: NOW });
    expect(problems.map(({ line, column, code }) => [line, column, code])).toEqual([
      [3, 2, 'WARN_ZONE_SOA_TIMERS'],
      [6, 3, 'WARN_ZONE_ADDRESS_MISSING'],
    ]);
    expect([...lines.values()]).toEqual([' 120 999999 60)', '  ns )']);
  });

  test('are in the file that has the record; what $GENERATE makes has the place of its line', () => {
    const directory = mkdtempSync(join(tmpdir(), 'dnsteer-places-'));
    try {
      const main = join(directory, 'main.zone');
      const part = join(directory, 'part.zone');
      // More than one chunk of 64 KiB stands before it.
      writeFileSync(part, `${'; a comment\n'.repeat(10_000)}a 60 MX 1 mail\n$GENERATE 1-2 g$ 60 MX "1 h$"\n`);
      writeFileSync(
        main,
        `@ 60 SOA a.example.net. b. 1 60 60 9999 60\n@ 60 NS a.example.net.\n$INCLUDE part.zone\nb 60 MX 1 mail\nc 60 A x\n`,
      );
      const { problems } = inspectZoneFile(main, { origin: 'example.', nowSeconds: NOW });
      expect(problems.map(({ file, line, column, code }) => [file, line, column, severityOf(code)])).toEqual([
        [main, 4, 11, 'warning'],
        [main, 5, 8, 'error'],
        [part, 10_001, 11, 'warning'],
        [part, 10_002, 1, 'warning'],
        [part, 10_002, 1, 'warning'],
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('errors of the whole zone have them, too', () => {
    const { problems } = inspectZoneText('@ 60 CNAME x.\n  60 SOA a. b. 1 60 60 9999 60\n  60 NS a.\nb 60 TXT x\n IN 60 CNAME y.', {
      origin: 'example.',
      nowSeconds: NOW,
    });
    expect(problems).toMatchObject([
      { code: 'ERR_ZONE_CNAME_AND_OTHER', line: 1, column: 6, owner: 'example.', message: expect.stringContaining('is the apex') },
      { code: 'ERR_ZONE_CNAME_AND_OTHER', line: 4, column: 6, owner: 'b.example.' },
    ]);
  });

  test('of a file that is gone are lines', () => {
    const directory = mkdtempSync(join(tmpdir(), 'dnsteer-places-'));
    const file = join(directory, 'x.zone');
    writeFileSync(file, '@ 60 SOA a. b. 1 60 60 9999 60\n@ 60 NS ns\n');
    const { builder } = inspectZoneFile(file, { origin: 'example.' });
    rmSync(directory, { recursive: true });
    expect(builder.warnings(NOW)).toMatchObject([{ line: 2, column: 1 }]);
  });
});

test('an inspection throws nothing that is about the zone, and has errors and warnings in one list', () => {
  const { builder, problems } = inspectZoneText('@ 60 SOA x\n@ 60 NS x x\na 60 A x\nb 60 MX 1 c', { origin: 'example.', nowSeconds: NOW });
  expect(problems.map(({ code }) => code)).toEqual(['ERR_ZONE_RDATA', 'ERR_ZONE_RDATA', 'ERR_ZONE_RDATA', 'WARN_ZONE_ADDRESS_MISSING']);
  expect([...builder.rrsets()]).toHaveLength(1);
  expect(inspectZoneFile('/nowhere/x.zone', { origin: 'example.' }).problems).toMatchObject([
    { code: 'ERR_ZONE_FILE', file: '/nowhere/x.zone', line: 0 },
  ]);
});

test('at most 100 warnings are told, and they leave room for the errors', () => {
  const records = Array.from({ length: 500 }, (_, i) => `m${i} 60 MX 1 nowhere${i}\n`).join('');
  const { problems } = inspectZoneText(`${records}@ 60 NS x.\n@ 60 SOA a. b. 1 60 60 9999 60\nx 60 CNAME a.\nx 60 TXT y`, {
    origin: 'example.',
  });
  const severities = problems.map(({ code }) => severityOf(code));
  expect([severities.filter((one) => one === 'warning').length, severities.filter((one) => one === 'error').length]).toEqual([100, 1]);
});
