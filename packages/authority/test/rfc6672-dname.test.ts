import { expect, test } from 'vitest';
import { ask } from './ask.ts';
import { answererOf, plainExample, signedExample } from './zones.ts';

const zone = plainExample();
const digits = '01234567890123456789012345678901234567890123456789';
const soa = 'au example. 300 SOA ns1.example. host.example. 1 3600 600 86400 300';
const dname = 'an dn.example. 3600 DNAME target.example.';

test.each([
  [
    'RFC 6672 3.1: below a DNAME stands a CNAME at its TTL; case of the prefix kept',
    'Www.dn.example. A',
    `NOERROR aa\n${dname}\nan Www.dn.example. 3600 CNAME Www.target.example.\nan Www.target.example. 3600 A 192.0.2.11`,
  ],
  ['RFC 6672 2.3: the owner itself is not redirected', 'dn.example. A', 'NOERROR aa\nan dn.example. 3600 A 192.0.2.10'],
  ['RFC 6672 2.3: a DNAME is asked for by its own name', 'dn.example. DNAME', `NOERROR aa\n${dname}`],
  [
    'RFC 6672 3.2: the search goes on at the target, and its RCODE counts',
    'nope.dn.example. A',
    `NXDOMAIN aa\n${dname}\nan nope.dn.example. 3600 CNAME nope.target.example.\n${soa}`,
  ],
  [
    'RFC 6672 3.2: a target outside our zones ends the chain',
    'x.y.dno.example. A',
    'NOERROR aa\nan dno.example. 3600 DNAME other.test.\nan x.y.dno.example. 3600 CNAME x.y.other.test.',
  ],
  [
    'RFC 6672 3.2: a CNAME that is asked for is not followed',
    'www.dn.example. CNAME',
    `NOERROR aa\n${dname}\nan www.dn.example. 3600 CNAME www.target.example.`,
  ],
  [
    'RFC 6672 3.2: a CNAME may lead below a DNAME',
    'c2d.example. A',
    `NOERROR aa\nan c2d.example. 3600 CNAME www.dn.example.\n${dname}\nan www.dn.example. 3600 CNAME www.target.example.\nan www.target.example. 3600 A 192.0.2.11`,
  ],
  [
    'RFC 6672 3.2: a name that would be too long is YXDOMAIN, with the DNAME that tells why',
    `${digits}.${digits}.long.example. A`,
    `YXDOMAIN aa\nan long.example. 3600 DNAME ${digits}.${digits}.${digits}.${digits}.target.example.`,
  ],
])('%s', async (_, question, response) => {
  expect(await ask(zone, question)).toBe(response);
});

test('RFC 6672 2.2: 255 octets are not too long', async () => {
  // long.example. is 14 octets, the target 4 * 51 + 16.
  const prefix = 'a'.repeat(255 - 4 * 51 - 16 - 1);
  expect(await ask(zone, `${prefix}.long.example. A`)).toMatch(/^NXDOMAIN aa\n/);
  expect(await ask(zone, `${prefix}a.long.example. A`)).toMatch(/^YXDOMAIN aa\n/);
});

test('RFC 6672 2.2: too long is YXDOMAIN also where the DNAME has no room', async () => {
  expect(await ask(zone, `${digits}.${digits}.long.example. A`, { limitOctets: 200 })).toBe('YXDOMAIN aa tc');
});

test('RFC 6672 5.3.1: the DNAME is signed, the CNAME made from it is not', async () => {
  expect(await ask(signedExample(), 'www.dn.example. A', { dnssec: true })).toBe(
    `NOERROR aa
an dn.example. 3600 DNAME target.example.
an dn.example. 3600 RRSIG DNAME 2 3600
an www.dn.example. 3600 CNAME www.target.example.
an www.target.example. 3600 A 192.0.2.11
an www.target.example. 3600 RRSIG A 3 3600`,
  );
});

const head = '@ 60 SOA ns.x. host.x. 1 1 1 1 30\n@ 60 NS ns.x.\n';

test('RFC 2181 5: a chain that passes one DNAME twice has it once, across zones too', async () => {
  const a = answererOf('a.t.', `${head}dn 60 DNAME dn.b.t.\nback 60 CNAME end.dn\n`);
  const b = answererOf('b.t.', `${head}www.dn 60 CNAME back.a.t.\nend.dn 60 A 192.0.2.1\n`);
  expect(await ask([a, b], 'www.dn.a.t. A')).toBe(
    `NOERROR aa
an dn.a.t. 60 DNAME dn.b.t.
an www.dn.a.t. 60 CNAME www.dn.b.t.
an www.dn.b.t. 60 CNAME back.a.t.
an back.a.t. 60 CNAME end.dn.a.t.
an end.dn.a.t. 60 CNAME end.dn.b.t.
an end.dn.b.t. 60 A 192.0.2.1`,
  );
});

test('RFC 6672 2.4, RFC 2181 5: the next query has the DNAME again, another DNAME at the same place in the chain is there too', async () => {
  const zone = answererOf('t.', `${head}one 60 DNAME two\ntwo 60 DNAME three\nx.three 60 A 192.0.2.1\n`);
  const response = `NOERROR aa
an one.t. 60 DNAME two.t.
an x.one.t. 60 CNAME x.two.t.
an two.t. 60 DNAME three.t.
an x.two.t. 60 CNAME x.three.t.
an x.three.t. 60 A 192.0.2.1`;
  expect(await ask(zone, 'x.one.t. A')).toBe(response);
  expect(await ask(zone, 'x.one.t. A')).toBe(response);
});

test('RFC 6672 3.1: the CNAME has the TTL of its DNAME, not that of another', async () => {
  const zone = answererOf('t.', `${head}dn 7 DNAME other.test.\ndn 99 A 192.0.2.1\n`);
  expect(await ask(zone, 'x.dn.t. A')).toBe('NOERROR aa\nan dn.t. 7 DNAME other.test.\nan x.dn.t. 7 CNAME x.other.test.');
});

test('RFC 6672 5.2: a DNAME at the apex redirects what is below it, and not the apex', async () => {
  const zone = answererOf('t.', `${head}@ 60 DNAME other.test.\n`);
  expect(await ask(zone, 't. SOA')).toBe('NOERROR aa\nan t. 60 SOA ns.x. host.x. 1 1 1 1 30');
  expect(await ask(zone, 'x.t. DNAME')).toBe('NOERROR aa\nan t. 60 DNAME other.test.\nan x.t. 60 CNAME x.other.test.');
});

test('RFC 6672 3.2: names that grow with every link end with the 16th, the DNAME once', async () => {
  const zone = answererOf('t.', `${head}dn 60 DNAME x.dn\n`);
  const lines = (await ask(zone, 'a.dn.t. A')).split('\n');
  expect(lines.slice(0, 3)).toEqual(['NOERROR aa', 'an dn.t. 60 DNAME x.dn.t.', 'an a.dn.t. 60 CNAME a.x.dn.t.']);
  expect(lines.filter((line) => line.includes(' CNAME '))).toHaveLength(16);
  expect(lines.filter((line) => line.includes(' DNAME '))).toHaveLength(1);
});

test('RFC 6672 3.2: YXDOMAIN at the end of a chain, with what led to it', async () => {
  const zone = answererOf(
    't.',
    `${head}c 60 CNAME ${digits}.${digits}.long\nlong 60 DNAME ${[digits, digits, digits, digits].join('.')}.x.\n`,
  );
  const lines = (await ask(zone, 'c.t. A')).split('\n');
  expect(lines.map((line) => line.split(' ')[3] ?? line)).toEqual(['YXDOMAIN aa', 'CNAME', 'DNAME']);
});

test('RFC 6672 2.4: a DNAME is data of a wildcard like any other: nothing is redirected by it (RFC 4592 4.4)', async () => {
  const zone = answererOf('t.', `${head}*.w 60 DNAME other.test.\n*.w 60 TXT w\n`);
  expect(await ask(zone, 'x.w.t. A')).toBe('NOERROR aa\nau t. 30 SOA ns.x. host.x. 1 1 1 1 30');
  expect(await ask(zone, 'a.x.w.t. DNAME')).toBe('NOERROR aa\nan a.x.w.t. 60 DNAME other.test.');
  expect(await ask(zone, 'x.*.w.t. TXT')).toBe('NOERROR aa\nan *.w.t. 60 DNAME other.test.\nan x.*.w.t. 60 CNAME x.other.test.');
});
