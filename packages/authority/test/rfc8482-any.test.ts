import { expect, test } from 'vitest';
import { ask } from './ask.ts';
import { plainExample, signedExample } from './zones.ts';

const soa = 'au example. 300 SOA ns1.example. host.example. 1 3600 600 86400 300';

test.each([
  ['RFC 8482 4.1: ANY gets one RRset of those there are', 'www.example. ANY', 'NOERROR aa\nan www.example. 3600 A 192.0.2.3'],
  [
    'RFC 1034 3.6.2: ANY gets the CNAME, which is not followed',
    'alias.example. ANY',
    'NOERROR aa\nan alias.example. 3600 CNAME www.example.',
  ],
  ['RFC 4592 2.2.2: an empty non-terminal has nothing', 'ent.example. ANY', `NOERROR aa\n${soa}`],
  ['RFC 2308 2.1: a name that does not exist is NXDOMAIN for ANY too', 'nx.example. ANY', `NXDOMAIN aa\n${soa}`],
  ['RFC 4592 3.3.1: ANY is synthesised from a wildcard', 'x.wild.example. ANY', 'NOERROR aa\nan x.wild.example. 3600 A 192.0.2.8'],
  [
    'RFC 6672 3.2: below a DNAME the CNAME is enough',
    'www.dn.example. ANY',
    'NOERROR aa\nan dn.example. 3600 DNAME target.example.\nan www.dn.example. 3600 CNAME www.target.example.',
  ],
])('%s', async (_, question, response) => {
  expect(await ask(plainExample(), question)).toBe(response);
});

test('RFC 8482 4.1: with DO, the RRSIG of that RRset', async () => {
  expect(await ask(signedExample(), 'www.example. ANY', { dnssec: true })).toBe(
    'NOERROR aa\nan www.example. 3600 A 192.0.2.3\nan www.example. 3600 RRSIG A 2 3600',
  );
});

test('QTYPE RRSIG gets the signatures of one RRset, DO or not', async () => {
  expect(await ask(signedExample(), 'www.example. RRSIG')).toBe('NOERROR aa\nan www.example. 3600 RRSIG A 2 3600');
});

test('QTYPE RRSIG at a delegation point is referred', async () => {
  expect(await ask(signedExample(), 'sec.example. RRSIG')).toMatch(/^NOERROR\nau sec.example. 3600 NS /);
});

test('QTYPE RRSIG in an unsigned zone is NODATA', async () => {
  expect(await ask(plainExample(), 'www.example. RRSIG')).toBe(`NOERROR aa\n${soa}`);
});
