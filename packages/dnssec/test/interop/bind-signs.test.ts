import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseName, parseRdata, typeCode } from '@dnsteer/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needing, run } from '../../../../tooling/testkit/index.ts';
import { dsRdata, keyTag, nobleProvider, nodeProvider, type Rrset, verifyRrset } from '../../src/index.ts';
import { hex, rdata } from '../presentation.ts';

// Mixed case, wildcards, names in RDATA, RDATA that comes out of order and twice.
const ZONE = `$TTL 300
@ SOA NS1.Example. Hostmaster.example. 1 3600 600 86400 60
@ NS ns2
@ NS NS1
NS1 A 192.0.2.1
ns2 AAAA 2001:db8::2
@ MX 20 Mail.Example.
@ MX 10 a.mail.example.
*.w A 192.0.2.200
*.w A 192.0.2.3
*.w A 192.0.2.3
_s._tcp SRV 1 2 3 Target.EXAMPLE.
alias CNAME Www.Example.
d DNAME Other.example.
b\\.dot TXT "a b" "c"
_443._tcp HTTPS 1 Svc.Example. alpn=h2
u TYPE65280 \\# 3 010203
`;

interface SignedRecord {
  readonly owner: string;
  readonly ttlSeconds: number;
  readonly type: number;
  readonly rdata: Uint8Array;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dnsteer-dnssec-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

// dnssec-keygen, -signzone and -dsfromkey come in the same Debian package as dnssec-verify.
needing(['dnssec-verify'], 'BIND', () => {
  test.each(['ECDSAP256SHA256', 'ED25519'])(
    'RFC 4034 3.1.8.1: every %s signature that dnssec-signzone makes verifies here',
    async (algorithm) => {
      const cwd = mkdtempSync(join(folder, 'signed-'));
      const kept = await run('dnssec-keygen', ['-q', '-a', algorithm, '-f', 'KSK', 'example'], { cwd });
      const keyFile = kept.stdout.trim();
      writeFileSync(join(cwd, 'zone'), ZONE);
      const signed = await run('dnssec-signzone', ['-z', '-S', '-O', 'full', '-o', 'example', '-f', 'signed', 'zone'], { cwd });
      expect(signed).toMatchObject({ code: 0 });

      const records = recordsOf(readFileSync(join(cwd, 'signed'), 'latin1'));
      const dnskey = records.find((record) => record.type === typeCode('DNSKEY'))!.rdata;
      expect(keyTag(dnskey)).toBe(Number(keyFile.split('+')[2]));
      const rrsigs = records.filter((record) => record.type === typeCode('RRSIG'));
      expect(rrsigs.length).toBeGreaterThan(20);
      for (const rrsig of rrsigs) {
        const type = (rrsig.rdata[0] << 8) | rrsig.rdata[1];
        const rdatas = records.filter((record) => record.type === type && record.owner === rrsig.owner).map((record) => record.rdata);
        const rrset: Pick<Rrset, 'owner' | 'type' | 'rdatas'> = { owner: parseName(rrsig.owner), type, rdatas };
        const options = { signerName: parseName('example.'), nowSeconds: Math.floor(Date.now() / 1000) };
        for (const provider of [nodeProvider, nobleProvider]) {
          expect([rrsig.owner, type, verifyRrset(rrset, rrsig.rdata, dnskey, { ...options, provider })]).toEqual([rrsig.owner, type, true]);
        }
      }
    },
  );

  test.each(['ECDSAP256SHA256', 'ED25519'])('RFC 4034 5.1.4: the DS of a %s key is the one of dnssec-dsfromkey', async (algorithm) => {
    const cwd = mkdtempSync(join(folder, 'ds-'));
    await run('dnssec-keygen', ['-q', '-a', algorithm, '-f', 'KSK', 'sub.Example'], { cwd });
    const keyFile = readdirSync(cwd).find((file) => file.endsWith('.key'))!;
    const dnskey = recordsOf(readFileSync(join(cwd, keyFile), 'latin1'))[0].rdata;
    for (const [digestType, option] of [
      [2, 'SHA-256'],
      [4, 'SHA-384'],
    ] as const) {
      const { stdout } = await run('dnssec-dsfromkey', ['-a', option, keyFile], { cwd });
      const theirs = rdata('DS', stdout.trim().split(' IN DS ')[1]);
      expect(hex(dsRdata(parseName('sub.example.'), dnskey, digestType))).toBe(hex(theirs));
    }
  });
});

/** One record a line, as `-O full` writes them. The TTL may be missing. */
function recordsOf(text: string): SignedRecord[] {
  const records: SignedRecord[] = [];
  for (const line of text.split('\n')) {
    const fields = /^(\S+)\s+(?:(\d+)\s+)?IN\s+(\S+)\s+(.*)$/.exec(line);
    if (line.startsWith(';') || fields === null) continue;
    const [, owner, ttl = '0', type, rest] = fields;
    const tokens = [...rest.matchAll(/"((?:\\.|[^"])*)"|([^\s"]+)/g)].map(([, quoted, bare]) => ({
      text: quoted ?? bare,
      quoted: quoted !== undefined,
    }));
    const code = typeCode(type)!;
    records.push({ owner: owner.toLowerCase(), ttlSeconds: Number(ttl), type: code, rdata: parseRdata(code, tokens) });
  }
  return records;
}
