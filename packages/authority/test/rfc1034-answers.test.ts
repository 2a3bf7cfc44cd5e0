import { Exchange, REFUSED_LINK } from '@dnsteer/router';
import { expect, test } from 'vitest';
import { ask, begin } from './ask.ts';
import { describeMessage } from './describe.ts';
import { answererOf, plainExample } from './zones.ts';

const zone = plainExample();
const soa = 'au example. 300 SOA ns1.example. host.example. 1 3600 600 86400 300';
const subReferral = `au sub.example. 3600 NS ns.sub.example.
au sub.example. 3600 NS ns.sib.example.
au sub.example. 3600 NS ns1.example.
au sub.example. 3600 NS ns.far.test.
ad ns.sub.example. 3600 A 192.0.2.5
ad ns.sib.example. 3600 A 192.0.2.6
ad ns1.example. 3600 A 192.0.2.1
ad ns1.example. 3600 AAAA 2001:db8::1`;

test.each([
  ['RFC 1034 4.3.2 step 3a: the RRset that matches, with AA', 'mail.example. A', 'NOERROR aa\nan mail.example. 3600 A 192.0.2.2'],
  [
    'RFC 4343 4.1: case does not matter; the owner name comes back as it was asked for',
    'wWw.example. A',
    'NOERROR aa\nan wWw.example. 3600 A 192.0.2.3',
  ],
  ['RFC 2308 2.2: NODATA has the SOA at the negative TTL', 'mail.example. AAAA', `NOERROR aa\n${soa}`],
  ['RFC 2308 2.1: NXDOMAIN has the SOA at the negative TTL', 'nx.example. A', `NXDOMAIN aa\n${soa}`],
  ['RFC 4592 2.2.2: an empty non-terminal is NODATA', 'ent.example. A', `NOERROR aa\n${soa}`],
  ['RFC 4592 2.2.2: and so is one below it', 'b.ent.example. A', `NOERROR aa\n${soa}`],
  ['RFC 8020 2: below a leaf there is nothing', 'a.mail.example. A', `NXDOMAIN aa\n${soa}`],
  [
    'RFC 1034 3.6.2: a CNAME is followed, case of its target kept',
    'alias2.example. A',
    `NOERROR aa
an alias2.example. 3600 CNAME Alias.example.
an Alias.example. 3600 CNAME www.example.
an www.example. 3600 A 192.0.2.3`,
  ],
  [
    'RFC 1034 3.6.2: a CNAME that is asked for is not followed',
    'alias.example. CNAME',
    'NOERROR aa\nan alias.example. 3600 CNAME www.example.',
  ],
  ['RFC 2308 2.2: NODATA at the end of a chain', 'alias.example. AAAA', `NOERROR aa\nan alias.example. 3600 CNAME www.example.\n${soa}`],
  [
    'RFC 6604 3: the RCODE of a chain is that of its last link',
    'tonx.example. A',
    `NXDOMAIN aa\nan tonx.example. 3600 CNAME nx.example.\n${soa}`,
  ],
  [
    'RFC 6604 2.1: AA speaks of the first owner name, though the chain ends in a referral',
    'tocut.example. A',
    `NOERROR aa\nan tocut.example. 3600 CNAME a.sub.example.\n${subReferral}`,
  ],
  [
    'RFC 1034 4.3.2 step 3a: a chain that leaves our zones ends',
    'toout.example. A',
    'NOERROR aa\nan toout.example. 3600 CNAME www.other.test.',
  ],
  [
    'RFC 1034 3.6.2: a CNAME to itself ends where it began',
    'toself.example. A',
    'NOERROR aa\nan toself.example. 3600 CNAME toself.example.',
  ],
  [
    'RFC 1034 3.6.2: each CNAME of a loop is there once',
    'loop1.example. A',
    'NOERROR aa\nan loop1.example. 3600 CNAME loop2.example.\nan loop2.example. 3600 CNAME loop1.example.',
  ],
  ['RFC 1034 4.3.2 step 3b: a name below a cut is referred, without AA', 'a.sub.example. A', `NOERROR\n${subReferral}`],
  ['RFC 1034 4.3.2 step 3b: the delegation point too', 'sub.example. NS', `NOERROR\n${subReferral}`],
  ['RFC 1034 4.2.1: glue is not answered with authority', 'ns.sub.example. A', `NOERROR\n${subReferral}`],
  [
    'RFC 4035 3.1.4.1: DS of a delegation is ours',
    'sec.example. DS',
    'NOERROR aa\nan sec.example. 3600 DS 12345 13 2 4950F4C3A3A4F1F0B6DD4B8F6F6DC4FD0F2F4B2F7FE4D0F2AB12AB12AB12AB12',
  ],
  ['RFC 4035 3.1.4.1: and that there is none', 'sub.example. DS', `NOERROR aa\n${soa}`],
  ['RFC 4035 3.1.4.1: DS of the apex is the parent zone’s; ours says NODATA', 'example. DS', `NOERROR aa\n${soa}`],
  [
    'RFC 4035 3.1.4: without DO a referral has no DS',
    'a.sec.example. A',
    'NOERROR\nau sec.example. 3600 NS ns.sec.example.\nad ns.sec.example. 3600 A 192.0.2.7',
  ],
])('%s', async (_, question, response) => {
  expect(await ask(zone, question)).toBe(response);
});

test('RFC 6604 3: a chain goes on in another of our zones, and its end counts', async () => {
  const other = answererOf('other.test.', '@ 60 SOA ns host 1 1 1 1 30\n@ 60 NS ns\nns 60 A 192.0.2.77\n');
  expect(await ask([zone, other], 'toout.example. A')).toBe(
    'NXDOMAIN aa\nan toout.example. 3600 CNAME www.other.test.\nau other.test. 30 SOA ns.other.test. host.other.test. 1 1 1 1 30',
  );
});

test('RFC 2308 5: the negative TTL is the lesser of the SOA’s TTL and MINIMUM', async () => {
  const short = answererOf('t.', '@ 20 SOA ns.x. host.x. 1 1 1 1 300\n@ 20 NS ns.x.\n');
  expect(await ask(short, 'nx.t. A')).toBe('NXDOMAIN aa\nau t. 20 SOA ns.x. host.x. 1 1 1 1 300');
});

test('RFC 1034 3.6.2: a chain of 16 links is followed to its end, a longer one ends with the 16th', async () => {
  const links = Array.from({ length: 30 }, (_, i) => `c${i} 60 CNAME c${i + 1}`).join('\n');
  const long = answererOf('t.', `@ 60 SOA ns.x. host.x. 1 1 1 1 300\n@ 60 NS ns.x.\n${links}\nc30 60 A 192.0.2.1\n`);
  expect((await ask(long, 'c14.t. A')).split('\n')).toHaveLength(1 + 16 + 1);
  expect((await ask(long, 'c13.t. A')).split('\n')).toHaveLength(1 + 16);
  expect(await ask(long, 'c29.t. CNAME')).toBe('NOERROR aa\nan c29.t. 60 CNAME c30.t.');
  const response = await ask(long, 'c0.t. A');
  expect(response.split('\n').slice(0, 2)).toEqual(['NOERROR aa', 'an c0.t. 60 CNAME c1.t.']);
  expect(response.split('\n').at(-1)).toBe('an c15.t. 60 CNAME c16.t.');
});

test.each(['AXFR', 'IXFR'])('RFC 5936, RFC 1995: %s is not answered here, and nothing is written', (type) => {
  const exchange = new Exchange();
  begin(exchange, `example. ${type}`, new Uint8Array(512));
  const before = exchange.response.length;
  expect(zone.answer(exchange)).toBe(REFUSED_LINK);
  expect(exchange.response.length).toBe(before);
});

test('RFC 2308 5: the SOA for an empty answer that somebody else gives inside the zone', () => {
  const exchange = new Exchange();
  const out = new Uint8Array(512);
  begin(exchange, 'handled.example. A', out);
  zone.negative?.(exchange);
  expect(describeMessage(out.subarray(0, exchange.response.finish()))).toBe(`NOERROR\n${soa}`);
});
