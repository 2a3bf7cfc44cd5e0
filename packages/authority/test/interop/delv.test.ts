import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { Exchange } from '@dnsteer/router';
import { parseQuery } from '@dnsteer/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { delv, freePort, needing } from '../../../../tooling/testkit/index.ts';
import { zoneAnswerer } from '../../src/index.ts';
import { answerChain } from '../ask.ts';
import { builderOf } from '../zones.ts';

const text = readFileSync(new URL('../fixtures/signed.zone', import.meta.url), 'latin1');
const dnskey = / DNSKEY (257 .*)/.exec(text)![1];
const zone = zoneAnswerer(builderOf('example.', text).build());

async function answerPacket(packet: Uint8Array): Promise<Uint8Array> {
  const exchange = new Exchange();
  const out = new Uint8Array(4096);
  parseQuery(packet, packet.length, exchange.query);
  exchange.begin(out, 4096, 0);
  await answerChain(exchange, [zone]);
  return out.subarray(0, exchange.response.finish());
}

/** UDP, and TCP as far as delv needs it: it asks again over TCP where a DNAME came without a cookie. */
async function serve(port: number): Promise<() => void> {
  const udp = createSocket('udp4');
  udp.on('message', async (packet, peer) => udp.send(await answerPacket(packet), peer.port, peer.address));
  udp.bind(port, '127.0.0.1');
  const tcp = createServer((connection) => {
    connection.on('data', async (octets) => {
      const response = await answerPacket(octets.subarray(2));
      connection.write(Buffer.concat([Buffer.of(response.length >> 8, response.length), response]));
    });
    connection.on('error', () => connection.destroy());
  });
  tcp.listen(port, '127.0.0.1');
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
  return () => {
    udp.close();
    tcp.close();
  };
}

needing(['delv'], 'delv validates', () => {
  let port: number;
  let close: () => void;
  beforeAll(async () => {
    port = await freePort();
    close = await serve(port);
  });
  afterAll(() => close());

  test.each([
    ['RFC 4035 3.1.1: an A', 'mail.example', 'A'],
    ['RFC 4035 3.1.1: a CNAME chain', 'alias2.example', 'A'],
    ['RFC 6672 5.3.1: a DNAME', 'www.dn.example', 'A'],
    ['RFC 4035 3.1.3.1: NODATA', 'mail.example', 'AAAA'],
    ['RFC 4035 3.1.3.1: NODATA of an empty non-terminal', 'ent.example', 'A'],
    ['RFC 4035 3.1.3.2: NXDOMAIN', 'nx.example', 'A'],
    ['RFC 4035 3.1.3.3: a wildcard', 'zz.wild.example', 'A'],
    ['RFC 4035 3.1.3.3: a wildcard CNAME to a wildcard', 'a.wc.example', 'A'],
    ['RFC 4035 3.1.3.4: wildcard NODATA', 'zz.wild.example', 'AAAA'],
    ['RFC 4592 2.2.2: NODATA of a wildcard that is an empty non-terminal', 'zz.went.example', 'A'],
    ['RFC 4035 3.1.4.1: DS', 'sec.example', 'DS'],
    ['RFC 4035 3.1.4.1: no DS', 'sib.example', 'DS'],
    ['RFC 8482 4.1: ANY', 'www.example', 'ANY'],
  ])('%s', async (_, name, type) => {
    const reply = await delv({ port }, { zone: 'example', dnskey }, name, type);
    expect(reply.fullyValidated, reply.text).toBe(true);
  });
});
