import { createSocket, type Socket } from 'node:dgram';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { FAILED, openSend, QUEUED, SENT } from '../src/dgram-send.ts';
import { until } from './sockets.ts';

const octets = (...values: number[]) => Uint8Array.from(values);

describe('a socket of Node', () => {
  const open: Socket[] = [];
  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });

  function pair(): { sender: Socket; port: number; received: number[] } {
    const received: number[] = [];
    const [sender, receiver] = [0, 1].map(() =>
      createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) }).bind(0, '127.0.0.1'),
    ) as [Socket, Socket];
    open.push(sender, receiver);
    receiver.on('message', (packet) => received.push(packet[0]!));
    return { sender, port: receiver.address().port, received };
  }

  test('the first datagram goes out by Socket.send, the later ones without it', async () => {
    const { sender, port, received } = pair();
    const bySocket = vi.spyOn(sender, 'send');
    const send = openSend(sender);
    for (let i = 0; i < 5; i++) expect(send(octets(i), port, '127.0.0.1')).toBe(SENT);
    await until(() => received.length === 5);
    expect(received).toEqual([0, 1, 2, 3, 4]);
    expect(bySocket).toHaveBeenCalledTimes(1);
  });

  test('what the system refuses has failed, and the next is sent', async () => {
    const { sender, port, received } = pair();
    const send = openSend(sender);
    send(octets(1), port, '127.0.0.1');
    expect(send(new Uint8Array(65_536), port, '127.0.0.1')).toBe(FAILED);
    expect(send(octets(2), port, '127.0.0.1')).toBe(SENT);
    await until(() => received.length === 2);
  });
});

class SendWrap {
  list: unknown;
}

/** What openSend looks for in a socket, with a handle that notes what it is given and answers with `result`. */
function fake(change: { state?: string; handle?: object; request?: new () => object; more?: unknown[] } = {}) {
  const given: [request: object, octets: Uint8Array][] = [];
  const by = { result: 2, given, bySocket: 0, socket: {} as Socket };
  const proto = {
    send: (request: object, list: Uint8Array[]) => {
      given.push([request, list[0]!]);
      return by.result;
    },
  };
  const handle = Object.assign(Object.create(proto) as typeof proto & { send: (...all: unknown[]) => number }, change.handle);
  by.socket = {
    [Symbol(change.state ?? 'state symbol')]: { handle },
    send: (packet: Uint8Array, port: number, address: string) => {
      by.bySocket++;
      handle.send(new (change.request ?? SendWrap)(), [packet], 1, port, address, false, ...(change.more ?? []));
    },
    getSendQueueCount: () => 0,
  } as unknown as Socket;
  return by;
}

test.each([
  ['as expected', fake(), 1],
  ['without a handle where it was', fake({ state: 'another' }), 3],
  ['with a handle that somebody has put a hand on', fake({ handle: { send: () => 2 } }), 3],
  ['with another request', fake({ request: class Another {} }), 3],
  ['with one more argument', fake({ more: [0] }), 3],
  ['with another result', Object.assign(fake(), { result: 1 }), 3],
])('a socket %s', (_, by, calls) => {
  const send = openSend(by.socket);
  for (let i = 0; i < 3; i++) expect(send(octets(i), 53, '192.0.2.1')).toBe(SENT);
  expect(by.bySocket).toBe(calls);
});

test('a request whose datagram waits is not used again, and holds its octets', () => {
  const by = fake();
  const send = openSend(by.socket);
  const results = [2, 2, 2, 0, 0, -1, 2].map((result, i) => {
    by.result = result;
    return send(octets(i), 53, '192.0.2.1');
  });
  expect(results).toEqual([SENT, SENT, SENT, QUEUED, QUEUED, FAILED, SENT]);
  const requests = by.given.map(([request]) => request as SendWrap);
  // Those of 1, 2 and 3 are one; 3 waits, and so does 4; that of 5 has failed, and serves again.
  expect(requests[1]).toBe(requests[3]);
  expect(new Set(requests.slice(3)).size).toBe(3);
  expect(requests[5]).toBe(requests[6]);
  expect(requests.slice(3).map(({ list }) => list)).toEqual([[octets(3)], [octets(4)], undefined, undefined]);
});
