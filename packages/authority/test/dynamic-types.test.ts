import { Exchange } from '@dnsteer/router';
import { formatName, parseName, parseRdata, RCODE, TYPE } from '@dnsteer/wire';
import type { ZoneBuilder } from '@dnsteer/zone';
import { expect, test } from 'vitest';
import { CHOSEN, ERROR, NODATA, PreparedRdatas, type RRsetChooser, zoneAnswerer } from '../src/index.ts';
import { ask, begin } from './ask.ts';
import { builderOf, signedExample, steeredExample } from './zones.ts';

const head = '@ 60 SOA ns.x. host.x. 1 1 1 1 30\n@ 60 NS ns.x.\n';
const soa = 'au t. 30 SOA ns.x. host.x. 1 1 1 1 30';
const rrsig = (type: string) => `RRSIG ${type} 13 1 60 20600101000000 20240101000000 1 t. AAAA`;
const tokens = (text: string) => text.split(' ').map((word) => ({ text: word, quoted: false }));
const address = (...octets: number[]) => Uint8Array.from(octets);

const chooses = (...rdatas: Uint8Array[]): RRsetChooser => ({
  choose(_id, _type, _exchange, choice) {
    choice.rdatas.push(...rdatas);
    choice.ttlSeconds = 5;
    return CHOSEN;
  },
});
const nodata: RRsetChooser = {
  choose(_id, _type, _exchange, choice) {
    choice.ttlSeconds = 5;
    return NODATA;
  },
};

/** A zone with these dynamic owners; what is signed has a signature of no meaning. */
function zoneOf(text: string, dynamic: RRsetChooser, ...owners: [name: string, types: number[], id: number][]) {
  const builder: ZoneBuilder = builderOf('t.', text);
  for (const [name, types, id] of owners) builder.addDynamic(parseName(name), types, id, 60);
  return zoneAnswerer(builder.build(), { dynamic, sign: { sign: () => [address(0, 1, 13, 2, 0, 0, 0, 60)] } });
}

test('a dynamic owner may have the number 0, for an address and for a CNAME', async () => {
  const zone = zoneOf(head, chooses(address(192, 0, 2, 1)), ['a.t.', [TYPE.A], 0]);
  expect(await ask(zone, 'a.t. A')).toBe('NOERROR aa\nan a.t. 5 A 192.0.2.1');
  const alias = zoneOf(head, chooses(parseName('x.y.')), ['a.t.', [TYPE.CNAME], 0]);
  expect(await ask(alias, 'a.t. A')).toBe('NOERROR aa\nan a.t. 5 CNAME x.y.');
});

test('RFC 1034 3.6.2: a dynamic CNAME that is had with ANY is not followed', async () => {
  const zone = zoneOf(`${head}b 60 A 192.0.2.1\n`, chooses(parseName('b.t.')), ['a.t.', [TYPE.CNAME], 1]);
  expect(await ask(zone, 'a.t. ANY')).toBe('NOERROR aa\nan a.t. 5 CNAME b.t.');
});

test('RFC 4035 2.5: what the zone has beside a dynamic CNAME is NSEC and RRSIG, which are answered from the zone', async () => {
  const zone = zoneOf(`${head}@ 60 ${rrsig('SOA')}\na 60 NSEC t. CNAME\na 60 ${rrsig('NSEC')}\n`, chooses(parseName('b.t.')), [
    'a.t.',
    [TYPE.CNAME],
    1,
  ]);
  expect(await ask(zone, 'a.t. NSEC')).toBe('NOERROR aa\nan a.t. 60 NSEC t. CNAME');
  expect(await ask(zone, 'a.t. RRSIG')).toBe('NOERROR aa\nan a.t. 60 RRSIG NSEC 1 60');
  expect(await ask(zone, 'a.t. DNSKEY')).toMatch(/^NXDOMAIN aa\nan a.t. 5 CNAME b.t.\n/);
});

test('NODATA is NODATA, whatever else the choice holds', async () => {
  const zone = steeredExample({
    choose(_id, _type, _exchange, choice) {
      choice.rdatas.push(address(192, 0, 2, 1));
      choice.ttlSeconds = 5;
      return NODATA;
    },
  });
  expect(await ask(zone, 'steer.example. A')).toMatch(/^NOERROR aa\nau example. 5 SOA /);
});

test('RFC 8914 4: a failure without an INFO-CODE has no Extended DNS Error', async () => {
  expect(await ask(steeredExample({ choose: () => ERROR }), 'steer.example. A', { dnssec: true })).toBe('SERVFAIL');
});

test('RFC 2308 5: ANY of an owner that has nothing, and nothing static, may be kept no longer than the choice holds', async () => {
  const zone = zoneOf(head, nodata, ['a.t.', [TYPE.A], 1]);
  expect(await ask(zone, 'a.t. ANY')).toBe(`NOERROR aa\n${soa.replace(' 30 ', ' 5 ')}`);
});

test('RFC 8482 4.1: ANY in a signed zone gets the only static RRset beside an NSEC, without a proof that nobody needs', async () => {
  const sign = { sign: () => [] };
  const zone = signedExample((builder) => builder.addDynamic(parseName('mail.example.'), [TYPE.AAAA], 9, 60), { dynamic: nodata, sign });
  expect(await ask(zone, 'mail.example. ANY')).toBe('NOERROR aa\nan mail.example. 3600 A 192.0.2.2');
  expect(await ask(zone, 'mail.example. ANY', { dnssec: true })).toBe(
    'NOERROR aa\nan mail.example. 3600 A 192.0.2.2\nan mail.example. 3600 RRSIG A 2 3600',
  );
});

test('RFC 3225 3: without DO a dynamic wildcard in a signed zone has no proof', async () => {
  const change = (builder: ZoneBuilder) => builder.addDynamic(parseName('*.wild.example.'), [TYPE.AAAA], 9, 60);
  const sign = { sign: () => [] };
  const chosen = signedExample(change, { dynamic: chooses(new Uint8Array(16)), sign });
  expect(await ask(chosen, 'zz.wild.example. AAAA')).toBe('NOERROR aa\nan zz.wild.example. 5 AAAA ::');
  const lacking = signedExample(change, { dynamic: nodata, sign });
  expect(await ask(lacking, 'zz.wild.example. ANY')).toBe('NOERROR aa\nan zz.wild.example. 3600 A 192.0.2.8');
});

test('RFC 2181 9: TC where the SOA of a dynamic NODATA has no room', async () => {
  expect(await ask(steeredExample(nodata), 'steer.example. A', { limitOctets: 50 })).toBe('NOERROR aa tc');
});

test('RFC 2181 5: RDATAs are alike when all of their octets are, and no sooner', async () => {
  const rdatas = [
    address(192, 0, 2, 1),
    address(193, 0, 2, 1),
    address(192, 0, 2, 2),
    address(192, 0, 2, 1),
    // One that another one begins with.
    ...['1 .', '1 . port=53', '1 .'].map((text) => parseRdata(TYPE.HTTPS, tokens(text))),
  ];
  const zone = (type: number, from: number, to: number) => zoneOf(head, chooses(...rdatas.slice(from, to)), ['a.t.', [type], 1]);
  expect((await ask(zone(TYPE.A, 0, 4), 'a.t. A')).split('\n').slice(1)).toEqual([
    'an a.t. 5 A 192.0.2.1',
    'an a.t. 5 A 193.0.2.1',
    'an a.t. 5 A 192.0.2.2',
  ]);
  expect((await ask(zone(TYPE.HTTPS, 4, 7), 'a.t. HTTPS')).split('\n').slice(1)).toEqual([
    'an a.t. 5 HTTPS 1 .',
    'an a.t. 5 HTTPS 1 . port=53',
  ]);
});

test('RFC 1035 3.2.1: a choice may have RDATA of more than 255 octets, and more of it than was there before', async () => {
  const texts = ['a', 'b', 'c', 'd'].map((letter) => [letter.repeat(255), letter.repeat(60)]);
  const zone = zoneOf(head, chooses(...texts.map((strings) => parseRdata(TYPE.TXT, tokens(strings.join(' '))))), ['a.t.', [TYPE.TXT], 1]);
  expect((await ask(zone, 'a.t. TXT')).split('\n').slice(1)).toEqual(texts.map(([long, short]) => `an a.t. 5 TXT "${long}" "${short}"`));
});

test.each([
  ['a.t.', 2],
  ['\\*a.t.', 2],
  ['ab.t.', 2],
  ['\\*.t.', 1],
])('RFC 4034 3.1.3: Labels of %s', async (name, labels) => {
  const seen: number[] = [];
  const builder = builderOf('t.', `${head}@ 60 ${rrsig('SOA')}\n`);
  builder.addDynamic(parseName(name), [TYPE.A], 1, 60);
  const sign = {
    sign(_owner: Uint8Array, _type: number, _ttl: number, _rdatas: readonly Uint8Array[], count: number) {
      seen.push(count);
      return [address(0, 1, 13, count, 0, 0, 0, 60)];
    },
  };
  const zone = zoneAnswerer(builder.build(), { dynamic: chooses(address(192, 0, 2, 1)), sign });
  await ask(zone, `${name} A`, { dnssec: true });
  expect(seen).toEqual([labels]);
});

test('what is prepared is signed once a second for each owner and type, and not for another', async () => {
  const asked: string[] = [];
  let gives = 1;
  const sign = {
    sign(owner: Uint8Array, type: number, ttl: number) {
      asked.push(`${formatName(owner, 0)} ${type} ${ttl}`);
      return Array.from({ length: gives }, () => address(0, type, 13, 2, 0, 0, 0, ttl));
    },
  };
  const prepared = new PreparedRdatas([address(1, 0, 2, 1)]);
  const dynamic: RRsetChooser = {
    choose(_id, _type, _exchange, choice) {
      choice.prepared = prepared;
      choice.ttlSeconds = 5;
      return CHOSEN;
    },
  };
  const builder = builderOf('t.', `${head}@ 60 ${rrsig('SOA')}\n`);
  builder.addDynamic(parseName('a.t.'), [TYPE.A, TYPE.TXT], 1, 60);
  builder.addDynamic(parseName('b.t.'), [TYPE.A], 1, 90);
  const zone = zoneAnswerer(builder.build(), { dynamic, sign });
  const exchange = new Exchange();
  const rcodes: number[] = [];
  const askAt = (question: string, nowSeconds: number) => {
    begin(exchange, question, new Uint8Array(4096), { dnssec: true });
    exchange.nowSeconds = nowSeconds;
    zone.answer(exchange);
    rcodes.push(exchange.response.rcode);
  };
  for (let i = 0; i < 3; i++) askAt('a.t. A', 1000);
  askAt('b.t. A', 1000);
  askAt('a.t. TXT', 1000);
  askAt('a.t. TXT', 1001);
  expect(asked).toEqual(['a.t. 1 60', 'b.t. 1 90', 'a.t. 16 60', 'a.t. 16 60']);
  // Who gives no signature is asked again: the answer before was a SERVFAIL.
  gives = 0;
  askAt('a.t. TXT', 1002);
  gives = 1;
  askAt('a.t. TXT', 1002);
  expect(asked.slice(4)).toEqual(['a.t. 16 60', 'a.t. 16 60']);
  expect(rcodes).toEqual([0, 0, 0, 0, 0, 0, RCODE.SERVFAIL, 0]);
});

test('RFC 4035 3.1.3.1: without an NSEC to make it of, a dynamic NODATA is not proven, so it is SERVFAIL', async () => {
  const zone = zoneOf(`${head}@ 60 ${rrsig('SOA')}\n`, nodata, ['a.t.', [TYPE.A], 1]);
  expect(await ask(zone, 'a.t. A', { dnssec: true })).toBe('SERVFAIL\nede 0 no signature could be made in time');
  expect(await ask(zone, 'a.t. A')).toMatch(/^NOERROR aa\n/);
});

test('RFC 4035 3.1.3.4: a made NSEC of a wildcard comes with the one that covers the name, where they are two; twice alike', async () => {
  const sign = { sign: () => [address(0, 47, 13, 2, 0, 0, 0, 60)] };
  const zone = signedExample((builder) => builder.addDynamic(parseName('*.wild.example.'), [TYPE.AAAA], 9, 60), { dynamic: nodata, sign });
  const response = `NOERROR aa
au example. 5 SOA ns1.example. host.example. 1 3600 600 86400 300
au example. 5 RRSIG SOA 1 3600
au *.wild.example. 5 NSEC deep.wild.example. A TXT RRSIG NSEC
au *.wild.example. 5 RRSIG NSEC 2 60
au deep.wild.example. 300 NSEC WWW.example. A RRSIG NSEC
au deep.wild.example. 300 RRSIG NSEC 3 300`;
  expect(await ask(zone, 'zz.wild.example. AAAA', { dnssec: true })).toBe(response);
  expect(await ask(zone, 'zz.wild.example. AAAA', { dnssec: true })).toBe(response);
  expect(await ask(zone, '*.wild.example. AAAA', { dnssec: true })).toBe(response.split('\n').slice(0, 5).join('\n'));
});

test('RFC 4034 4.1.2: a made NSEC may have more than 255 octets of types', async () => {
  const types = Array.from({ length: 120 }, (_, i) => `TYPE${256 * (i + 130)}`);
  const zone = zoneOf(`${head}@ 60 ${rrsig('SOA')}\na 60 NSEC t. A AAAA ${types.join(' ')}\n`, nodata, ['a.t.', [TYPE.A], 1]);
  expect(await ask(zone, 'a.t. A', { dnssec: true })).toContain(`\nau a.t. 5 NSEC t. AAAA ${types.join(' ')}\n`);
});
