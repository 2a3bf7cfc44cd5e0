import { ANSWERED, Exchange } from '@dnsteer/router';
import { parseName, RCODE, TYPE } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { CHOSEN, ERROR, type RRsetChooser, zoneAnswerer } from '../src/index.ts';
import { ask, askMessage, begin } from './ask.ts';
import { answererOf, builderOf, plainExample, signedExample } from './zones.ts';

const rrsig = (type: string) => `RRSIG ${type} 13 1 60 20600101000000 20240101000000 1 t. AAAA`;
/** Signed as far as an answerer looks; the apex has the only NSEC. */
const signedHead = `@ 60 SOA ns.x. host.x. 1 1 1 1 30\n@ 60 ${rrsig('SOA')}\n@ 60 NS ns.x.\n@ 60 NSEC t. SOA\n@ 60 ${rrsig('NSEC')}\n`;
const proof = 'au t. 60 NSEC t. SOA\nau t. 60 RRSIG NSEC 1 60';
const digits = '01234567890123456789012345678901234567890123456789';

/** `*.w` leads to c1, and so on to c15, whose target is the 16th link. */
const chainTo = (last: string) =>
  `*.w 60 CNAME c1\n${Array.from({ length: 15 }, (_, i) => `c${i + 1} 60 CNAME ${i === 14 ? last : `c${i + 2}`}\n`).join('')}`;

test('RFC 6604 2.1, 3: behind the first link AA stays what it was; RCODE is that of the last link', () => {
  for (const question of ['first.other. A', 'www.example. A']) {
    const exchange = new Exchange();
    begin(exchange, question, new Uint8Array(512));
    // Somebody else began the chain.
    exchange.response.rcode = RCODE.NXDOMAIN;
    if (question.startsWith('first')) exchange.nextLink(parseName('www.example.'));
    expect(plainExample().answer(exchange)).toBe(ANSWERED);
    expect(exchange.response.authoritative).toBe(question.startsWith('www'));
    expect(exchange.response.rcode).toBe(RCODE.NOERROR);
  }
});

test.each([
  ['a CNAME', 'last 60 CNAME more\n', 'an c15.t. 60 CNAME last.t.'],
  ['a DNAME', 'd 60 DNAME more\n', 'an c15.t. 60 CNAME x.d.t.'],
])('RFC 4035 3.1.3.3: a chain that ends with the 16th link at %s has the proof of its first', async (_, zone, last) => {
  const target = zone.startsWith('d') ? 'x.d' : 'last';
  const lines = (await ask(answererOf('t.', signedHead + chainTo(target) + zone), 'a.w.t. A', { dnssec: true })).split('\n');
  expect(lines[0]).toBe('NOERROR aa');
  expect(lines.slice(1).filter((line) => line.startsWith('an '))).toHaveLength(16);
  expect(lines.slice(-3).join('\n')).toBe(`${last}\n${proof}`);
});

const chooses = (rdata: Uint8Array): RRsetChooser => ({
  choose(_id, _type, _exchange, choice) {
    choice.rdatas.push(rdata);
    choice.ttlSeconds = 5;
    return CHOSEN;
  },
});

test('RFC 4035 3.1.3.3: and at a chosen CNAME; a chosen address is still an answer', async () => {
  const builder = builderOf('t.', signedHead + chainTo('last'));
  builder.addDynamic(parseName('last.t.'), [TYPE.CNAME], 1, 60);
  const sign = { sign: () => [Uint8Array.of(0, 1, 13, 2, 0, 0, 0, 60)] };
  const lines = (
    await ask(zoneAnswerer(builder.build(), { dynamic: chooses(parseName('more.t.')), sign }), 'a.w.t. A', { dnssec: true })
  ).split('\n');
  expect(lines[0]).toBe('NOERROR aa');
  expect(lines.slice(-3).join('\n')).toBe(`an c15.t. 60 CNAME last.t.\n${proof}`);

  const other = builderOf('t.', signedHead + chainTo('last'));
  other.addDynamic(parseName('last.t.'), [TYPE.A], 1, 60);
  const address = await ask(zoneAnswerer(other.build(), { dynamic: chooses(Uint8Array.of(192, 0, 2, 1)), sign }), 'a.w.t. A');
  expect(address.split('\n').at(-1)).toBe('an last.t. 5 A 192.0.2.1');
});

test('RFC 4035 3.1.3.3: a chain that ends in YXDOMAIN has the proof of its wildcard', async () => {
  const zone = answererOf('t.', `${signedHead}*.w 60 CNAME ${digits}.${digits}.long\nlong 60 DNAME ${digits}.${digits}.${digits}.x.\n`);
  const lines = (await ask(zone, 'a.w.t. A', { dnssec: true })).split('\n');
  expect(lines[0]).toBe('YXDOMAIN aa');
  expect(lines.slice(-2).join('\n')).toBe(proof);
});

test('RFC 2181 9: TC where the CNAME of a link has no room; what was there before stays, proofs go', async () => {
  const zone = answererOf('t.', `${signedHead}*.w 60 CNAME ${digits}\n${digits} 60 CNAME ${digits}.${digits}.x.\n`);
  const { message, exchange } = await askMessage(zone, 'a.w.t. A', { dnssec: true, limitOctets: 140 });
  expect(message[2] & 2).toBe(2);
  const length = exchange.response.length;
  expect(exchange.writeDeferred()).toBe(true);
  expect(exchange.response.length).toBe(length);
  expect(await ask(zone, 'a.w.t. A', { limitOctets: 120 })).toBe(`NOERROR aa tc\nan a.w.t. 60 CNAME ${digits}.t.`);
});

test('RFC 2181 9: TC where the CNAME that a DNAME stands for has no room', async () => {
  const zone = answererOf('t.', `${signedHead}dn 60 DNAME ${digits}.x.\n`);
  expect(await ask(zone, `${digits}.dn.t. A`, { limitOctets: 150 })).toBe(`NOERROR aa tc\nan dn.t. 60 DNAME ${digits}.x.`);
});

test('RFC 2181 9: TC where the SOA has no room', async () => {
  expect(await ask(plainExample(), 'nx.example. A', { limitOctets: 50 })).toBe('NXDOMAIN aa tc');
  expect(await ask(plainExample(), 'mail.example. AAAA', { limitOctets: 50 })).toBe('NOERROR aa tc');
});

test('RFC 2181 9: TC where a delegation has no room, or its DS', async () => {
  expect(await ask(plainExample(), 'a.sub.example. A', { limitOctets: 60 })).toBe('NOERROR tc');
  expect(await ask(signedExample(), 'a.sec.example. A', { dnssec: true, limitOctets: 120 })).toBe(
    'NOERROR tc\nau sec.example. 3600 NS ns.sec.example.',
  );
});

test('RFC 2181 9: TC where the signatures that were asked for have no room', async () => {
  expect(await ask(signedExample(), 'www.example. RRSIG', { limitOctets: 60 })).toBe('NOERROR aa tc');
});

test('RFC 4035 3.1.3.3: signatures that are synthesised from a wildcard come with its proof', async () => {
  expect(await ask(signedExample(), 'zz.wild.example. RRSIG', { dnssec: true })).toMatch(
    /^NOERROR aa\nan zz.wild.example. 3600 RRSIG A 2 3600\nau deep.wild.example. 300 NSEC /,
  );
});

test('RFC 9471 3.1: a name server that is the delegation point itself is in-domain', async () => {
  const zone = answererOf('t.', '@ 60 SOA ns.x. host.x. 1 1 1 1 30\n@ 60 NS ns.x.\ncut 60 NS cut\ncut 60 A 192.0.2.1\n');
  expect(await ask(zone, 'x.cut.t. A', { limitOctets: 50 })).toBe('NOERROR tc\nau cut.t. 60 NS cut.t.');
});

test('RFC 8914 2: behind a failure nothing of the chain is left, no proof either', async () => {
  const builder = builderOf('t.', `${signedHead}*.w 60 CNAME last\n`);
  builder.addDynamic(parseName('last.t.'), [TYPE.A], 1, 60);
  const zone = zoneAnswerer(builder.build(), { dynamic: { choose: () => ERROR }, sign: { sign: () => [] } });
  expect(await ask(zone, 'a.w.t. A', { dnssec: true })).toBe('SERVFAIL');
  const { exchange } = await askMessage(zone, 'a.w.t. A', { dnssec: true });
  const length = exchange.response.length;
  expect(exchange.writeDeferred()).toBe(true);
  expect(exchange.response.length).toBe(length);
});
