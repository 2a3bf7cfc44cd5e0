import { expect, test } from 'vitest';
import { ask } from './ask.ts';
import { plainExample, signedExample } from './zones.ts';

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
