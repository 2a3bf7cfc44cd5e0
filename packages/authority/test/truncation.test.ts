import { expect, test } from 'vitest';
import { ask } from './ask.ts';
import { answererOf, plainExample, signedExample } from './zones.ts';

const zone = plainExample();
const signed = signedExample();

test('RFC 2181 9: an RRset that does not fit sets TC and is not cut', async () => {
  const addresses = Array.from({ length: 40 }, (_, i) => `many 60 A 192.0.2.${i}`).join('\n');
  const many = answererOf('t.', `@ 60 SOA ns.x. host.x. 1 1 1 1 300\n@ 60 NS ns.x.\n${addresses}\n`);
  expect(await ask(many, 'many.t. A', { limitOctets: 512 })).toBe('NOERROR aa tc');
  expect(await ask(many, 'many.t. A', { limitOctets: 1232 })).toMatch(/^NOERROR aa\n/);
});

test('RFC 4035 3.1.1: an RRset whose RRSIG does not fit is left out with it', async () => {
  expect(await ask(signed, 'mail.example. A', { dnssec: true, limitOctets: 100 })).toBe('NOERROR aa tc');
});

test('RFC 2181 9: what a chain has so far stays when its next link does not fit', async () => {
  expect(await ask(signed, 'alias.example. A', { dnssec: true, limitOctets: 200 })).toBe(
    'NOERROR aa tc\nan alias.example. 3600 CNAME www.example.\nan alias.example. 3600 RRSIG CNAME 2 3600',
  );
});

test('RFC 4035 3.1.3.2: TC when the proof does not fit', async () => {
  const response = await ask(signed, 'nx.example. A', { dnssec: true, limitOctets: 300 });
  expect(response).toMatch(/^NXDOMAIN aa tc\nau example. 300 SOA /);
});

test('RFC 4035 3.1.3.3: TC when the proof of a wildcard does not fit', async () => {
  expect(await ask(signed, 'zz.wild.example. A', { dnssec: true, limitOctets: 200 })).toMatch(
    /^NOERROR aa tc\nan zz.wild.example. 3600 A /,
  );
});

test('RFC 9471 3.1: TC when in-domain glue does not fit', async () => {
  const full = await ask(zone, 'a.sub.example. A', { limitOctets: 512 });
  expect(full).toMatch(/^NOERROR\n/);
  expect(await ask(zone, 'a.sub.example. A', { limitOctets: 115 })).toMatch(/^NOERROR tc\nau sub.example. 3600 NS /);
});

test('RFC 9471 3.1: glue of every in-domain name server is there, or TC', async () => {
  const servers = Array.from(
    { length: 13 },
    (_, i) => `cut 60 NS n${i}.cut\nn${i}.cut 60 A 192.0.2.${i}\nn${i}.cut 60 AAAA 2001:db8::${i}`,
  );
  const wide = answererOf('t.', `@ 60 SOA ns.x. host.x. 1 1 1 1 300\n@ 60 NS ns.x.\n${servers.join('\n')}\n`);
  expect((await ask(wide, 'x.cut.t. A')).match(/^ad /gm)).toHaveLength(26);
  expect(await ask(wide, 'x.cut.t. A', { limitOctets: 512 })).toMatch(/^NOERROR tc\n/);
});

test('RFC 9471 3.2: sibling glue and other addresses that find no room are left out without TC', async () => {
  const response = await ask(zone, 'a.sub.example. A', { limitOctets: 130 });
  expect(response).toMatch(/^NOERROR\nau /);
  expect(response.match(/^ad .*$/gm)).toEqual(['ad ns.sub.example. 3600 A 192.0.2.5']);
});
