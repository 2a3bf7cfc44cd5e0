import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatRdata, parseName, TYPE, typeText } from '@dnsteer/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needing, run } from '../../../../tooling/testkit/index.ts';
import {
  ALGORITHM,
  exportKey,
  generateKey,
  nobleProvider,
  nodeProvider,
  nsecRdata,
  OnlineSigner,
  type SigningKey,
  signatureTimes,
  signRrset,
} from '../../src/index.ts';
import { rdata } from '../presentation.ts';

const APEX = 'example.';
const TTL = 300;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dnsteer-dnssec-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const keys = Object.entries(ALGORITHM).flatMap(([name, algorithm]) => [
  [`${name} by nodeProvider`, generateKey(algorithm, { provider: nodeProvider })] as const,
  [`${name} by nobleProvider`, generateKey(algorithm, { provider: nobleProvider })] as const,
]);

needing(['dnssec-verify', 'ldns-verify-zone'], 'a zone of three names, signed by hand', () => {
  test.each(keys)('%s: dnssec-verify and ldns-verify-zone accept it', async (_, key) => {
    const zoneFile = writeZone(signedZone(key));
    expect(await run('dnssec-verify', ['-z', '-o', APEX, zoneFile])).toMatchObject({ code: 0 });
    expect(await run('ldns-verify-zone', [zoneFile])).toMatchObject({ code: 0 });
  });

  test('both refuse it when a record was changed, so that their yes means something', async () => {
    const zoneFile = writeZone(signedZone(keys[0][1]).map((line) => line.replace('192.0.2.7', '192.0.2.8')));
    expect((await run('dnssec-verify', ['-z', '-o', APEX, zoneFile])).code).not.toBe(0);
    expect((await run('ldns-verify-zone', [zoneFile])).code).not.toBe(0);
  });
});

/** Lines of a zone file. NSEC and the wildcard are signed online, the rest ahead. */
function signedZone(key: SigningKey): string[] {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const signerName = parseName(APEX);
  const online = new OnlineSigner({ signerName, keys: [exportKey(key)], nowSeconds: () => nowSeconds });
  const ahead: [string, number, Uint8Array[]][] = [
    [APEX, TYPE.SOA, [rdata('SOA', 'NS1.Example. Hostmaster.example. 1 3600 600 86400 300')]],
    [APEX, TYPE.NS, [rdata('NS', 'ns1.example.')]],
    [APEX, TYPE.DNSKEY, [key.dnskeyRdata]],
    ['ns1.example.', TYPE.A, [rdata('A', '192.0.2.7'), rdata('A', '192.0.2.1')]],
  ];
  const made: [string, number, Uint8Array[]][] = [
    ['*.example.', TYPE.MX, [rdata('MX', '10 Mail.Example.')]],
    [APEX, TYPE.NSEC, [nsecRdata(parseName('*.example.'), [TYPE.SOA, TYPE.NS, TYPE.DNSKEY, TYPE.NSEC, TYPE.RRSIG])]],
    ['*.example.', TYPE.NSEC, [nsecRdata(parseName('ns1.example.'), [TYPE.MX, TYPE.NSEC, TYPE.RRSIG])]],
    ['ns1.example.', TYPE.NSEC, [nsecRdata(parseName(APEX), [TYPE.A, TYPE.NSEC, TYPE.RRSIG])]],
  ];
  const line = (owner: string, type: number, octets: Uint8Array) => `${owner} ${TTL} IN ${typeText(type)} ${formatRdata(type, octets)}`;
  const lines: string[] = [];
  for (const [owner, type, rdatas] of [...ahead, ...made]) {
    const times = signatureTimes({ nowSeconds, owner: parseName(owner) });
    const rrset = { owner: parseName(owner), type, originalTtlSeconds: TTL, rdatas };
    const isAhead = ahead.some((each) => each[2] === rdatas);
    const rrsigs = isAhead ? [signRrset(rrset, key, { signerName, ...times })] : online.sign(rrset.owner, type, TTL, rdatas);
    lines.push(...rdatas.map((each) => line(owner, type, each)), ...rrsigs.map((each) => line(owner, TYPE.RRSIG, each)));
  }
  return lines;
}

function writeZone(lines: string[]): string {
  const zoneFile = join(mkdtempSync(join(folder, 'zone-')), 'zone');
  writeFileSync(zoneFile, `${lines.join('\n')}\n`);
  return zoneFile;
}
