import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { inspectZoneText } from '../../src/index.ts';
import { PlainEntries } from '../../src/plain-entries.ts';

// What PlainEntries reads, EntryReader reads as well, if it is left to it. Whatever the text, both give the same image and the same problems.

// A long run: DNSTEER_FUZZ_TIMES=1000 makes every number of runs that many times as large.
const TIMES = Number(process.env['DNSTEER_FUZZ_TIMES'] ?? 1);
vi.setConfig({ testTimeout: 10_000 * TIMES });
afterEach(() => vi.restoreAllMocks());

function reading(octets: Uint8Array) {
  const { builder, problems, lines } = inspectZoneText(octets, { origin: 'Example.', file: 'f', nowSeconds: 1.7e9 });
  const isSound = problems.every(({ code }) => code.startsWith('WARN'));
  const rrsets = Array.from(builder.rrsets(), ({ owner, rdatas, rrsigs, ...others }) => ({
    owner: Buffer.from(owner).toString('latin1'),
    rdatas: rdatas.map((rdata) => Buffer.from(rdata).toString('hex')),
    rrsigs: rrsigs.length,
    ...others,
  }));
  const image = isSound ? builder.build() : undefined;
  return {
    problems,
    lines: [...lines.values()],
    rrsets,
    image: image && Buffer.from(image.octets.subarray(0, image.imageOctets)).toString('hex'),
  };
}

/** @returns how many records PlainEntries read. */
function expectSameReading(octets: Uint8Array): number {
  const store = vi.spyOn(PlainEntries.prototype, 'read');
  const plain = reading(octets);
  expect(store).toHaveBeenCalled();
  store.mockImplementation(() => {});
  const general = reading(octets);
  store.mockRestore();
  expect(plain).toEqual(general);
  return plain.rrsets.length;
}

const HEAD = '$TTL 1h\n@ SOA ns h 1 2 3 4 5\n@ NS ns\n';
const owner = fc.constantFrom(
  ...['www', 'WWW', 'www', 'a.b.c', 'A.b.C', 'x', '*', '*.w', '_sip._tcp', 'abs.example.', 'deep.abs.EXAMPLE.', 'example.', 'Example.'],
  ...[
    '',
    '',
    '',
    ' ',
    '\t',
    '@',
    '$',
    'out.test.',
    'example.test.',
    'notexample.',
    'a..b',
    '.',
    '.a',
    'a.',
    'e\\.f',
    'e\\065',
    '"q"',
    'p(',
    ';c',
  ],
  ...[
    'l'.repeat(63),
    'l'.repeat(64),
    `${'l'.repeat(63)}.`.repeat(3) + 'm'.repeat(51),
    `${'l'.repeat(63)}.`.repeat(4),
    '\xff\x80',
    '0',
    '300',
    'in',
    'A',
  ],
  ...[
    '$ORIGIN sub',
    '$ORIGIN sub.example.',
    '$ORIGIN www.example.',
    '$ORIGIN .',
    '$ORIGIN example.',
    '$ORIGIN x..',
    '$TTL 5',
    '$TTL x',
    '$GENERATE 1-2',
  ],
);
const middle = fc.constantFrom(
  ...[
    '',
    '',
    '300',
    'IN',
    'in',
    'iN 5',
    '5 IN',
    '1h',
    '1h30m',
    '0',
    '2147483647',
    '2147483648',
    '99999999999999999999',
    '007',
    '5 6',
    'IN IN',
  ],
  ...['CH', 'HS', 'CLASS1', '3.', '-1', '3 \t'],
);
const ipv4 = [
  '192.0.2.1',
  '0.0.0.0',
  '255.255.255.255',
  '256.0.0.1',
  '1.2.3',
  '1.2.3.4.5',
  '01.2.3.4',
  '1.2.3.04',
  '1..2.3',
  '.1.2.3',
  '1.2.3.4.',
  'x',
];
const ipv6 = [
  ...[
    '::',
    '::1',
    '1::',
    '2001:db8::1',
    '2001:DB8::Ff',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '::2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
  ],
  ...['::ffff:192.0.2.1', ':1', '1:', ':::', '12345::', '0000:0001::', '1:2', 'g::', '::1:', '1:2:3:4::5:6:7:8', '::%0', '1.2.3.4'],
];
const names = [
  'ns',
  'NS.example.',
  '@',
  '.',
  'a..',
  'x.y.z.',
  '\\#',
  'a\\.b',
  '"n"',
  'k'.repeat(64),
  `${'l'.repeat(63)}.`.repeat(4),
  '*',
  '@a',
  '$',
];
const texts = [
  ...[
    'a',
    '"a b"',
    '"a" b "c"',
    '"a"b',
    'a"b"',
    '""',
    '"\\""',
    '"open',
    'a\\',
    '"\\065"',
    '\\#',
    '\\# 1 00',
    '"a;b"',
    'a;b',
    '"(" )',
    '( a\n b )',
    '"a\tb"',
  ],
  ...[
    `"${'t'.repeat(255)}"`,
    `"${'t'.repeat(256)}"`,
    't'.repeat(255),
    't'.repeat(256),
    `"${'t'.repeat(200)}" `.repeat(20),
    '\xff',
    '"\xc3\xa9"',
    '@',
  ],
];
const record = fc.oneof(
  ...[
    ...[
      ['A', ipv4],
      ['a', ipv4],
      ['AAAA', ipv6],
      ['aaaa', ipv6],
      ['NS', names],
      ['CNAME', names],
      ['PTR', names],
      ['DNAME', names],
      ['TXT', texts],
    ],
    [
      'MX',
      names
        .flatMap((name) => [`10 ${name}`, `65536 ${name}`, `010\t${name}`, `x ${name}`, `1\\0 ${name}`, `"1" ${name}`])
        .concat('10', '1 a b'),
    ],
    ['MX', ['000000010 a', '10  a', '10a', '65535 a']],
    ['TYPE1', ['\\# 4 01020304']],
    ['A', ['\\# 4 01020304', '( 192.0.2.1 )', '"192.0.2.1"', '192.0.2.1 x', '']],
    ['CAA', ['0 issue "x"']],
    ['NSEC', ['@ A']],
    ['RRSIG', ['A 13 2 60 20300101000000 20200101000000 1 @ AAAA']],
    ['AAAAA', ['::']],
    ['CNAMES', ['a']],
    ['SOA', ['ns h 1 2 3 4 5']],
    ['', ['']],
  ].map(([type, rdatas]) => fc.constantFrom(...(rdatas as string[])).map((rdata) => `${type as string} ${rdata}`)),
);
const blank = fc.constantFrom(' ', ' ', '\t', '  ', ' ( ', ' ) ', '\r ', '\v');
const end = fc.constantFrom(
  '\n',
  '\n',
  '\n',
  '\n',
  '\r\n',
  ' \n',
  '\t; comment\n',
  ';c\r\n',
  '; c\rd\n',
  '\r',
  '\n\n',
  '\n \n',
  '\n;c\n',
  '',
  '\0\n',
  ' )\n',
  '"\n',
);
const plainLine = fc.tuple(owner, middle, record).map(([name, between, rest]) => `${name} ${between} ${rest}\n`);
const oddLine = fc.tuple(owner, blank, middle, blank, record, end).map((parts) => parts.join(''));
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: plainLine }, { weight: 1, arbitrary: oddLine }), { maxLength: 12 })
  .map((lines) => HEAD + lines.join(''));

test('a zone of plain lines is read by both', () => {
  const zone = `${HEAD}ns A 192.0.2.1\n AAAA 2001:db8::1\nwww 60 IN CNAME ns\nabs.example. MX 10 ns ; c\nt TXT "a b" c\r\n\n; c\np 5 PTR x.\n`;
  expect(expectSameReading(Buffer.from(zone))).toBe(8);
});

test('words of zone files in lines at random', () => {
  fc.assert(
    fc.property(text, (zone) => {
      expectSameReading(Buffer.from(zone, 'latin1'));
    }),
    { numRuns: 500 * TIMES },
  );
});

test('lines without what the others start from: no TTL, no SOA, no end', () => {
  fc.assert(
    fc.property(text, fc.nat(40), fc.nat(40), (zone, from, cut) => {
      expectSameReading(Buffer.from(zone.slice(from, zone.length - cut), 'latin1'));
    }),
    { numRuns: 300 * TIMES },
  );
});

test('octets changed', () => {
  fc.assert(
    fc.property(text, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), (zone, edits) => {
      const octets = Buffer.from(zone, 'latin1');
      for (const [at, octet] of edits) octets[at % octets.length] = octet;
      expectSameReading(octets);
    }),
    { numRuns: 300 * TIMES },
  );
});
