import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { batchError, listenUdp, type Peer, TransportError, type UdpListener, type UdpOptions } from '../src/index.ts';
import { deferred, echo, echoOf, idOf, message, pause, udpClient, until } from './sockets.ts';

const open: { close: (graceMs?: number) => unknown }[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close(0);
});

let driver: 'batch' | 'dgram';

async function listen(options: Partial<UdpOptions> = {}): Promise<UdpListener> {
  const listener = await listenUdp({ host: '127.0.0.1', port: 0, respond: echo, driver, ...options });
  expect(listener.driver).toBe(driver);
  open.push(listener);
  return listener;
}

async function client(listener: UdpListener) {
  const it = await udpClient(listener.address.address, listener.address.port);
  open.push({ close: () => it.socket.close() });
  return it;
}

// Where there is no add-on, `auto` is dgram: test/udp-batch.test.ts says where it has to be there.
describe.each(batchError() === undefined ? (['batch', 'dgram'] as const) : (['dgram'] as const))('driver %s', (name) => {
  beforeEach(() => {
    driver = name;
  });

  describe.each([
    ['127.0.0.1', 4],
    ['::1', 6],
  ] as const)('on %s', (host, family) => {
    test('each datagram gets the octets that respond wrote, and respond learns who asks', async () => {
      let seen: Peer | undefined;
      const listener = await listen({
        host,
        respond: (packet, length, peer, out) => {
          seen = { address: peer.address, port: peer.port, family: peer.family, transport: peer.transport };
          return echo(packet, length, peer, out);
        },
      });
      expect(listener.address).toEqual({ address: host, port: listener.address.port, family, transport: 'udp' });
      const { socket, received, send } = await client(listener);
      send(message(0x1234, 40));
      await until(() => received.length === 1);
      expect(received[0]).toEqual(echoOf(message(0x1234, 40)));
      expect(seen).toEqual({ address: host, port: socket.address().port, family, transport: 'udp' });
    });
  });

  test('answers of a burst are not mixed up, though they share buffers', async () => {
    const listener = await listen();
    const { received, send } = await client(listener);
    for (let id = 0; id < 200; id++) send(message(id, 12 + id));
    await until(() => received.length === 200);
    received.sort((a, b) => idOf(a) - idOf(b));
    expect(received.every((packet, id) => packet.equals(echoOf(message(id, 12 + id))))).toBe(true);
  });

  test('0 octets, undefined and an empty array are silence; the next query is answered', async () => {
    const listener = await listen({
      respond: (packet, length, peer, out) => {
        if (idOf(packet) === 1) return 0;
        if (idOf(packet) === 2) return Promise.resolve(undefined);
        if (idOf(packet) === 3) return Promise.resolve(new Uint8Array(0));
        return echo(packet, length, peer, out);
      },
    });
    const { received, send } = await client(listener);
    for (const id of [1, 2, 3, 4]) send(message(id));
    await until(() => received.length > 0);
    await pause(10);
    expect(received.map(idOf)).toEqual([4]);
  });

  test('a promised answer goes to the one who asked, in the order of readiness', async () => {
    const { respond, asked, settle } = deferred();
    const listener = await listen({ respond });
    const [first, second] = [await client(listener), await client(listener)];
    first.send(message(1));
    await until(() => asked.length === 1);
    second.send(message(2));
    await until(() => asked.length === 2);
    settle(2);
    await until(() => second.received.length === 1);
    settle(1);
    await until(() => first.received.length === 1);
    expect(first.received.map(idOf)).toEqual([1]);
    expect(second.received.map(idOf)).toEqual([2]);
  });

  test('a throw, a rejection and an impossible length go to onError and are answered by nothing', async () => {
    const errors: unknown[] = [];
    const listener = await listen({
      onError: (error) => errors.push(error),
      maxAnswerOctets: 512,
      respond: (packet, length, peer, out) => {
        if (idOf(packet) === 1) throw new Error('thrown');
        if (idOf(packet) === 2) return Promise.reject(new Error('rejected'));
        if (idOf(packet) === 3) return out.length + 1;
        if (idOf(packet) === 4) return Number.NaN;
        return echo(packet, length, peer, out);
      },
    });
    const { received, send } = await client(listener);
    for (const id of [1, 2, 3, 4, 5]) send(message(id));
    await until(() => received.length > 0 && errors.length === 4);
    expect(received.map(idOf)).toEqual([5]);
    expect(errors.map((error) => (error as Error).message).sort()).toEqual([
      'rejected',
      'respond returned 513 octets, but an answer has 0 to 512: check its length',
      'respond returned NaN octets, but an answer has 0 to 512: check its length',
      'thrown',
    ]);
  });

  test('an empty datagram reaches respond with length 0', async () => {
    const lengths: number[] = [];
    const listener = await listen({ respond: (_packet, length) => lengths.push(length) * 0 });
    const { send } = await client(listener);
    send(new Uint8Array(0));
    await until(() => lengths.length === 1);
    expect(lengths).toEqual([0]);
  });

  test('close answers what was received before it, at once and by promise, and then frees the port', async () => {
    const listener = await listen({
      respond: (packet, length, peer, out) =>
        idOf(packet) % 2 === 0 ? echo(packet, length, peer, out) : pause(20).then(() => echoOf(message(7))),
    });
    const { received, send } = await client(listener);
    for (let id = 0; id < 100; id++) send(message(id));
    // The kernel has them all; none has been read.
    const closing = listener.close();
    expect(listener.close()).toBe(closing);
    await closing;
    await until(() => received.length === 100);
    const again = await listen({ port: listener.address.port });
    expect(again.address.port).toBe(listener.address.port);
  });

  test('close does not wait longer than it is told to, and a late answer is dropped in silence', async () => {
    const { respond, asked, settle } = deferred();
    const errors: unknown[] = [];
    const listener = await listen({ respond, onError: (error) => errors.push(error) });
    const { received, send } = await client(listener);
    send(message(1));
    await until(() => asked.length === 1);
    await listener.close(10);
    settle(1);
    await pause(10);
    expect(received).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('the receive buffer is what the kernel grants', async () => {
    const [small, large] = [await listen({ receiveBufferOctets: 4096 }), await listen({ receiveBufferOctets: 131072 })];
    expect(large.receiveBufferOctets).toBeGreaterThan(small.receiveBufferOctets);
  });

  test('a port that is taken is ERR_TRANSPORT_PORT_IN_USE', async () => {
    const listener = await listen();
    const port = listener.address.port;
    const error = await listen({ port }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ code: 'ERR_TRANSPORT_PORT_IN_USE' });
    expect((error as Error).message).toContain(`UDP port ${port} on 127.0.0.1 is taken: stop the program that has it`);
  });

  test.each([
    ['192.0.2.1', 'ERR_TRANSPORT_NO_SUCH_ADDRESS', '192.0.2.1 is not an address of this machine: choose one that is (127.0.0.1'],
    ['localhost', 'ERR_TRANSPORT_BAD_OPTION', "host must be an IP address such as 127.0.0.1 or ::1, not 'localhost'"],
  ])('host %s is %s', async (host, code, text) => {
    const error = await listen({ host }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(text);
  });

  test.each([{ port: 65536 }, { port: -1 }, { port: 1.5 }, { maxAnswerOctets: 100 }, { maxAnswerOctets: 70000 }])(
    '%o is ERR_TRANSPORT_BAD_OPTION',
    async (options) => {
      await expect(listen(options)).rejects.toMatchObject({ code: 'ERR_TRANSPORT_BAD_OPTION' });
    },
  );
});
