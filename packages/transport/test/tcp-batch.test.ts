import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { findAddon } from '../src/addon.ts';
import { PEER_OCTETS } from '../src/batch-peer.ts';
import { batchError, exchangeTcp, listenTcp, type TcpListener, type TcpOptions } from '../src/index.ts';
import { echo, echoOf, frame, idOf, message, tcpClient, until } from './sockets.ts';

// Whether it is left out rightly is a test's of udp-batch to say.
if (batchError() === undefined) describe('driver batch over TCP', testBatch);

function testBatch(): void {
  const open: { close: (graceMs?: number) => unknown }[] = [];
  afterEach(async () => {
    for (const it of open.splice(0)) await it.close(0);
  });

  async function listen(options: Partial<TcpOptions> = {}): Promise<TcpListener> {
    const listener = await listenTcp({ host: '127.0.0.1', port: 0, respond: echo, driver: 'batch', ...options });
    open.push(listener);
    return listener;
  }

  async function clients(listener: TcpListener, count: number) {
    const all = await Promise.all(Array.from({ length: count }, () => tcpClient('127.0.0.1', listener.address.port)));
    for (const it of all) open.push({ close: () => it.socket.destroy() });
    return all;
  }

  test('more connections than a batch has slots, each with more queries than it has: every answer goes to who asked', async () => {
    const listener = await listen();
    const all = await clients(listener, 100);
    for (const [i, { socket }] of all.entries()) {
      socket.write(Buffer.concat(Array.from({ length: 80 }, (_, q) => frame(message(100 * i + q, 12 + i)))));
    }
    await until(() => all.every((it) => it.received.length === 80));
    for (const [i, { received }] of all.entries()) {
      expect(received.every((packet, q) => packet.equals(echoOf(message(100 * i + q, 12 + i))))).toBe(true);
    }
    expect(listener.connectionCount).toBe(100);
  });

  test('a connection that comes after another has gone gets nothing of it', async () => {
    const settle: ((answer: Uint8Array) => void)[] = [];
    const listener = await listen({
      respond: (packet, length, peer, out) =>
        idOf(packet) === 1 ? new Promise((resolve) => settle.push(resolve)) : echo(packet, length, peer, out),
    });
    const [gone] = await clients(listener, 1);
    gone!.socket.write(Buffer.concat([frame(message(1)), frame(message(9)).subarray(0, 9)]));
    await until(() => settle.length === 1);
    gone!.socket.resetAndDestroy();
    await until(() => listener.connectionCount === 0);
    const [next] = await clients(listener, 1);
    settle[0]!(message(1));
    next!.socket.write(frame(message(2)));
    await until(() => next!.received.length > 0);
    expect(next!.received.map(idOf)).toEqual([2]);
  });

  test('a client that takes little by little is no idle one', async () => {
    const listener = await listen({ idleTimeoutMs: 200, respond: (_packet, _length, _peer, out) => out.length });
    const socket = connect(listener.address.port, '127.0.0.1');
    open.push({ close: () => socket.destroy() });
    socket.on('error', () => {});
    let taken = 0;
    const total = 200;
    socket.on('data', (chunk) => {
      taken += chunk.length;
      // Slower than the timeout for the whole.
      socket.pause();
      setTimeout(() => socket.resume(), 2);
    });
    socket.write(Buffer.concat(Array.from({ length: total }, (_, id) => frame(message(id)))));
    for (let i = 0; i < 10 && taken < total * 65537; i++) await until(() => taken === total * 65537).catch(() => {});
    expect(taken).toBe(total * 65537);
  });

  test('answers of the most octets, more than are sent at once, come whole and in order', async () => {
    const listener = await listen({
      respond: (packet, _length, _peer, out) => {
        out.fill(idOf(packet) & 0xff);
        return out.length;
      },
    });
    const [it] = await clients(listener, 1);
    it!.socket.write(Buffer.concat(Array.from({ length: 100 }, (_, id) => frame(message(id)))));
    await until(() => it!.received.length === 100);
    expect(it!.received.every((packet, id) => packet.length === 65535 && packet.every((octet) => octet === id))).toBe(true);
  });

  test('the doors of the add-on refuse what is not theirs', () => {
    const addon = findAddon();
    if (addon instanceof Error) throw addon;
    const views = () =>
      [new Uint8Array(64 * 512), new Uint8Array(64 * 65537), new Uint8Array(64 * PEER_OCTETS), new Int32Array(258 + 10)] as const;
    const tryOpen = (capacity: number, [input, output, peers, table]: ReturnType<typeof views>, outputStride = 65537) =>
      addon.openTcp('127.0.0.1', 0, false, 5, capacity, 512, outputStride, input, output, peers, table, () => {});
    expect(() => tryOpen(0, views())).toThrow(/argument/);
    expect(() => tryOpen(11, views())).toThrow(/argument/);
    expect(() => tryOpen(10, views(), 65536)).toThrow(/argument/);
    // Views that are too small would be written past their end.
    for (const i of [0, 1, 2, 3]) {
      const small = [...views()] as unknown as ReturnType<typeof views>;
      (small as unknown as unknown[])[i] = small[i]!.subarray(1);
      expect(() => tryOpen(10, small)).toThrow(/argument/);
    }
    const all = views();
    const port = tryOpen(10, all);
    // Connections that there are not, in calls and in what is written, and more rows than there are.
    for (const id of [0, 9, 10, 2 ** 31, -1]) {
      addon.dropTcp(port, id);
      addon.endTcp(port, id);
      addon.readTcp(port, id, true);
    }
    all[3].fill(0x7fffffff);
    addon.flushTcp(port);
    all[3].fill(-1);
    addon.flushTcp(port);
    // A socket of UDP is none of TCP.
    expect(() => addon.facts(port as never)).toThrow(/EBADF/);
    addon.closeTcp(port);
    addon.closeTcp(port);
    addon.flushTcp(port);
    addon.listenOn(port, true);
  });

  test('a port that is closed from within its own call lets go of everything', async () => {
    const addon = findAddon();
    if (addon instanceof Error) throw addon;
    let calls = 0;
    const views = [
      new Uint8Array(64 * 512),
      new Uint8Array(64 * 65537),
      new Uint8Array(64 * PEER_OCTETS),
      new Int32Array(258 + 10),
    ] as const;
    const port = addon.openTcp('127.0.0.1', 0, false, 5, 10, 512, 65537, ...views, (rows) => {
      calls++;
      // An answer that is written, and a call that closes: nothing is sent any more.
      views[3].set([0, 20], 128);
      views[3][256] = rows;
      addon.closeTcp(port);
      addon.flushTcp(port);
      addon.dropTcp(port, 0);
    });
    const [number] = addon.factsTcp(port);
    addon.listenOn(port, true);
    const it = await tcpClient('127.0.0.1', number);
    await until(() => it.isClosed() || it.isEnded());
    it.socket.destroy();
    expect(calls).toBe(1);
    expect(it.chunks).toEqual([]);
    const next = await listen({ port: number });
    expect(next.address.port).toBe(number);
  });

  test('exchangeTcp asks it', async () => {
    const { address } = await listen({ host: '::' });
    expect(await exchangeTcp(message(7), { host: '::1', port: address.port })).toHaveLength(12);
  });
}
