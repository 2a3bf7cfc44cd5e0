import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { findAddon } from '../src/addon.ts';
import { PEER_OCTETS } from '../src/batch-peer.ts';
import { batchError, exchangeTcp, exchangeUdp, listenTcp, listenUdp, type Peer, type UdpListener, type UdpOptions } from '../src/index.ts';
import { echo, echoOf, idOf, message, pause, udpClient, until } from './sockets.ts';

const isShipped = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
const at = (path: string) => new URL(`../${path}`, import.meta.url);

test('the add-on is there where it is shipped, and elsewhere its absence is explained', () => {
  if (isShipped) expect(batchError()).toBeUndefined();
  else expect(batchError() ?? new Error('Linux')).toMatchObject({ message: expect.stringMatching(/Linux|compiled/) });
});

test('what is shipped was made of the source that is there', () => {
  const files = readdirSync(at('native')).sort();
  const sources = ['.h', '.c'].flatMap((end) =>
    files.filter((file) => file.endsWith(end)).map((file) => readFileSync(at(`native/${file}`))),
  );
  const hash = createHash('sha256').update(Buffer.concat(sources)).digest('hex');
  for (const arch of ['x64', 'arm64']) expect(readFileSync(at(`prebuilds/linux-${arch}/source.sha256`), 'utf8').trim()).toBe(hash);
});

// Whether it is left out rightly is the first test's to say.
if (batchError() === undefined) describe('driver batch', testBatch);

function testBatch(): void {
  const open: { close: (graceMs?: number) => unknown }[] = [];
  afterEach(async () => {
    for (const it of open.splice(0)) await it.close(0);
  });

  async function listen(options: Partial<UdpOptions> = {}): Promise<UdpListener> {
    const listener = await listenUdp({ host: '127.0.0.1', port: 0, respond: echo, driver: 'batch', ...options });
    open.push(listener);
    return listener;
  }

  test('more datagrams than a batch has slots', async () => {
    const listener = await listen();
    const client = await udpClient('127.0.0.1', listener.address.port);
    open.push({ close: () => client.socket.close() });
    for (let id = 0; id < 200; id++) client.send(message(id, 12 + id));
    await until(() => client.received.length === 200);
    expect(client.received.every((packet) => packet.equals(echoOf(message(idOf(packet), 12 + idOf(packet)))))).toBe(true);
  });

  test('a query that is longer than a slot is cut, and its answer is as long as it may be', async () => {
    const lengths: number[] = [];
    const listener = await listen({
      maxAnswerOctets: 512,
      respond: (_packet, length, _peer, out) => {
        lengths.push(length);
        return out.length;
      },
    });
    const client = await udpClient('127.0.0.1', listener.address.port);
    open.push({ close: () => client.socket.close() });
    client.send(message(1, 9000));
    await until(() => client.received.length === 1);
    expect(lengths).toEqual([4096]);
    expect(client.received[0]).toHaveLength(512);
  });

  test('a wildcard address answers from the address that was asked', async () => {
    const listener = await listen({ host: '0.0.0.0' });
    for (const host of ['127.0.0.1', '127.0.0.2', '127.1.2.3']) {
      // A connected socket takes datagrams from that address alone.
      expect(await exchangeUdp(message(7), { host, port: listener.address.port })).toHaveLength(12);
    }
    const late = await listen({ host: '0.0.0.0', respond: async (packet) => Promise.resolve(echoOf(packet.subarray(0, 12) as Buffer)) });
    expect(await exchangeUdp(message(8), { host: '127.0.0.3', port: late.address.port })).toHaveLength(12);
  });

  test('the same for IPv6', async () => {
    const listener = await listen({ host: '::' });
    expect(listener.address.family).toBe(6);
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    for (const { address, family } of own) {
      if (family === 'IPv6' && !address.startsWith('fe80:')) await exchangeUdp(message(7), { host: address, port: listener.address.port });
    }
  });

  test('promises that are settled when the handlers have run: each answer goes to who asked; some later, some too long for a slot', async () => {
    const listener = await listen({
      maxAnswerOctets: 512,
      respond: async (packet) => {
        const id = idOf(packet);
        if (id % 3 === 0) await Promise.resolve();
        if (id % 3 === 1) await pause(5);
        return echoOf(message(id, id % 5 === 0 ? 1000 : 12 + (id % 100)));
      },
    });
    const clients = await Promise.all([0, 1, 2].map(() => udpClient('127.0.0.1', listener.address.port)));
    for (const { socket } of clients) open.push({ close: () => socket.close() });
    for (let id = 0; id < 150; id++) clients[id % 3]!.send(message(id));
    await until(() => clients.every(({ received }) => received.length === 50));
    for (const [i, { received }] of clients.entries()) {
      const ids = received.map(idOf);
      expect(ids.every((id) => id % 3 === i)).toBe(true);
      expect(new Set(ids).size).toBe(50);
      expect(
        received.every((packet, at) => packet.equals(echoOf(message(ids[at]!, ids[at]! % 5 === 0 ? 1000 : 12 + (ids[at]! % 100))))),
      ).toBe(true);
    }
  });

  test('sockets of one port share its queries', async () => {
    const counts = [0, 0];
    const counting = (i: number) => (packet: Uint8Array, length: number, peer: Peer, out: Uint8Array) => {
      counts[i]!++;
      return echo(packet, length, peer, out);
    };
    const first = await listen({ reusePort: true, respond: counting(0) });
    const { port } = first.address;
    await listen({ reusePort: true, port, respond: counting(1) });
    for (let id = 0; id < 64; id++) await exchangeUdp(message(id), { host: '127.0.0.1', port });
    expect(counts[0]! + counts[1]!).toBe(64);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  test('TCP listeners of one port share its connections', async () => {
    const counts = [0, 0];
    const counting = (i: number) => (packet: Uint8Array, length: number, peer: Peer, out: Uint8Array) => {
      counts[i]!++;
      return echo(packet, length, peer, out);
    };
    const first = await listenTcp({ host: '127.0.0.1', port: 0, reusePort: true, respond: counting(0) });
    open.push(first);
    const { port } = first.address;
    open.push(await listenTcp({ host: '127.0.0.1', port, reusePort: true, respond: counting(1) }));
    for (let id = 0; id < 64; id++) await exchangeTcp(message(id), { host: '127.0.0.1', port });
    expect(counts[0]! + counts[1]!).toBe(64);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    await expect(listenTcp({ host: '127.0.0.1', port, respond: echo })).rejects.toMatchObject({ code: 'ERR_TRANSPORT_PORT_IN_USE' });
  });

  test('queries that the kernel had no room for are counted', async () => {
    const listener = await listen({ receiveBufferOctets: 2304 });
    const socket = createSocket('udp4');
    open.push({ close: () => socket.close() });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const flood = () => {
      // Within one turn: nothing is read meanwhile.
      for (let i = 0; i < 500; i++) socket.send(message(i, 512), listener.address.port, '127.0.0.1');
    };
    flood();
    // The count comes with a datagram that is not lost.
    const probe = setInterval(() => socket.send(message(1), listener.address.port, '127.0.0.1'), 20);
    await until(() => listener.lostQueries > 0).finally(() => clearInterval(probe));
  });

  test('an answer that is still waited for when the socket closes goes nowhere', async () => {
    let settle: (octets: Uint8Array) => void = () => {};
    const listener = await listen({ respond: () => new Promise((resolve) => (settle = resolve)) });
    const client = await udpClient('127.0.0.1', listener.address.port);
    open.push({ close: () => client.socket.close() });
    client.send(message(1));
    await pause(20);
    await listener.close(0);
    settle(message(1));
    await pause(10);
    expect(client.received).toEqual([]);
  });

  test('a socket that is closed from within its own call answers nothing more, and its port is free', async () => {
    let asked = 0;
    let closing: Promise<void> | undefined;
    const listener = await listen({
      respond: (packet, length, peer, out) => {
        asked++;
        closing ??= listener.close(0);
        return echo(packet, length, peer, out);
      },
    });
    const { port } = listener.address;
    const client = await udpClient('127.0.0.1', port);
    client.socket.on('error', () => {});
    open.push({ close: () => client.socket.close() });
    for (let id = 0; id < 200; id++) client.send(message(id));
    await until(() => closing !== undefined);
    await closing;
    await pause(20);
    // The rest of the batch is handed over, as it is read; no other is.
    expect(asked).toBeLessThanOrEqual(64);
    expect(client.received).toEqual([]);
    await listen({ port });
    expect(await exchangeUdp(message(5), { host: '127.0.0.1', port })).toHaveLength(12);
  });

  test('the doors of the add-on refuse what is not theirs', () => {
    const addon = findAddon();
    if (addon instanceof Error) throw addon;
    const views = (slots: number) =>
      [
        new Uint8Array(slots * 512),
        new Uint8Array(slots * 512),
        new Uint8Array(slots * PEER_OCTETS),
        new Int32Array(2 * slots + 2),
      ] as const;
    const tryOpen = (slots: number, [input, output, peers, lengths]: ReturnType<typeof views>) =>
      addon.open('127.0.0.1', 0, false, 65536, slots, 512, 512, input, output, peers, lengths, () => {});
    expect(() => tryOpen(65, views(65))).toThrow(/argument/);
    expect(() => tryOpen(0, views(1))).toThrow(/argument/);
    // Views that are too small for their slots would be written past their end.
    for (const i of [0, 1, 2, 3]) {
      const small = [...views(4)] as unknown as ReturnType<typeof views>;
      (small as unknown as unknown[])[i] = small[i]!.subarray(1);
      expect(() => tryOpen(4, small)).toThrow(/argument/);
    }
    expect(() => (addon.open as unknown as () => void)()).toThrow(/argument/);
    const socket = tryOpen(4, views(4));
    expect(() => addon.send(socket, new Uint8Array(12), new Uint8Array(PEER_OCTETS - 1))).toThrow(/argument/);
    addon.close(socket);
    addon.close(socket);
    expect(() => addon.facts(socket)).toThrow(/EBADF/);
    expect(addon.send(socket, new Uint8Array(12), new Uint8Array(PEER_OCTETS))).toBe(false);
  });
}
