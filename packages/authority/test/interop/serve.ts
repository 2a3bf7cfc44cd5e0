import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Answerer, Exchange } from '@dnsteer/router';
import { parseQuery } from '@dnsteer/wire';
import { answerChain } from '../ask.ts';

async function answerPacket(zones: readonly Answerer[], packet: Uint8Array): Promise<Uint8Array> {
  const exchange = new Exchange();
  const out = new Uint8Array(4096);
  parseQuery(packet, packet.length, exchange.query);
  exchange.begin(out, 4096, 0);
  await answerChain(exchange, zones);
  return out.subarray(0, exchange.response.finish());
}

/**
 * Answers from these zones until the function that it returns is called: UDP, and TCP as far as delv needs it: it asks again over TCP where a DNAME came without a
 * cookie.
 */
export async function serve(port: number, zones: readonly Answerer[]): Promise<() => void> {
  const udp = createSocket('udp4');
  udp.on('message', async (packet, peer) => udp.send(await answerPacket(zones, packet), peer.port, peer.address));
  udp.bind(port, '127.0.0.1');
  const tcp = createServer((connection) => {
    connection.on('data', async (octets) => {
      const response = await answerPacket(zones, octets.subarray(2));
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
