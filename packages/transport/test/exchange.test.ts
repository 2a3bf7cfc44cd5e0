import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { exchangeTcp, exchangeUdp, listenTcp, listenUdp } from '../src/index.ts';
import { deferred, echo, echoOf, frame, message } from './sockets.ts';

const open: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});

/** A UDP server by hand: sends `answers` for each datagram. */
async function udpServer(...answers: Buffer[]): Promise<number> {
  const socket = createSocket('udp4');
  open.push({ close: () => socket.close() });
  socket.on('message', (_packet, from) => {
    for (const answer of answers) socket.send(answer, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket.address().port;
}

/** A TCP server by hand: writes `pieces` one by one, then ends. */
async function tcpServer(...pieces: Buffer[]): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', async () => {
      for (const piece of pieces) await new Promise((resolve) => socket.write(piece, () => setTimeout(resolve, 5)));
      socket.end();
    });
  });
  open.push({ close: () => server.close() });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

describe.each(['127.0.0.1', '::1'])('to %s', (host) => {
  test('exchangeUdp gives the response of listenUdp', async () => {
    const listener = await listenUdp({ host, port: 0, respond: echo });
    open.push(listener);
    const query = message(0xabcd, 60);
    const response = await exchangeUdp(query, { host, port: listener.address.port });
    expect(Buffer.from(response)).toEqual(echoOf(query));
    expect(query).toEqual(message(0xabcd, 60));
  });

  test('exchangeTcp gives the response of listenTcp', async () => {
    const listener = await listenTcp({ host, port: 0, respond: echo });
    open.push(listener);
    const query = message(0xabcd, 65535);
    const response = await exchangeTcp(query, { host, port: listener.address.port });
    expect(Buffer.from(response)).toEqual(echoOf(query));
  });
});

describe('exchangeUdp', () => {
  test('RFC 5452 9.1: another ID, a query and a fragment of a header are passed over', async () => {
    const port = await udpServer(echoOf(message(2)), message(1), echoOf(message(1)).subarray(0, 11), echoOf(message(1, 50)));
    expect(await exchangeUdp(message(1), { host: '127.0.0.1', port })).toHaveLength(50);
  });

  test('RFC 5452 9.2: each query leaves from a port of its own', async () => {
    const ports = new Set<number>();
    const listener = await listenUdp({
      host: '127.0.0.1',
      port: 0,
      respond: (packet, length, peer, out) => {
        ports.add(peer.port);
        return echo(packet, length, peer, out);
      },
    });
    open.push(listener);
    await Promise.all(Array.from({ length: 8 }, (_, id) => exchangeUdp(message(id), { host: '127.0.0.1', port: listener.address.port })));
    expect(ports.size).toBe(8);
  });

  test('RFC 5452 9.1: a response from another address or port is not taken', async () => {
    const stranger = createSocket('udp4');
    open.push({ close: () => stranger.close() });
    const socket = createSocket('udp4');
    open.push({ close: () => socket.close() });
    socket.on('message', (_packet, from) => stranger.send(echoOf(message(1)), from.port, from.address));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    await expect(exchangeUdp(message(1), { host: '127.0.0.1', port: socket.address().port, timeoutMs: 50 })).rejects.toMatchObject({
      code: 'ERR_TRANSPORT_TIMEOUT',
    });
  });

  test('silence is ERR_TRANSPORT_TIMEOUT', async () => {
    const port = await udpServer();
    await expect(exchangeUdp(message(1), { host: '127.0.0.1', port, timeoutMs: 20 })).rejects.toMatchObject({
      code: 'ERR_TRANSPORT_TIMEOUT',
      message: `UDP port ${port} on 127.0.0.1 did not answer within 20 ms`,
    });
  });

  test('a closed port is ERR_TRANSPORT_REFUSED at once', async () => {
    const listener = await listenUdp({ host: '127.0.0.1', port: 0, respond: echo });
    await listener.close();
    await expect(exchangeUdp(message(1), { host: '127.0.0.1', port: listener.address.port, timeoutMs: 60_000 })).rejects.toMatchObject({
      code: 'ERR_TRANSPORT_REFUSED',
    });
  });
});

describe('exchangeTcp', () => {
  test('a response in pieces after one for another ID', async () => {
    const all = Buffer.concat([frame(echoOf(message(2))), frame(echoOf(message(1, 300)))]);
    const port = await tcpServer(all.subarray(0, 1), all.subarray(1, 20), all.subarray(20));
    expect(await exchangeTcp(message(1), { host: '127.0.0.1', port })).toHaveLength(300);
  });

  test('a connection closed without an answer is ERR_TRANSPORT_CLOSED', async () => {
    const port = await tcpServer(frame(echoOf(message(1))).subarray(0, 9));
    await expect(exchangeTcp(message(1), { host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'ERR_TRANSPORT_CLOSED' });
  });

  test('a closed port is ERR_TRANSPORT_REFUSED, silence ERR_TRANSPORT_TIMEOUT', async () => {
    const { respond } = deferred();
    const listener = await listenTcp({ host: '127.0.0.1', port: 0, respond });
    const place = { host: '127.0.0.1', port: listener.address.port, timeoutMs: 30 };
    await expect(exchangeTcp(message(1), place)).rejects.toMatchObject({ code: 'ERR_TRANSPORT_TIMEOUT' });
    await listener.close(0);
    await expect(exchangeTcp(message(1), place)).rejects.toMatchObject({ code: 'ERR_TRANSPORT_REFUSED' });
  });
});

test.each([
  [message(1).subarray(0, 11), { host: '127.0.0.1' }, 'octets of the query must be a whole number from 12 to'],
  [message(1), { host: 'ns.example' }, "host must be an IP address such as 127.0.0.1 or ::1, not 'ns.example'"],
  [message(1), { host: '127.0.0.1', port: 0 }, 'port must be a whole number from 1 to 65535, not 0'],
  [message(1), { host: '127.0.0.1', timeoutMs: 0 }, 'timeoutMs must be a whole number from 1 to'],
])('ERR_TRANSPORT_BAD_OPTION: %o %o', async (query, options, text) => {
  for (const exchange of [exchangeUdp, exchangeTcp]) {
    const error = await exchange(query, options).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'ERR_TRANSPORT_BAD_OPTION' });
    expect((error as Error).message).toContain(text);
  }
});
