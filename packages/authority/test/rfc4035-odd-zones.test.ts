import { expect, test } from 'vitest';
import { ask } from './ask.ts';
import { answererOf } from './zones.ts';

const rrsig = (type: string) => `RRSIG ${type} 13 1 60 20600101000000 20240101000000 1 t. AAAA`;
/** Signed as far as an answerer looks. */
const head = `@ 60 SOA ns.x. host.x. 1 1 1 1 30\n@ 60 ${rrsig('SOA')}\n@ 60 NS ns.x.\n`;
const soa = 'au t. 30 SOA ns.x. host.x. 1 1 1 1 30\nau t. 30 RRSIG SOA 1 60';

test('RFC 4035 3.1.3.2, RFC 4034 6.1: the NSEC that covers the wildcard is looked for in canonical order: "!" and ")a" come before "*"', async () => {
  for (const before of ['\\!', '\\)a']) {
    const zone = answererOf('t.', `${head}@ 60 NSEC ${before} SOA\n${before} 60 NSEC z A\nz 60 NSEC @ A\n`);
    expect(await ask(zone, 'zz.t. A', { dnssec: true })).toBe(`NXDOMAIN aa\n${soa}\nau z.t. 60 NSEC t. A\nau ${before}.t. 60 NSEC z.t. A`);
  }
});

test('RFC 4035 3.1.3.1: an empty non-terminal is proven by what comes before it, not before the wildcard below it', async () => {
  const zone = answererOf('t.', `${head}@ 60 NSEC \\!.ent SOA\n\\!.ent 60 NSEC z.ent A\nz.ent 60 NSEC @ A\n`);
  expect(await ask(zone, 'ent.t. A', { dnssec: true })).toBe(`NOERROR aa\n${soa}\nau t. 60 NSEC \\!.ent.t. SOA`);
});

test('RFC 4035 2.3: in a zone that has no NSEC nothing is proven, and all is answered', async () => {
  const zone = answererOf('t.', `${head}@ 60 A 192.0.2.9\na 60 A 192.0.2.1\ncut 60 NS ns.x.\nb.ent 60 A 192.0.2.1\n*.w 60 A 192.0.2.2\n`);
  expect(await ask(zone, 'nx.t. A', { dnssec: true })).toBe(`NXDOMAIN aa\n${soa}`);
  expect(await ask(zone, 'a.t. AAAA', { dnssec: true })).toBe(`NOERROR aa\n${soa}`);
  expect(await ask(zone, 'ent.t. AAAA', { dnssec: true })).toBe(`NOERROR aa\n${soa}`);
  expect(await ask(zone, 'x.w.t. AAAA', { dnssec: true })).toBe(`NOERROR aa\n${soa}`);
  expect(await ask(zone, 'x.w.t. A', { dnssec: true })).toBe('NOERROR aa\nan x.w.t. 60 A 192.0.2.2');
  expect(await ask(zone, 'x.cut.t. A', { dnssec: true })).toBe('NOERROR\nau cut.t. 60 NS ns.x.');
});
