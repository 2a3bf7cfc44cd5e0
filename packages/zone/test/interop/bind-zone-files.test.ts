import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatRdata, parseName, parseRdata, typeCode } from '@dnsteer/wire';
import { afterAll, expect, test } from 'vitest';
import { needing } from '../../../../tooling/testkit/index.ts';
import { readZoneFile } from '../../src/index.ts';
import { zoneLines } from '../zones.ts';

const PROGRAM = 'named-compilezone';
const directory = mkdtempSync(join(tmpdir(), 'zone-bind-'));
afterAll(() => rmSync(directory, { recursive: true }));

mkdirSync(join(directory, 'parts'));
writeFileSync(join(directory, 'parts/inc.zone'), 'inc 60 A 192.0.2.9\n$ORIGIN deep\n@ MX 5 mx\n$TTL 77\n');

/** Zone files that say the same thing in as many ways as people do. */
const ZONES: Record<string, string> = {
  entries: `$TTL 1h30m
@ IN SOA ns hostmaster ( ; who
        2024010101 ; serial
        2h 15M
        2w 300 )
        NS ns ; the owner is left out
   IN 300 MX 10 @
   300 IN MX 20 mail.example.net.
ns 60 IN A 192.0.2.1
ns IN 60 AAAA 2001:db8::1
www CNAME ns
*.w TXT "a;b" "c\\"d" \\065 plain\\ word e"f"
\t\t\tTXT ( "over"
 "two lines" )
a\\.b\\046c 60 TXT (x)y
(paren 60 TXT z
)
\\$dollar 60 TXT "$" $x
CaSe A 192.0.2.2
cAsE A 192.0.2.3
IN IN 5 TXT in
60 60 IN TXT sixty
TXT TXT txt
dup 60 A 192.0.2.1
dup 60 A 192.0.2.1
`,
  directives: `$TTL 100
@ SOA ns hostmaster 1 2 3 4 5
@ NS ns.example.net.
own A 192.0.2.5
$INCLUDE parts/inc.zone
  TXT "the owner and origin of before, the TTL of the included file"
$INCLUDE "parts/inc.zone" sub.example.
$ORIGIN net.example.
h A 192.0.2.6
$ORIGIN lower
h A 192.0.2.7
@ TXT @
$ORIGIN .
abs.example A 192.0.2.8
$TTL 3
abs.example TXT "three"
`,
  crlf: '$TTL 5\r\n@ SOA ns hostmaster (1\r\n2 3 4 5)\r\n@ NS ns.example.net.\r\n\r\n; c\r\nx TXT "a" ; c\r\n  A 192.0.2.1',
  noTtl: '@ SOA ns hostmaster 1 2 3 4 55\n@ NS ns.example.net.\na A 192.0.2.1\nb 7 A 192.0.2.2\nc A 192.0.2.3\n',
  types: `$TTL 60
@ SOA ns hostmaster 1 2 3 4 5
@ NS ns.example.net.
caa CAA 0 issue "ca.example.net; policy=ev"
srv SRV 1 2 443 www
svc HTTPS 1 . alpn="h2,h3" port=8443 ipv4hint=192.0.2.1,192.0.2.2
s2 SVCB 0 svc
d DS 60485 13 2 00112233 445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF
k DNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxIL fDLUT0rAK9iUzy1L53eKGQ==
n NSEC ns A TXT TYPE1234
dn DNAME target.example.net.
u TYPE65400 \\# 4 abcd EF01
a TYPE1 \\# 4 C0000263
`,
};

/** BIND's output has one record a line, absolute names, TTLs in seconds: \`owner ttl IN type rdata\`. */
function bindLines(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const [, owner, ttl, type, rdata] = /^(\S+)\s+(\d+)\s+IN\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (owner === undefined || ttl === undefined || type === undefined || rdata === undefined) continue;
    const words = rdata.match(/(?:[^\s"]+="[^"]*"|"(?:\\.|[^"\\])*"|\S)+/g) ?? [];
    const tokens = words.map((word) => ({ text: word.replace(/(^|=)"(.*)"$/s, '$1$2'), quoted: word.startsWith('"') }));
    const code = typeCode(type) ?? 0;
    lines.push(`${normalName(owner)} ${ttl} ${type} ${formatRdata(code, parseRdata(code, tokens))}`);
  }
  return lines.sort();
}

/** BIND and we escape some octets in different ways, and keep the case of different mentions. */
function normalName(text: string): string {
  return Buffer.from(parseName(text)).toString('latin1').toLowerCase();
}

needing(['named-checkzone'], PROGRAM, () => {
  test.each(Object.keys(ZONES))(`${PROGRAM} reads the same records: %s`, (name) => {
    const path = join(directory, `${name}.zone`);
    writeFileSync(path, ZONES[name] ?? '', 'utf8');
    const options = ['-i', 'none', '-k', 'ignore', '-M', 'ignore', '-S', 'ignore', '-r', 'ignore', '-n', 'ignore', '-w', directory];
    const bind = spawnSync(PROGRAM, [...options, '-s', 'full', '-o', '-', 'example', path], { encoding: 'utf8' });
    expect(bind.status, bind.stderr).toBe(0);
    const expected = bindLines(bind.stdout);
    expect(expected.length).toBeGreaterThan(3);
    const ours = zoneLines(readZoneFile(path, { origin: 'example.' })).map((line) => {
      const at = line.indexOf(' ');
      return normalName(line.slice(0, at)) + line.slice(at);
    });
    expect(ours.sort()).toEqual(expected);
  });
});
