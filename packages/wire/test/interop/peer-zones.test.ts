import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalRdata, formatRdata, parseRdata, typeCode, typeText } from '@dnsteer/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needing, run, type Server, startKnot } from '../../../../tooling/testkit/index.ts';
import { hex, octetsOf, tokens, type Vectors } from '../vector.ts';
import { allVectors } from './all-vectors.ts';

// Every vector of every type goes through a zone of the peer's: as octets, to come back in the peer's text and be read by us, and in our
// text, to come back as octets.

/** Types that a peer knows by number only: it takes and shows `\# length hex` of them. */
const BY_NUMBER = {
  bind: ['NULL', 'TYPE65534'],
  knot: [
    ...['MD', 'MF', 'MB', 'MG', 'MR', 'X25', 'ISDN', 'NSAP', 'NSAP-PTR', 'SIG', 'PX', 'GPOS', 'HIP', 'DSYNC', 'AVC', 'DOA', 'AMTRELAY'],
    ...['RESINFO', 'WALLET', 'TA', 'DLV', 'TYPE65534'],
  ],
};

interface Gap {
  peer: 'bind' | 'knot';
  types: readonly string[];
  /** What our text matches. */
  text: RegExp;
  /** `text`: goes in as octets only; `all`: not at all. */
  gap: 'text' | 'all';
  why: string;
}

/** Vectors that are right and that a peer does not take. Each row is met by a vector, or the test fails. */
const GAPS: readonly Gap[] = [
  { peer: 'bind', types: ['MD', 'MF'], text: /^/, gap: 'all', why: 'obsolete, refused (RFC 973)' },
  { peer: 'bind', types: ['IPSECKEY'], text: / 0 \.$/, gap: 'all', why: 'wants a key for algorithm 0 too (RFC 4025 2.4)' },
  { peer: 'bind', types: ['SVCB', 'HTTPS'], text: / (ohttp|tls-supported-groups|docpath)/, gap: 'text', why: 'newer than 9.18' },
  { peer: 'bind', types: ['NSEC'], text: / NXNAME/, gap: 'text', why: 'newer than 9.18' },
  { peer: 'bind', types: ['X25'], text: /^\\#/, gap: 'all', why: 'wants digits on the wire too (RFC 1183 3.1)' },
  { peer: 'bind', types: ['SIG'], text: /^TYPE0 /, gap: 'all', why: 'writes 0, where RFC 3597 5 has TYPE0' },
  { peer: 'bind', types: ['GPOS'], text: /^\\#/, gap: 'all', why: 'writes what is no number too (RFC 1712 3)' },
  { peer: 'bind', types: ['NAPTR'], text: /^\\#/, gap: 'all', why: 'reads the regular expression on the wire too' },
  { peer: 'knot', types: ['NAPTR'], text: /^\\#/, gap: 'all', why: 'writes what is no substitution too (RFC 3402 3.2)' },
  { peer: 'knot', types: ['NULL'], text: /^/, gap: 'all', why: 'not allowed in zone files (RFC 1035 3.3.10)' },
  { peer: 'knot', types: ['KEY'], text: /^49152 /, gap: 'all', why: 'wants a key where the flags say that there is none (RFC 2535 3.1.2)' },
  { peer: 'knot', types: ['APL', 'LOC'], text: /^\\#/, gap: 'all', why: 'takes it, and then transfers or shows nothing' },
  { peer: 'knot', types: ['SVCB', 'HTTPS'], text: / (dohpath|ohttp|tls-supported-groups|docpath)/, gap: 'text', why: 'newer than 3.2' },
  { peer: 'knot', types: ['NSEC'], text: / NXNAME/, gap: 'text', why: 'newer than 3.2' },
  {
    peer: 'knot',
    types: ['NSEC3'],
    text: / 0K /,
    gap: 'all',
    why: 'pads hashes whose base32hex fills no whole group (RFC 5155 3.3: unpadded)',
  },
];

interface Case {
  type: string;
  /** Of the record in its zone: `v0`, or the apex for SOA. */
  owner: string;
  octets: string;
  /** What stands in the zone file. */
  rdata: string;
}

interface Zone {
  origin: string;
  cases: Case[];
}

function gapOf(peer: Gap['peer'], type: string, text: string): Gap | undefined {
  return GAPS.find((row) => row.peer === peer && row.types.includes(type) && row.text.test(text));
}

/** A zone for each type, since one record that a peer refuses costs it the whole zone; for SOA one for each vector. */
function zonesOf(peer: Gap['peer'], form: 'octets' | 'text'): Zone[] {
  return allVectors.flatMap(({ type, good, canonical = [] }) => {
    const all = [...good.map(({ hex: octets }) => octets), ...canonical.map(({ from }) => hex(octetsOf(from)))];
    const cases = all.flatMap((octets, i): Case[] => {
      const ours = formatRdata(typeCode(type)!, octetsOf(octets));
      const gap = gapOf(peer, type, ours)?.gap;
      if (gap === 'all') return [];
      const generic = `\\# ${octets.length / 2} ${octets}`;
      const byNumber = form === 'octets' || gap === 'text' || BY_NUMBER[peer].includes(type);
      const rdata = byNumber ? `TYPE${typeCode(type)} ${generic}` : `${type} ${ours}`;
      return [{ type, owner: type === 'SOA' ? '@' : `v${i}`, octets, rdata }];
    });
    const origin = `${form}.${type.toLowerCase()}.example`;
    if (type === 'SOA') return cases.map((one, i) => ({ origin: `v${i}.${origin}`, cases: [one] }));
    return cases.length === 0 ? [] : [{ origin, cases }];
  });
}

function zoneFile({ cases }: Zone): string {
  const apex = cases[0].owner === '@' ? '' : '@ SOA ns1 hostmaster 1 2 3 4 5\n';
  return `$TTL 300\n${apex}@ NS ns1\nns1 A 192.0.2.1\n${cases.map(({ owner, rdata }) => `${owner} ${rdata}\n`).join('')}`;
}

/** What a peer printed, one record a line: by type and owner, the RDATA. */
function readRecords(output: string): Map<string, string> {
  const records = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, owner, type, rdata] = /^([^\s;]+)\s+\d+\s+(?:IN|CLASS1)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
    if (owner !== undefined) records.set(`${typeText(typeCode(type)!)} ${owner.toLowerCase()}`, rdata);
  }
  return records;
}

function expectAll(zones: readonly Zone[], output: string, peer: Gap['peer'], generic = false): void {
  const records = readRecords(output);
  const wrong: string[] = [];
  for (const { origin, cases } of zones) {
    for (const { type, owner, octets } of cases) {
      const key = `${type} ${owner === '@' ? '' : `${owner}.`}${origin}.`;
      const text = records.get(key);
      const read = text === undefined ? 'nothing' : readText(type, text);
      // Knot keeps RDATA in canonical form, and so says which types are on the list of RFC 4034 6.2 (RFC 6840 5.1).
      const expected = peer === 'knot' ? hex(canonicalRdata(typeCode(type)!, octetsOf(octets))) : octets;
      if (read !== expected) wrong.push(`${key} came back as ${text}: ${read}, not ${expected}`);
      // So that the table says what the peer knows.
      if (!generic && text !== undefined && BY_NUMBER[peer].includes(type) !== text.startsWith('\\#') && !isGenericText(type, octets)) {
        wrong.push(`${key}: the table of mnemonics is wrong for ${type}`);
      }
    }
  }
  expect(wrong).toEqual([]);
}

/** The octets of a peer's text, or why we refuse it. */
function readText(type: string, text: string): string {
  try {
    return hex(parseRdata(typeCode(type)!, tokens(text.replace(/ ; .*$/, ''))));
  } catch (error) {
    return String(error);
  }
}

/** RDATA that has no other text, here or there. */
function isGenericText(type: string, octets: string): boolean {
  return formatRdata(typeCode(type)!, octetsOf(octets)).startsWith('\\#');
}

test.each(GAPS)('$peer does not take $types $text: $why', ({ types, text }) => {
  const of = (type: string) => allVectors.find((vectors): vectors is Vectors => vectors.type === type)!.good;
  for (const type of types)
    expect(of(type).some(({ hex: octets }) => text.test(formatRdata(typeCode(type)!, octetsOf(octets))))).toBe(true);
});

needing(['named', 'named-checkzone'], 'BIND', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dnsteer-test-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  /** What named-checkzone -D makes of the zones. */
  async function dump(zones: readonly Zone[]): Promise<string> {
    let output = '';
    for (const zone of zones) {
      const [file, dumped] = [join(directory, `${zone.origin}.zone`), join(directory, `${zone.origin}.dump`)];
      await writeFile(file, zoneFile(zone));
      const lenient = ['-i', 'none', '-k', 'ignore', '-m', 'ignore', '-n', 'ignore', '-S', 'ignore', '-T', 'ignore'];
      const { code, stdout } = await run('named-checkzone', ['-D', ...lenient, '-o', dumped, zone.origin, file]);
      // What was refused is missing below, with this as the reason.
      output += code === 0 ? await readFile(dumped, 'utf8') : stdout.replace(/^/gm, '; ');
    }
    return output;
  }

  test.each(['octets', 'text'] as const)('takes every vector as %s, and we read the zone that it writes', async (form) => {
    const zones = zonesOf('bind', form);
    expectAll(zones, await dump(zones), 'bind');
  });
});

needing(['knotd', 'kdig'], 'Knot', () => {
  const octets = zonesOf('knot', 'octets');
  const text = zonesOf('knot', 'text');
  let knot: Server;

  beforeAll(async () => {
    knot = await startKnot({
      topLevel: 'acl:\n  - id: local\n    address: 127.0.0.1\n    action: transfer',
      zones: [...octets, ...text].map((zone) => ({
        origin: zone.origin,
        text: zoneFile(zone),
        config: '    acl: local\n    semantic-checks: off',
      })),
    });
  });
  afterAll(() => knot?.stop());

  async function transfer(zones: readonly Zone[], ...options: string[]): Promise<string> {
    const { stdout } = await run('kdig', [
      `@${knot.address}`,
      '-p',
      `${knot.port}`,
      ...options,
      ...zones.flatMap(({ origin }) => [origin, 'AXFR']),
    ]);
    return stdout;
  }

  test('takes every vector as octets, and we read the text that kdig writes', async () => {
    expectAll(octets, await transfer(octets), 'knot');
  });

  test('takes every vector in our text, and makes the same octets of it', async () => {
    expectAll(text, await transfer(text, '+generic'), 'knot', true);
  });
});

describe('every type of the registry that stands in zones', () => {
  test('has vectors', () => {
    const names =
      'A NS CNAME SOA PTR HINFO MX TXT RP AFSDB X25 ISDN RT NSAP SIG KEY PX GPOS AAAA LOC SRV NAPTR KX CERT DNAME APL DS SSHFP IPSECKEY RRSIG NSEC ' +
      'DNSKEY DHCID NSEC3 NSEC3PARAM TLSA SMIMEA HIP CDS CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS DSYNC SPF NID L32 L64 LP EUI48 EUI64 URI CAA ' +
      'AVC DOA AMTRELAY RESINFO WALLET MB MD MF MG MR MINFO TYPE65534';
    expect(names.split(' ').filter((name) => !allVectors.some(({ type }) => type === name))).toEqual([]);
  });
});
