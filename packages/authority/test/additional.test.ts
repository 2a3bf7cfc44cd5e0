import { expect, test } from 'vitest';
import { ask } from './ask.ts';
import { answererOf, plainExample, signedExample } from './zones.ts';

const zone = plainExample();

test.each([
  [
    'RFC 1035 3.3.11: NS brings addresses, glue too',
    'example. NS',
    `NOERROR aa
an example. 3600 NS ns1.example.
an example. 3600 NS ns.sub.example.
ad ns1.example. 3600 A 192.0.2.1
ad ns1.example. 3600 AAAA 2001:db8::1
ad ns.sub.example. 3600 A 192.0.2.5`,
  ],
  [
    'RFC 1035 3.3.9: MX brings addresses; an alias has none. RFC 1034 4.2.1: glue is for name servers',
    'mx.example. MX',
    `NOERROR aa
an mx.example. 3600 MX 10 ns.sub.example.
an mx.example. 3600 MX 20 www.example.
an mx.example. 3600 MX 30 alias.example.
ad www.example. 3600 A 192.0.2.3`,
  ],
  [
    'RFC 2782: SRV brings addresses, each once, and those that a wildcard has',
    '_s._tcp.example. SRV',
    `NOERROR aa
an _s._tcp.example. 3600 SRV 1 1 80 www.example.
an _s._tcp.example. 3600 SRV 1 1 81 www.example.
an _s._tcp.example. 3600 SRV 1 1 82 x.wild.example.
an _s._tcp.example. 3600 SRV 1 1 83 host.other.test.
ad www.example. 3600 A 192.0.2.3
ad x.wild.example. 3600 A 192.0.2.8`,
  ],
  [
    'RFC 9460 4.1: HTTPS brings the addresses of its TargetName',
    'svc.example. HTTPS',
    'NOERROR aa\nan svc.example. 3600 HTTPS 1 www.example. alpn="h2"\nad www.example. 3600 A 192.0.2.3',
  ],
  [
    'RFC 9460 4.1: an AliasMode TargetName brings its HTTPS RRset too',
    'svc0.example. HTTPS',
    `NOERROR aa
an svc0.example. 3600 HTTPS 0 svc.example.
ad svc.example. 3600 HTTPS 1 www.example. alpn="h2"
ad svc.example. 3600 A 192.0.2.30`,
  ],
  [
    'RFC 9460 2.5.2: in ServiceMode "." is the owner name',
    'svcd.example. HTTPS',
    'NOERROR aa\nan svcd.example. 3600 HTTPS 1 . alpn="h2"\nad svcd.example. 3600 A 192.0.2.31',
  ],
])('%s', async (_, question, response) => {
  expect(await ask(zone, question)).toBe(response);
});

test('RFC 9460 4.1: with DO, the NSEC of a TargetName proves what it lacks', async () => {
  expect(await ask(signedExample(), 'svc.example. HTTPS', { dnssec: true })).toBe(
    `NOERROR aa
an svc.example. 3600 HTTPS 1 www.example. alpn="h2"
an svc.example. 3600 RRSIG HTTPS 2 3600
ad www.example. 3600 A 192.0.2.3
ad www.example. 3600 RRSIG A 2 3600
ad www.example. 300 NSEC example. A TXT RRSIG NSEC
ad www.example. 300 RRSIG NSEC 2 300`,
  );
});

test('RFC 4035 3.1.1: with DO the addresses come with their RRSIGs', async () => {
  expect(await ask(signedExample(), 'mx.example. MX', { dnssec: true })).toBe(
    `NOERROR aa
an mx.example. 3600 MX 10 ns.sub.example.
an mx.example. 3600 MX 20 www.example.
an mx.example. 3600 MX 30 alias.example.
an mx.example. 3600 RRSIG MX 2 3600
ad www.example. 3600 A 192.0.2.3
ad www.example. 3600 RRSIG A 2 3600`,
  );
});

test('RFC 4035 3.1.3.3: a wildcard is not expanded in the additional section where its proof would be wanted', async () => {
  const response = await ask(signedExample(), '_s._tcp.example. SRV', { dnssec: true });
  expect(response).toContain('\nad www.example. 3600 RRSIG A 2 3600');
  expect(response).not.toContain('ad x.wild.example.');
});

test('RFC 2181 9: addresses that find no room are left out, and nobody is told', async () => {
  const [status, ...records] = (await ask(zone, 'mx.example. MX', { limitOctets: 100 })).split('\n');
  expect(status).toBe('NOERROR aa');
  expect(records.filter((line) => line.startsWith('an'))).toHaveLength(3);
  expect(records.filter((line) => line.startsWith('ad'))).toHaveLength(0);
});

test('RFC 4035 2.2: with DO glue comes without RRSIG, other addresses with it', async () => {
  expect(await ask(signedExample(), 'example. NS', { dnssec: true })).toMatch(
    /\nad ns.sub.example. 3600 A 192.0.2.5\nad ns1.example. 3600 A 192.0.2.1\nad ns1.example. 3600 RRSIG A 2 3600\n/,
  );
});

test.each(['MX', 'SRV', 'HTTPS'])('RFC 1034 4.2.1: what is occluded by a cut is not shown beside %s', async (type) => {
  const zone = answererOf(
    't.',
    `@ 60 SOA ns.x. host.x. 1 1 1 1 300
@ 60 NS ns.x.
cut 60 NS cut
cut 60 A 192.0.2.1
old.cut 60 A 192.0.2.2
old.cut 60 HTTPS 1 .
at 60 MX 1 cut
at 60 SRV 1 1 1 cut
at 60 HTTPS 1 cut
below 60 MX 1 old.cut
below 60 SRV 1 1 1 old.cut
below 60 HTTPS 0 old.cut
`,
  );
  for (const name of ['at', 'below']) expect(await ask(zone, `${name}.t. ${type}`)).not.toContain('\nad ');
  expect(await ask(zone, 'cut.t. A')).toBe('NOERROR\nau cut.t. 60 NS cut.t.\nad cut.t. 60 A 192.0.2.1');
});
