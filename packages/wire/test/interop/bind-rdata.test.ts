import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRdata, typeCode } from '@dnsteer/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needing, run } from '../../../../tooling/testkit/index.ts';
import { hex, tokens } from '../vector.ts';
import { allVectors } from './all-vectors.ts';

/** Octets that BIND takes and we do not, and why. */
const TAKEN_BY_BIND: readonly { types: readonly string[]; octets: RegExp; why: string }[] = [
  { types: ['DHCID'], octets: /^000201$/, why: 'RFC 4701 3.1: there is a digest' },
  { types: ['SSHFP'], octets: /^0103$/, why: 'RFC 4255 3.1.3: there is a fingerprint' },
  { types: ['URI'], octets: /^00010001$/, why: 'RFC 7553 4.4: the target is not empty' },
  { types: ['SVCB', 'HTTPS'], octets: /^00010000050000$/, why: 'an ECHConfigList is not empty' },
  { types: ['SVCB', 'HTTPS'], octets: /^0001000008000100$/, why: 'ohttp (RFC 9540 4) is newer than 9.18' },
  { types: ['SVCB', 'HTTPS'], octets: /^00010000090004001d001d$/, why: 'tls-supported-groups is newer than 9.18' },
  { types: ['SVCB', 'HTTPS'], octets: /^000100000a000100$/, why: 'docpath (RFC 9953) is newer than 9.18' },
  { types: ['SVCB', 'HTTPS'], octets: /^000100ffff0000$/, why: 'RFC 9460 14.3.2: 65535 is no key' },
];

// named-rrchecker comes in one package with named. It says which octets BIND makes of a record.
needing(['named', 'named-checkzone'], 'BIND reads RDATA in presentation format as we do', () => {
  let directory: string;
  let file: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dnsteer-test-'));
    file = join(directory, 'bad.zone');
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  describe.each(allVectors)('$type', ({ type, good }) => {
    test.each(good.filter(({ notInBind }) => notInBind === undefined))('$text', async ({ text, hex: expected }) => {
      const { stdout, stderr } = await run('named-rrchecker', ['-u'], { input: `IN ${type} ${text}\n` });
      expect(stderr).toBe('');
      expect(/\\# \d+ ?([0-9A-F]*)/.exec(stdout)?.[1].toLowerCase()).toBe(expected);
    });
  });

  /**
   * The records that BIND takes. named-checkzone tells every bad line of a zone, but some make it swallow the line behind (so that one is
   * empty), or all that follows (so it goes on there): those with a parenthesis in a regular expression.
   */
  async function takenOf(records: readonly string[]): Promise<string[]> {
    const taken: string[] = [];
    for (let from = 0; from < records.length; ) {
      // The last one shows that it came so far.
      const rest = [...records.slice(from), 'A 192.0.2'];
      const head = ['$TTL 300', '@ SOA ns1 h 1 2 3 4 5', '@ NS ns1', 'ns1 A 192.0.2.1'];
      await writeFile(file, [...head, ...rest.flatMap((record, i) => [`v${i} ${record}`, '']), ''].join('\n'));
      const { stdout } = await run('named-checkzone', ['-i', 'none', '-k', 'ignore', 'example', file]);
      const refused = new Set([...stdout.matchAll(/bad\.zone:(\d+): /g)].map(([, line]) => (Number(line) - head.length - 1) / 2));
      if (refused.size === 0) throw new Error(stdout);
      const count = Math.max(...refused) + 1;
      taken.push(...rest.slice(0, count).filter((_, i) => !refused.has(i)));
      from += count;
    }
    return taken;
  }

  test('what is bad text here is bad text there', async () => {
    const records = allVectors.flatMap(({ type, badText }) =>
      badText.filter(({ notInBind }) => notInBind === undefined).map(({ text }) => `${type} ${text}`),
    );
    expect(await takenOf(['A 192.0.2.1', ...records])).toEqual(['A 192.0.2.1']);
  });

  test('octets that are no RDATA here are none there, but for the table', async () => {
    const cases = allVectors.flatMap(({ type, badHex }) =>
      badHex.map((octets) => ({ type, octets, record: `TYPE${typeCode(type)} \\# ${octets.length / 2} ${octets}` })),
    );
    const inTable = cases.filter(({ type, octets }) => TAKEN_BY_BIND.some((row) => row.types.includes(type) && row.octets.test(octets)));
    expect(await takenOf(cases.map(({ record }) => record))).toEqual(inTable.map(({ record }) => record));
  });
});

test('the octets above come from this package too', () => {
  expect(hex(parseRdata(1, tokens('192.0.2.1')))).toBe('c0000201');
});
