import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  canonicalRdata,
  EDE,
  formatName,
  PARSE,
  parseName,
  parseQuery,
  parseRdata,
  QNAME,
  QueryView,
  RCODE,
  ResponseWriter,
  SECTION,
  TYPE,
  typeCode,
} from '@dnsteer/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dig, needing } from '../../../../tooling/testkit/index.ts';
import { octets, u16 } from '../packets.ts';
import { hex, octetsOf, tokens, type Vectors } from '../vector.ts';
import { vectors as caa } from '../vectors/caa.ts';
import { vectors as dnskey } from '../vectors/dnskey.ts';
import { vectors as mx } from '../vectors/mx.ts';
import { vectors as nsec } from '../vectors/nsec.ts';
import { vectors as rrsig } from '../vectors/rrsig.ts';
import { vectors as soa } from '../vectors/soa.ts';
import { vectors as srv } from '../vectors/srv.ts';
import { vectors as svcb } from '../vectors/svcb.ts';
import { vectors as txt } from '../vectors/txt.ts';

const { ANSWER, AUTHORITY, ADDITIONAL } = SECTION;
const socket = createSocket('udp4');
const view = new QueryView();
const writer = new ResponseWriter();
const out = new Uint8Array(65535);
const rdatas = (type: string, ...texts: string[]) =>
  octets(...texts.map((text) => parseRdata(typeCode(type)!, tokens(text))).flatMap((rdata) => [u16(rdata.length), rdata]));

/** Answers from the vectors: the first label of the name says which; the rest of the answer is there to be compressed. */
function respond(packet: Uint8Array): number {
  const status = parseQuery(packet, packet.length, view);
  if (status === PARSE.DROP) return 0;
  writer.begin(view, out, view.udpPayloadOctets);
  if (status === PARSE.BADVERS) writer.rcode = RCODE.BADVERS;
  else if (status === PARSE.NOTIMP) writer.rcode = RCODE.NOTIMP;
  else if (status === PARSE.FORMERR) writer.rcode = RCODE.FORMERR;
  else answer();
  return writer.finish();
}

function answer(): void {
  const [index] = formatName(view.qname.octets).split('.');
  const vectors = [caa, dnskey, mx, nsec, rrsig, soa, srv, svcb, txt].find(({ type }) => typeCode(type) === view.qtype) as Vectors;
  const text = vectors?.good[Number(index)]?.text;
  writer.authoritative = true;
  writer.scopePrefix = 20;
  if (view.nsidRequested) writer.addOption(3, octets(Buffer.from('ns1')));
  if (view.cookieAt > 0) writer.addOption(10, octets(view.packet.slice(view.cookieAt, view.cookieAt + 8), 'a1a2a3a4a5a6a7a8'));
  if (text === undefined) {
    writer.rcode = RCODE.NXDOMAIN;
    writer.extendedError(EDE.OTHER, 'no such vector');
  } else {
    writer.rrset(ANSWER, view.packet, QNAME, view.qtype, 300, rdatas(vectors.type, text), 0, 1);
  }
  writer.rrset(AUTHORITY, parseName('Example.'), 0, TYPE.NS, 300, rdatas('NS', 'ns1.example.', 'ns2.example.', 'ns.other.'), 0, 3);
  writer.rrset(ADDITIONAL, parseName('ns1.example.'), 0, TYPE.A, 300, rdatas('A', '192.0.2.1'), 0, 1);
  writer.rrset(ADDITIONAL, parseName('ns2.example.'), 0, TYPE.AAAA, 300, rdatas('AAAA', '2001:db8::1'), 0, 1);
}

beforeAll(async () => {
  socket.on('message', (packet, from) => {
    const length = respond(packet);
    if (length > 0) socket.send(out.subarray(0, length), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
});
afterAll(() => socket.close());

const ask = (...args: string[]) => dig({ port: socket.address().port }, ...args);

needing(['dig'], 'dig reads what the response writer writes', () => {
  const all = [caa, mx, nsec, rrsig, soa, srv, svcb, txt].flatMap(({ type, good }) =>
    good.map((vector, index) => ({ type, index, ...vector })),
  );

  test.each(all.filter(({ notInBind }) => notInBind === undefined))('$type $text', async ({ type, index, hex: expected }) => {
    const reply = await ask(`${index}.Example.`, type, '+bufsize=4096');
    expect(reply.answer).toHaveLength(1);
    const [record] = reply.answer;
    expect(record).toMatchObject({ name: `${index}.Example.`, ttl: 300, type });
    // dig's text of it means the same octets; a name that is compressed takes the case of the name before.
    const canonical = (rdata: Uint8Array) => hex(canonicalRdata(typeCode(type)!, rdata));
    expect(canonical(parseRdata(typeCode(type)!, tokens(record.rdata)))).toBe(canonical(octetsOf(expected)));
    expect(reply.authority.map(({ name, rdata }) => [name, rdata])).toEqual([
      ['Example.', 'ns1.Example.'],
      ['Example.', 'ns2.Example.'],
      ['Example.', 'ns.other.'],
    ]);
    expect(reply.additional.map(({ name, rdata }) => [name, rdata])).toEqual([
      ['ns1.Example.', '192.0.2.1'],
      ['ns2.Example.', '2001:db8::1'],
    ]);
  });

  test('client subnet with its scope, NSID, cookie, EDE', async () => {
    const reply = await ask('x.example.', 'MX', '+subnet=81.2.69.0/24', '+nsid', '+cookie=0102030405060708', '+dnssec');
    expect(reply).toMatchObject({ rcode: 'NXDOMAIN', flags: expect.arrayContaining(['qr', 'aa', 'rd']) });
    expect(reply.edns).toMatchObject({
      version: 0,
      flags: ['do'],
      udpPayloadOctets: 1232,
      clientSubnet: { address: '81.2.69.0', sourcePrefix: 24, scopePrefix: 20 },
      nsid: expect.stringContaining('ns1'),
      cookie: expect.stringContaining('0102030405060708a1a2a3a4a5a6a7a8'),
      extendedErrors: [{ code: 0, text: 'no such vector' }],
    });
  });

  test.each([
    ['+subnet=0', 'NXDOMAIN'],
    ['+subnet=2001:db8::/56', 'NXDOMAIN'],
    ['+noedns', 'NXDOMAIN'],
    ['+edns=1 +noednsneg', 'BADVERS'],
    ['+opcode=status', 'NOTIMP'],
    ['+ednsopt=8:0001200c', 'FORMERR'],
    ['+ednsopt=10:0102', 'FORMERR'],
    ['+ednsopt=65001:0102', 'NXDOMAIN'],
    ['+header-only', 'FORMERR'],
  ])('%s: %s', async (args, rcode) => {
    expect((await ask('x.example.', 'A', '+nocookie', ...args.split(' '))).rcode).toBe(rcode);
  });
});
