import { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type BatchPort, findAddon } from '../src/addon.ts';
import { batchError, listenTcp, type Peer, type TcpListener, type TcpOptions } from '../src/index.ts';
import { deferred, echo, echoOf, frame, idOf, message, pause, type TcpClient, tcpClient, until } from './sockets.ts';

// Why `batch` is not there is a test's of udp-batch to say.
const drivers = batchError() === undefined ? (['batch', 'net'] as const) : (['net'] as const);

describe.each(drivers)('driver %s:', (driver) => {
  const found = driver === 'batch' ? findAddon() : undefined;
  const addon = found instanceof Error ? undefined : found;
  const ports = new Map<TcpListener, BatchPort>();
  const open: { close: (graceMs?: number) => unknown }[] = [];
  afterEach(async () => {
    for (const it of open.splice(0)) await it.close(0);
  });

  async function listen(options: Partial<TcpOptions> = {}): Promise<TcpListener> {
    const openTcp = addon === undefined ? undefined : vi.spyOn(addon, 'openTcp');
    let listener: TcpListener;
    try {
      listener = await listenTcp({ host: '127.0.0.1', port: 0, respond: echo, driver, ...options });
      if (openTcp !== undefined) ports.set(listener, openTcp.mock.results[0]!.value as BatchPort);
    } finally {
      openTcp?.mockRestore();
    }
    expect(listener.driver).toBe(driver);
    open.push(listener);
    return listener;
  }

  async function client(listener: TcpListener): Promise<TcpClient> {
    const it = await tcpClient(listener.address.address, listener.address.port);
    open.push({ close: () => it.socket.destroy() });
    return it;
  }

  /** Counts what the listener's sockets hand to the system from now on. */
  function countWrites(listener: TcpListener): () => number {
    const port = ports.get(listener);
    if (addon !== undefined && port !== undefined) {
      const before = addon.factsTcp(port)[1];
      return () => addon.factsTcp(port)[1] - before;
    }
    let count = 0;
    for (const method of ['_write', '_writev'] as const) {
      const original = Socket.prototype[method] as (...args: unknown[]) => void;
      const spy = vi.spyOn(Socket.prototype, method).mockImplementation(function (this: Socket, ...args: unknown[]) {
        if (this.localPort === listener.address.port) count++;
        original.apply(this, args);
      });
      open.push({ close: () => spy.mockRestore() });
    }
    return () => count;
  }

  const frames = (...ids: number[]) => Buffer.concat(ids.map((id) => frame(message(id))));

  describe.each([
    ['127.0.0.1', 4],
    ['::1', 6],
  ] as const)('on %s', (host, family) => {
    test('RFC 7766 8: a message after its 2-octet length is answered in the same form', async () => {
      let seen: Peer | undefined;
      const listener = await listen({
        host,
        respond: (packet, length, peer, out) => {
          seen = peer;
          return echo(packet, length, peer, out);
        },
      });
      expect(listener.address).toEqual({ address: host, port: listener.address.port, family, transport: 'tcp' });
      const { socket, received } = await client(listener);
      socket.write(frame(message(0x1234, 700)));
      await until(() => received.length === 1);
      expect(received[0]).toEqual(echoOf(message(0x1234, 700)));
      const { address, port, octets } = seen!;
      expect({ address, port, family: seen!.family, transport: seen!.transport }).toEqual({
        address: host,
        port: socket.localPort,
        family,
        transport: 'tcp',
      });
      if (driver === 'batch') expect([...octets!]).toEqual(family === 4 ? [127, 0, 0, 1, ...Array(12).fill(0)] : [...Array(15).fill(0), 1]);
    });
  });

  describe('pipelining (RFC 7766 6.2.1.1)', () => {
    test('all messages of one chunk are answered, in one write', async () => {
      const listener = await listen();
      const { socket, received } = await client(listener);
      const writes = countWrites(listener);
      socket.write(frames(1, 2, 3, 4, 5));
      await until(() => received.length === 5);
      expect(received.map(idOf)).toEqual([1, 2, 3, 4, 5]);
      expect(writes()).toBe(1);
    });

    test('a message that comes in pieces is answered once it is whole', async () => {
      const listener = await listen();
      const { socket, received } = await client(listener);
      const all = frames(1, 2);
      for (const piece of [all.subarray(0, 1), all.subarray(1, 9), all.subarray(9, 15), all.subarray(15)]) {
        socket.write(piece);
        await pause(5);
      }
      await until(() => received.length === 2);
      expect(received.map(idOf)).toEqual([1, 2]);
    });

    test('RFC 7766 7: promised answers go out as they are ready, whatever the order of the queries', async () => {
      const { respond, asked, settle } = deferred();
      const listener = await listen({
        respond: (packet, length, peer, out) => (idOf(packet) === 9 ? echo(packet, length, peer, out) : respond(packet, length, peer, out)),
      });
      const { socket, received } = await client(listener);
      socket.write(frames(1, 2, 3, 9));
      await until(() => asked.length === 3 && received.length === 1);
      settle(3);
      await until(() => received.length === 2);
      settle(1);
      settle(2);
      await until(() => received.length === 4);
      expect(received.map(idOf)).toEqual([9, 3, 1, 2]);
    });

    test('answers that become ready together go out together', async () => {
      const { respond, asked, settle } = deferred();
      const listener = await listen({ respond });
      const { socket, received } = await client(listener);
      socket.write(frames(1, 2, 3));
      await until(() => asked.length === 3);
      const writes = countWrites(listener);
      for (const id of [3, 2, 1]) settle(id);
      await until(() => received.length === 3);
      expect(received.map(idOf)).toEqual([3, 2, 1]);
      expect(writes()).toBe(1);
    });

    test('no more than maxPipelined queries of a connection wait for their promises', async () => {
      const { respond, asked, settle } = deferred();
      const listener = await listen({ respond, maxPipelined: 2 });
      const [{ socket, received }, other] = [await client(listener), await client(listener)];
      socket.write(frames(1, 2, 3));
      await pause(5);
      socket.write(frames(4, 5));
      await until(() => asked.length === 2);
      other.socket.write(frames(11)); // another connection has its own two
      await until(() => asked.length === 3);
      await pause(20);
      expect(asked).toEqual([1, 2, 11]);
      settle(2);
      await until(() => asked.length === 4);
      expect(asked).toEqual([1, 2, 11, 3]);
      settle(1);
      settle(3);
      await until(() => asked.length === 6);
      settle(4);
      settle(5);
      await until(() => received.length === 5);
    });

    test('a client that reads nothing is not asked for more; when it reads, every answer comes, in order', async () => {
      let asked = 0;
      const listener = await listen({
        respond: (packet, _length, _peer, out) => {
          asked++;
          out.set(full(idOf(packet)));
          return 60_000;
        },
      });
      const full = (id: number) => message(id, 60_000);
      const { socket, received } = await client(listener);
      const other = await client(listener);
      socket.pause();
      const total = 1000; // 60 MB of answers: more than the kernel holds
      socket.write(frames(...Array.from({ length: total }, (_, id) => id)));
      await until(() => asked > 0);
      let before = -1;
      while (before !== asked) {
        before = asked;
        await pause(50);
      }
      expect(asked).toBeLessThan(total);
      // Others are served meanwhile, through the same buffers.
      other.socket.write(frames(0xffff));
      await until(() => other.received.length === 1);
      socket.resume();
      await until(() => received.length === total);
      expect(received.every((packet, id) => packet.equals(full(id)))).toBe(true);
    });
  });

  describe('limits', () => {
    test.each([
      ['longer than maxQueryOctets', message(3, 513)],
      ['shorter than a header', message(3, 11)],
      ['empty', Buffer.alloc(0)],
    ])('a message %s closes the connection; those before it are answered', async (_what, bad) => {
      const { respond, asked, settle } = deferred();
      const listener = await listen({
        maxQueryOctets: 512,
        respond: (packet, length, peer, out) => (idOf(packet) === 1 ? echo(packet, length, peer, out) : respond(packet, length, peer, out)),
      });
      const it = await client(listener);
      it.socket.write(Buffer.concat([frames(1, 2), frame(bad), frames(4)]));
      await until(() => asked.length > 0);
      await pause(5);
      settle(2);
      await until(it.isEnded);
      expect(it.received.map(idOf)).toEqual([1, 2]);
      expect(asked).toEqual([2]);
    });

    test('RFC 7766 6.2.3: a connection that has been idle for idleTimeoutMs is closed', async () => {
      const listener = await listen({ idleTimeoutMs: 30 });
      const [silent, halfWay, answered] = [await client(listener), await client(listener), await client(listener)];
      halfWay.socket.write(frames(1).subarray(0, 5));
      answered.socket.write(frames(1));
      await until(() => [silent, halfWay, answered].every((it) => it.isEnded()));
      expect(answered.received).toHaveLength(1);
      for (const it of [silent, halfWay, answered]) it.socket.end();
      await until(() => listener.connectionCount === 0);
    });

    test('single octets, each within the timeout, do not keep a connection open', async () => {
      const listener = await listen({ idleTimeoutMs: 60 });
      const it = await client(listener);
      for (const octet of Buffer.concat([Buffer.of(2, 0), Buffer.alloc(400)])) {
        if (it.isEnded()) break;
        it.socket.write(Buffer.of(octet));
        await pause(10);
      }
      expect(it.isEnded()).toBe(true);
    });

    test('a connection whose answer is still being made is not idle', async () => {
      const { respond, asked, settle } = deferred();
      const listener = await listen({ respond, idleTimeoutMs: 20 });
      const it = await client(listener);
      it.socket.write(frames(1));
      await until(() => asked.length === 1);
      await pause(100);
      expect(listener.connectionCount).toBe(1);
      settle(1);
      await until(() => it.received.length === 1 && it.isEnded());
    });

    test('a client that takes nothing of its answers for idleTimeoutMs is cut off', async () => {
      const listener = await listen({ idleTimeoutMs: 50, respond: (_packet, _length, _peer, out) => out.length });
      const it = await client(listener);
      it.socket.pause();
      it.socket.write(frames(...Array.from({ length: 1000 }, (_, id) => id)));
      await until(() => listener.connectionCount === 1);
      await until(() => listener.connectionCount === 0);
    });

    test('one connection more than maxConnections closes the one that has been idle longest', async () => {
      const listener = await listen({ maxConnections: 2 });
      const [first, second] = [await client(listener), await client(listener)];
      second.socket.write(frames(2));
      await until(() => second.received.length === 1);
      first.socket.write(frames(1));
      await until(() => first.received.length === 1);
      const third = await client(listener);
      await until(() => second.isEnded() || second.isClosed());
      third.socket.write(frames(3));
      first.socket.write(frames(4));
      await until(() => third.received.length === 1 && first.received.length === 2);
      expect(listener.connectionCount).toBe(2);
    });

    test('with no idle connection to close, the new one is closed', async () => {
      const { respond, asked, settle } = deferred();
      const listener = await listen({ respond, maxConnections: 1 });
      const first = await client(listener);
      first.socket.write(frames(1));
      await until(() => asked.length === 1);
      const second = await client(listener);
      await until(() => second.isEnded() || second.isClosed());
      settle(1);
      await until(() => first.received.length === 1);
    });
  });

  describe('clients that go away', () => {
    test('RFC 7766 6.2.4: a client that has closed its side gets its answers, then a FIN', async () => {
      const { respond, asked, settle } = deferred();
      const listener = await listen({ respond });
      const it = await client(listener);
      it.socket.end(frames(1, 2));
      await until(() => asked.length === 2);
      await pause(10);
      expect(it.isEnded()).toBe(false);
      settle(1);
      settle(2);
      await until(it.isEnded);
      expect(it.received.map(idOf)).toEqual([1, 2]);
      await until(() => listener.connectionCount === 0);
    });

    test('a reset during a query, an answer or a message harms nobody', async () => {
      const { respond, asked, settle } = deferred();
      const errors: unknown[] = [];
      const listener = await listen({
        onError: (error) => errors.push(error),
        respond: (packet, length, peer, out) => (idOf(packet) < 3 ? respond(packet, length, peer, out) : echo(packet, length, peer, out)),
      });
      const [early, pending, halfWay, good] = [
        await client(listener),
        await client(listener),
        await client(listener),
        await client(listener),
      ];
      early.socket.resetAndDestroy();
      pending.socket.write(frames(1, 2));
      halfWay.socket.write(frames(3).subarray(0, 7));
      await until(() => asked.length === 2);
      settle(1);
      pending.socket.resetAndDestroy();
      halfWay.socket.resetAndDestroy();
      await until(() => listener.connectionCount === 1);
      settle(2);
      good.socket.write(frames(3));
      await until(() => good.received.length === 1);
      expect(errors).toEqual([]);
    });

    test('a throw, a rejection and an impossible length go to onError; the connection lives on', async () => {
      const errors: unknown[] = [];
      const listener = await listen({
        onError: (error) => errors.push(error),
        respond: (packet, length, peer, out) => {
          if (idOf(packet) === 1) throw new Error('thrown');
          if (idOf(packet) === 2) return Promise.reject(new Error('rejected'));
          if (idOf(packet) === 3) return 65536;
          if (idOf(packet) === 4) return Promise.resolve(new Uint8Array(65536));
          if (idOf(packet) === 5) return Promise.resolve(undefined);
          return echo(packet, length, peer, out);
        },
      });
      const { socket, received } = await client(listener);
      socket.write(frames(1, 2, 3, 4, 5, 6));
      await until(() => received.length === 1 && errors.length === 4);
      expect(received.map(idOf)).toEqual([6]);
      const tooLong = 'respond returned 65536 octets, but an answer has 0 to 65535: check its length';
      expect(errors.map((error) => (error as Error).message).sort()).toEqual(['rejected', tooLong, tooLong, 'thrown']);
    });
  });

  describe('close', () => {
    test('a query on a connection that was not yet accepted is answered', async () => {
      const listener = await listen();
      const flag = new Int32Array(new SharedArrayBuffer(4));
      const client = new Worker(
        `const { workerData: { port, query, flag }, parentPort } = require('node:worker_threads');
      const socket = require('node:net').connect(port, '127.0.0.1', () => socket.write(query, () => { Atomics.store(flag, 0, 1); Atomics.notify(flag, 0); }));
      socket.on('error', (error) => parentPort.postMessage(error.code));
      socket.once('data', (answer) => { parentPort.postMessage(answer); socket.end(); });`,
        { eval: true, workerData: { port: listener.address.port, query: frames(1), flag } },
      );
      const answered = new Promise((resolve) => client.once('message', resolve));
      await new Promise((resolve) => client.once('online', resolve));
      Atomics.wait(flag, 0, 0, 5000); // this thread sleeps, so only the kernel has the connection and the query
      expect(listener.connectionCount).toBe(0);
      await listener.close();
      expect(Buffer.from((await answered) as Uint8Array)).toEqual(frame(echoOf(message(1))));
    });

    test('what was received is answered, read or unread; what is being made is waited for', async () => {
      const { respond, asked, settle } = deferred();
      const listener = await listen({
        respond: (packet, length, peer, out) => (idOf(packet) === 1 ? respond(packet, length, peer, out) : echo(packet, length, peer, out)),
      });
      const [pending, quiet, late] = [await client(listener), await client(listener), await client(listener)];
      pending.socket.write(frames(1));
      await until(() => asked.length === 1);
      late.socket.write(frames(2));
      const closing = listener.close();
      expect(listener.close()).toBe(closing);
      await until(() => quiet.isEnded() && late.isEnded());
      expect(late.received.map(idOf)).toEqual([2]);
      expect(pending.isEnded()).toBe(false);
      settle(1);
      await until(pending.isEnded);
      expect(pending.received.map(idOf)).toEqual([1]);
      for (const it of [pending, quiet, late]) it.socket.end();
      await closing;
      expect(listener.connectionCount).toBe(0);
      await listen({ port: listener.address.port });
    });

    test('it does not wait longer than it is told to', async () => {
      const { respond, asked } = deferred();
      const listener = await listen({ respond });
      const it = await client(listener);
      it.socket.write(frames(1));
      await until(() => asked.length === 1);
      await listener.close(10);
      await until(() => it.isEnded() || it.isClosed());
      expect(it.received).toEqual([]);
    });

    test('a client that never closes its side does not hold it up', async () => {
      const listener = await listen();
      const it = await client(listener);
      it.socket.write(frames(1));
      await until(() => it.received.length === 1);
      await listener.close(60_000);
      expect(it.received).toHaveLength(1);
    });
  });

  test('a port that is taken is ERR_TRANSPORT_PORT_IN_USE', async () => {
    const { address } = await listen();
    const error = await listen({ port: address.port }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'ERR_TRANSPORT_PORT_IN_USE' });
    expect((error as Error).message).toContain(`TCP port ${address.port} on 127.0.0.1 is taken`);
  });

  test.each([
    [{ host: '192.0.2.1' }, 'ERR_TRANSPORT_NO_SUCH_ADDRESS'],
    [{ host: 'example.com' }, 'ERR_TRANSPORT_BAD_OPTION'],
    [{ port: 65536 }, 'ERR_TRANSPORT_BAD_OPTION'],
    [{ maxConnections: 0 }, 'ERR_TRANSPORT_BAD_OPTION'],
    [{ idleTimeoutMs: 0 }, 'ERR_TRANSPORT_BAD_OPTION'],
    [{ maxPipelined: 0 }, 'ERR_TRANSPORT_BAD_OPTION'],
    [{ maxQueryOctets: 11 }, 'ERR_TRANSPORT_BAD_OPTION'],
  ])('%o is %s', async (options, code) => {
    await expect(listen(options)).rejects.toMatchObject({ code });
  });
});
