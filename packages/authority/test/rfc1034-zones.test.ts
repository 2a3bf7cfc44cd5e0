import { readFileSync } from 'node:fs';
import { DnsApp } from '@dnsteer/router';
import { describe, expect, test } from 'vitest';
import { encodeQuery } from './ask.ts';
import { describeMessage } from './describe.ts';
import { answererOf } from './zones.ts';

const app = new DnsApp();
for (const origin of ['p.test', 'c.p.test', 'gg.c2.p.test', 'o.test', 'd.test'])
  app.mount(answererOf(`${origin}.`, readFileSync(new URL(`fixtures/corners/${origin}.zone`, import.meta.url), 'latin1')));

/** The answer of a server that has all these zones, without their Extended DNS Errors. */
function ask(question: string, server = app): string {
  const packet = encodeQuery(question, 'none');
  const out = new Uint8Array(1232);
  const octets = server.respond(packet, packet.length, { address: '127.0.0.1', port: 1, family: 4, transport: 'udp' }, out) as number;
  return describeMessage(out.subarray(0, octets));
}

const soa = (zone: string) => `au ${zone} 60 SOA ns.${zone} host.${zone} 1 3600 600 86400 60`;

describe('parent and child are both ours', () => {
  test.each([
    [
      'RFC 1034 4.3.2 step 2: the nearest ancestor answers, not the glue of its parent',
      'x.c.p.test. A',
      'NOERROR aa\nan x.c.p.test. 300 A 192.0.2.101',
    ],
    ['RFC 1034 4.3.2 step 2: and denies what only the parent has below the cut', 'q.c.p.test. TXT', `NXDOMAIN aa\n${soa('c.p.test.')}`],
    ['RFC 4035 3.1.4.1: the DS of the child is the parent’s to deny', 'c.p.test. DS', `NOERROR aa\n${soa('p.test.')}`],
    ['RFC 4035 3.1.4.1: over a parent that is not there too', 'gg.c2.p.test. DS', `NOERROR aa\n${soa('p.test.')}`],
    ['RFC 4035 3.1.4.1: below the apex it is the child’s', 'x.c.p.test. DS', `NOERROR aa\n${soa('c.p.test.')}`],
    [
      'RFC 4035 3.1.4.1: the DS of the child’s own delegation',
      'g.c.p.test. DS',
      'NOERROR aa\nan g.c.p.test. 300 DS 12345 13 2 4950F4C3A3A4F1F0B6DD4B8F6F6DC4FD0F2F4B2F7FE4D0F2AB12AB12AB12AB12',
    ],
    [
      'RFC 2181 6.1: the NS RRset at the apex is the child’s, with AA',
      'gg.c2.p.test. NS',
      'NOERROR aa\nan gg.c2.p.test. 300 NS ns.gg.c2.p.test.\nad ns.gg.c2.p.test. 300 A 192.0.2.3',
    ],
    ['RFC 4592 2.2.2: between them stands an empty non-terminal', 'c2.p.test. A', `NOERROR aa\n${soa('p.test.')}`],
    ['RFC 4035 3.1.4.1: DS of a top zone of ours is NODATA from itself', 'p.test. DS', `NOERROR aa\n${soa('p.test.')}`],
  ])('%s', (_, question, response) => expect(ask(question)).toBe(response));

  test('RFC 1034 4.3.2: the order in which zones are mounted does not count', () => {
    const child = () => answererOf('c.t.', '@ 60 SOA ns.x. host.x. 1 1 1 1 30\n@ 60 NS ns.x.\n@ 60 A 192.0.2.2\n');
    const parent = () => answererOf('t.', '@ 60 SOA ns.x. host.x. 1 1 1 1 30\n@ 60 NS ns.x.\nc 60 NS ns.x.\nc 60 A 192.0.2.1\n');
    for (const server of [new DnsApp().mount(child()).mount(parent()), new DnsApp().mount(parent()).mount(child())])
      expect(ask('c.t. A', server)).toBe('NOERROR aa\nan c.t. 60 A 192.0.2.2');
  });
});

describe('chains across zones', () => {
  test.each([
    [
      'RFC 1034 3.6.2: into the child',
      'cnc.p.test. A',
      'NOERROR aa\nan cnc.p.test. 300 CNAME x.c.p.test.\nan x.c.p.test. 300 A 192.0.2.101',
    ],
    [
      'RFC 6604 3: there and back, NXDOMAIN of the last zone with its SOA',
      'cx.p.test. A',
      `NXDOMAIN aa\nan cx.p.test. 300 CNAME a.o.test.\nan a.o.test. 300 CNAME b.p.test.\n${soa('p.test.')}`,
    ],
    [
      'RFC 6672 3.2: by a DNAME of another zone',
      'cxd.p.test. A',
      `NXDOMAIN aa\nan cxd.p.test. 300 CNAME a.ddn.o.test.\nan ddn.o.test. 300 DNAME target.p.test.\nan a.ddn.o.test. 300 CNAME a.target.p.test.\n${soa('p.test.')}`,
    ],
    [
      'RFC 6604 2.1: AA though another zone of ours refers on',
      'cng.p.test. A',
      'NOERROR aa\nan cng.p.test. 300 CNAME y.cut.o.test.\nau cut.o.test. 300 NS ns.cut.o.test.\nad ns.cut.o.test. 300 A 192.0.2.112',
    ],
    [
      'RFC 6672 3.2: from an apex',
      'x.d.test. A',
      'NOERROR aa\nan d.test. 300 DNAME target.p.test.\nan x.d.test. 300 CNAME x.target.p.test.\nan x.target.p.test. 300 A 192.0.2.7',
    ],
    [
      'RFC 4035 3.1.4.1, RFC 1034 3.6.2: DS behind a CNAME that leads to the apex of a child is the parent’s',
      'cnca.p.test. DS',
      `NOERROR aa\nan cnca.p.test. 300 CNAME c.p.test.\n${soa('p.test.')}`,
    ],
  ])('%s', (_, question, response) => expect(ask(question)).toBe(response));
});

describe('RFC 4592 4.2: NS at a wildcard', () => {
  const zone = answererOf(
    't.',
    '@ 60 SOA ns.x. host.x. 1 1 1 1 30\n@ 60 NS ns.x.\n*.w 60 NS ns.y.\n*.w 60 A 192.0.2.1\nreal.w 60 A 192.0.2.2\n',
  );
  const server = new DnsApp().mount(zone);

  test.each(['x.w.t. A', 'a.b.w.t. TXT', '*.w.t. A', 'x.*.w.t. NS'])('%s is referred, as by Knot DNS', (question) => {
    expect(ask(question, server)).toBe('NOERROR\nau *.w.t. 60 NS ns.y.');
  });

  test('a name that exists is not below it', () => {
    expect(ask('real.w.t. A', server)).toBe('NOERROR aa\nan real.w.t. 60 A 192.0.2.2');
    expect(ask('x.real.w.t. A', server)).toMatch(/^NXDOMAIN aa\n/);
  });
});

describe('RFC 4592: wildcards and what stands beside them', () => {
  test.each([
    ['2.2.2: an empty non-terminal stops it', 'b.went.p.test. A', `NOERROR aa\n${soa('p.test.')}`],
    ['3.3.1: below the empty non-terminal too', 'x.b.went.p.test. A', `NXDOMAIN aa\n${soa('p.test.')}`],
    ['4.2: a cut stops it', 'x.cut.abv.p.test. A', 'NOERROR\nau cut.abv.p.test. 300 NS ns.p.test.\nad ns.p.test. 300 A 192.0.2.1'],
    [
      '4.2: a wildcard below a cut is occluded',
      '*.cut.abv.p.test. A',
      'NOERROR\nau cut.abv.p.test. 300 NS ns.p.test.\nad ns.p.test. 300 A 192.0.2.1',
    ],
    [
      '4.4: a CNAME is synthesised, and followed',
      'a.b.wcn.p.test. A',
      'NOERROR aa\nan a.b.wcn.p.test. 300 CNAME x.target.p.test.\nan x.target.p.test. 300 A 192.0.2.7',
    ],
    [
      '4.4: a CNAME of a wildcard may lead to a cut',
      'x.wcut.p.test. A',
      'NOERROR aa\nan x.wcut.p.test. 300 CNAME z.u.deep.u.p.test.\nau deep.u.p.test. 300 NS ns.deep.u.p.test.\nad ns.deep.u.p.test. 300 A 192.0.2.4',
    ],
    ['2.1.1: "*" not leftmost is a label like any other', 'wstar.*.ws.p.test. A', 'NOERROR aa\nan wstar.*.ws.p.test. 300 A 192.0.2.18'],
    ['2.2.2: an empty "*" synthesises NODATA', 'x.ws.p.test. A', `NOERROR aa\n${soa('p.test.')}`],
  ])('%s', (_, question, response) => expect(ask(question)).toBe(response));
});
