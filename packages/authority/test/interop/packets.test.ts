import { readFileSync } from 'node:fs';
import { DnsApp } from '@dnsteer/router';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchangeRawUdp, needing, type Server, startKnot, startNamed, startNsd } from '../../../../tooling/testkit/index.ts';
import { zoneAnswerer } from '../../src/index.ts';
import { builderOf } from '../zones.ts';

const file = new URL('../fixtures/corners/p.test.zone', import.meta.url).pathname;

/** A query in octets: header fields, then name, type and class unless it is to have no question. */
interface Parts {
  name?: string;
  type?: number;
  rclass?: number;
  flags?: number;
  questions?: number;
  /** EDNS options in hexadecimal; left out: no EDNS. */
  options?: string;
}

function packetOf({ name = 'ns.p.test', type = 1, rclass = 1, flags = 0, questions = 1, options }: Parts): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  const qname = Buffer.concat([...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.of(0)]);
  const question = Buffer.concat([qname, Buffer.of(type >> 8, type & 255, rclass >> 8, rclass & 255)]);
  const rdata = Buffer.from(options ?? '', 'hex');
  const opt = options === undefined ? [] : [Buffer.of(0, 0, 41, 4, 208, 0, 0, 0, 0, 0, rdata.length), rdata];
  const header = Buffer.of(0x12, 0x34, flags >> 8, flags & 255, 0, questions, 0, 0, 0, 0, 0, opt.length > 0 ? 1 : 0);
  return Buffer.concat([header, ...new Array<Buffer>(questions).fill(question), ...opt]);
}

const NOTIMP = 4;
const REFUSED = 5;
const FORMERR = 1;
const NOERROR = 0;

// [rule, query, our flags (bits of the second header word, the RCODE among them), who does the same]
const packets: readonly (readonly [string, Parts, number, string])[] = [
  ['RFC 4035 3.1.6: CD is cleared', { flags: 0x0010 }, 0x8400, 'knot nsd'],
  ['RFC 1035 4.1.1: RD comes back, RA is not set', { flags: 0x0100 }, 0x8500, 'bind knot nsd'],
  ['RFC 4035 3.1.6: AD is cleared', { flags: 0x0020 }, 0x8400, 'bind knot nsd'],
  ['RFC 1035 4.1.1: Z is cleared', { flags: 0x0040 }, 0x8400, 'bind knot nsd'],
  ['RFC 1035 4.1.1: AA, TC and RA of a query mean nothing', { flags: 0x0680 }, 0x8400, 'bind knot nsd'],
  ['RFC 1035 4.1.1: an RCODE in a query means nothing', { flags: 0x0005 }, 0x8400, 'bind knot'],
  ['RFC 9619: QDCOUNT 0', { questions: 0 }, 0x8000 | FORMERR, 'bind knot nsd'],
  ['RFC 9619: QDCOUNT 0 with EDNS', { questions: 0, options: '' }, 0x8000 | FORMERR, 'bind knot'],
  ['RFC 9619: QDCOUNT 2', { questions: 2 }, 0x8000 | FORMERR, 'bind nsd'],
  ['RFC 8906 3.1.4: OPCODE 3', { flags: 3 << 11 }, 0x9800 | NOTIMP, 'bind knot nsd'],
  ['RFC 8906 3.1.4: OPCODE 15', { flags: 15 << 11 }, 0xf800 | NOTIMP, 'bind knot nsd'],
  ['RFC 8906 8.1.4: OPCODE 15 without a question', { flags: 15 << 11, questions: 0 }, 0xf800 | NOTIMP, 'bind knot nsd'],
  ['RFC 6895 3.2: class HS', { rclass: 4 }, 0x8000 | REFUSED, 'bind knot nsd'],
  ['RFC 6895 3.2: class NONE', { rclass: 254 }, 0x8000 | REFUSED, 'knot nsd'],
  ['RFC 6895 3.2: class 2', { rclass: 2 }, 0x8000 | REFUSED, 'knot nsd'],
  ['RFC 6895 3.2: class CH, a name of IN', { rclass: 3 }, 0x8000 | REFUSED, 'bind knot nsd'],
  ['RFC 5936 4.2: AXFR over UDP', { name: 'p.test', type: 252 }, 0x8000 | NOTIMP, 'knot nsd'],
  ['RFC 1995 2: IXFR over UDP', { name: 'p.test', type: 251 }, 0x8000 | REFUSED, 'nsd'],
  ['RFC 6895 3.1: MAILA', { type: 254 }, 0x8400 | NOERROR, 'knot nsd'],
  ['RFC 6895 3.1: MAILB', { type: 253 }, 0x8400 | NOERROR, 'knot nsd'],
  ['RFC 6895 3.1: TKEY', { type: 249 }, 0x8400 | NOERROR, 'knot nsd'],
  ['RFC 6895 3.1: a meta type that nobody uses', { type: 200 }, 0x8400 | NOERROR, 'knot nsd'],
  ['RFC 6895 3.1: type 0', { type: 0 }, 0x8400 | NOERROR, 'bind nsd'],
  ['RFC 6895 3.1: type 65535', { type: 65535 }, 0x8400 | NOERROR, 'bind knot nsd'],
  ['RFC 6895 3.1: OPT', { type: 41 }, 0x8000 | FORMERR, 'bind'],
  ['RFC 6895 3.1: TSIG', { type: 250 }, 0x8000 | FORMERR, 'bind'],
];

needing(['named', 'knotd', 'nsd'], 'odd packets, beside BIND, Knot DNS and NSD', () => {
  const zones = [{ origin: 'p.test.', file }];
  let servers: [name: string, server: Server][] = [];
  beforeAll(async () => {
    const [bind, knot, nsd] = await Promise.all([startNamed({ zones }), startKnot({ zones }), startNsd({ zones })]);
    servers = [
      ['bind', bind],
      ['knot', knot],
      ['nsd', nsd],
    ];
  });
  afterAll(() => Promise.all(servers.map(([, server]) => server.stop())));

  const app = new DnsApp().mount(zoneAnswerer(builderOf('p.test.', readFileSync(file, 'latin1')).build()));

  test.each(packets)('%s', async (_, parts, flags, same) => {
    const packet = packetOf(parts);
    const out = new Uint8Array(1232);
    const octets = app.respond(packet, packet.length, { address: '127.0.0.1', port: 1, family: 4, transport: 'udp' }, out) as number;
    const flagsOf = (message: Uint8Array) => (message[2]! << 8) | message[3]!;
    expect(flagsOf(out.subarray(0, octets)).toString(16)).toBe(flags.toString(16));
    const replies = await Promise.all(servers.map(async ([name, { port }]) => [name, await exchangeRawUdp(port, packet, 400)] as const));
    const agreeing = replies.filter(([, reply]) => reply !== undefined && flagsOf(reply) === flags).map(([name]) => name);
    expect(agreeing.join(' ')).toBe(same);
  });

  test('RFC 9619, RFC 7873 5.4: a question that is not there comes back as none, two as none', async () => {
    for (const questions of [0, 2]) {
      const packet = packetOf({ questions });
      const out = new Uint8Array(512);
      const octets = app.respond(packet, packet.length, { address: '127.0.0.1', port: 1, family: 4, transport: 'udp' }, out) as number;
      expect(octets).toBe(12);
      expect([out[4], out[5]]).toEqual([0, 0]);
    }
  });
});
