import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatName } from '@dnsteer/wire';
import type { ZoneBuilder } from '@dnsteer/zone';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needing, run } from '../../../../tooling/testkit/index.ts';
import { loadOrCreateKeys, signZone } from '../../src/index.ts';
import { MIXED_ZONE, zoneLines, zoneOf } from '../presentation.ts';

const ODD_NAMES = [
  'odd.test. 3600 SOA ns.elsewhere. host.elsewhere. 1 3600 600 86400 60',
  'odd.test. NS ns.elsewhere.',
  // The order of RFC 4034 6.1.
  'a.odd.test. A 192.0.2.1',
  'yljkjljk.a.odd.test. A 192.0.2.1',
  'Z.a.odd.test. A 192.0.2.1',
  'zABC.a.odd.test. A 192.0.2.1',
  'z.odd.test. A 192.0.2.1',
  '\\001.z.odd.test. A 192.0.2.1',
  '*.z.odd.test. A 192.0.2.1',
  '\\200.z.odd.test. A 192.0.2.1',
  'a\\.b.odd.test. A 192.0.2.1',
  '*.a.*.odd.test. A 192.0.2.1',
];
const ROOT = [
  '. 3600 SOA a.root. b.root. 1 3600 600 86400 60',
  '. NS a.root.',
  'a.root. A 192.0.2.1',
  'test. NS ns.test.',
  'ns.test. A 192.0.2.2',
];
const ONE_NAME = ['one.test. 60 SOA ns.elsewhere. host.elsewhere. 1 3600 600 86400 3600', 'one.test. NS ns.elsewhere.'];
const zones: [string, readonly string[]][] = [
  ['example.', MIXED_ZONE],
  ['odd.test.', ODD_NAMES],
  ['.', ROOT],
  ['one.test.', ONE_NAME],
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dnsteer-signer-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

// named-checkzone comes in the same Debian package as dnssec-verify.
needing(['dnssec-verify', 'ldns-verify-zone', 'named-checkzone'], 'what others say of a signed zone', () => {
  describe.each(['ECDSAP256SHA256', 'ED25519'] as const)('%s', (algorithm) => {
    test.each(zones)('%s: dnssec-verify, ldns-verify-zone and named-checkzone say yes', async (apex, lines) => {
      const zoneFile = writeZone(signed(apex, lines, algorithm));
      expect(await run('dnssec-verify', ['-z', '-o', apex, zoneFile])).toMatchObject({ code: 0 });
      expect(await run('ldns-verify-zone', [zoneFile])).toMatchObject({ code: 0 });
      expect(await run('named-checkzone', ['-i', 'none', apex, zoneFile])).toMatchObject({ code: 0 });
    });
  });

  test('dnssec-verify says no when one NSEC is missing, and when a bitmap lacks a type', async () => {
    const lines = zoneLines(signed('example.', MIXED_ZONE, 'ED25519'));
    const withoutNsec = lines.filter((line) => !/^mail\.example\. \d+ IN (NSEC|RRSIG NSEC) /.test(line));
    expect(withoutNsec.length).toBe(lines.length - 2);
    expect((await run('dnssec-verify', ['-z', '-o', 'example.', writeLines(withoutNsec)])).code).not.toBe(0);
    const withoutType = lines.map((line) => line.replace(/(NSEC .*) AAAA RRSIG/, '$1 RRSIG'));
    expect((await run('dnssec-verify', ['-z', '-o', 'example.', writeLines(withoutType)])).code).not.toBe(0);
  });

  test('a zone of 3,000 names is good to the last', async () => {
    const lines = Array.from({ length: 3_000 }, (_, i) => `host${i}.example. A 192.0.2.${i % 256}`);
    const zoneFile = writeZone(signed('example.', [...MIXED_ZONE, ...lines], 'ECDSAP256SHA256'));
    expect(await run('dnssec-verify', ['-z', '-o', 'example.', zoneFile])).toMatchObject({ code: 0 });
  });
});

function signed(apex: string, lines: readonly string[], algorithm: 'ECDSAP256SHA256' | 'ED25519'): ZoneBuilder {
  const builder = zoneOf(apex, lines);
  expect(formatName(builder.apex)).toBe(apex);
  const keys = loadOrCreateKeys(join(folder, algorithm), builder.apex, algorithm);
  signZone(builder, keys, { nowSeconds: Math.floor(Date.now() / 1000) });
  return builder;
}

function writeZone(builder: ZoneBuilder): string {
  return writeLines(zoneLines(builder));
}

function writeLines(lines: readonly string[]): string {
  const zoneFile = join(mkdtempSync(join(folder, 'zone-')), 'zone');
  writeFileSync(zoneFile, `${lines.join('\n')}\n`);
  return zoneFile;
}
