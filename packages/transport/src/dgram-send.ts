import type { Socket } from 'node:dgram';

/**
 * Sends one datagram.
 *
 * @param octets - kept by libuv until the socket is writable again when the kernel does not take them at once.
 * @returns SENT, QUEUED, or FAILED: it can't be sent (no route, too long), and is lost.
 */
export type Send = (octets: Uint8Array, port: number, address: string) => number;

export const SENT = 0;
export const QUEUED = 1;
export const FAILED = 2;

type Request = object;
type HandleSend = (request: Request, list: Uint8Array[], count: number, port: number, address: string, hasCallback: boolean) => number;

/** What is behind a `dgram` socket in Node 20 to 26; undocumented, so every piece is looked at before it is used. */
interface Handle {
  send: HandleSend;
}

/**
 * How to send by this socket at the least cost. `Socket.send` makes a request object, a list and two closures for each datagram, though the kernel
 * nearly always takes it at once and they are never used. So the first datagram goes out by `Socket.send`, and
 * what it hands to Node's own handle is looked at: when that is as expected, the later ones are handed over directly, with one request object for
 * all that are sent at once. Where anything is different, all go by `Socket.send`.
 */
export function openSend(socket: Socket): Send {
  const handle = findHandle(socket);
  let send = handle === undefined ? bySocket(socket) : learn;

  function learn(octets: Uint8Array, port: number, address: string): number {
    const seen = watch(handle!, () => socket.send(octets, port, address));
    send = seen === undefined ? bySocket(socket) : byHandle(handle!, seen);
    return socket.getSendQueueCount() > 0 ? QUEUED : SENT;
  }

  return (octets, port, address) => send(octets, port, address);
}

function bySocket(socket: Socket): Send {
  return (octets, port, address) => {
    socket.send(octets, port, address);
    return socket.getSendQueueCount() > 0 ? QUEUED : SENT;
  };
}

function byHandle(handle: Handle, makeRequest: () => Request): Send {
  const list: Uint8Array[] = [];
  let request = makeRequest();
  return (octets, port, address) => {
    list[0] = octets;
    const result = handle.send(request, list, 1, port, address, false);
    if (result > 0) return SENT;
    if (result < 0) return FAILED;
    // libuv has the request from now on, and through it the octets.
    Object.assign(request, { list: [octets] });
    request = makeRequest();
    return QUEUED;
  };
}

function findHandle(socket: Socket): Handle | undefined {
  const symbol = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'state symbol');
  if (symbol === undefined) return undefined;
  const state: unknown = Reflect.get(socket, symbol);
  const handle: unknown = isObject(state) ? Reflect.get(state, 'handle') : undefined;
  return isObject(handle) && !Object.hasOwn(handle, 'send') && typeof Reflect.get(handle, 'send') === 'function'
    ? (handle as unknown as Handle)
    : undefined;
}

/** @returns how to make a request like the one that `act` hands to the handle; undefined when what happens is not as expected. */
function watch(handle: Handle, act: () => void): (() => Request) | undefined {
  let makeRequest: (() => Request) | undefined;
  const own = handle.send;
  Object.defineProperty(handle, 'send', {
    configurable: true,
    value: (...given: unknown[]) => {
      const result = Reflect.apply(own, handle, given);
      const [request, list, count, port, address, hasCallback] = given;
      const isExpected =
        given.length === 6 &&
        isObject(request) &&
        request.constructor.name === 'SendWrap' &&
        request.constructor.length === 0 &&
        Array.isArray(list) &&
        list.length === 1 &&
        count === 1 &&
        typeof port === 'number' &&
        typeof address === 'string' &&
        hasCallback === false &&
        // Octets and one: it was sent.
        result === (list[0] as Uint8Array).length + 1;
      if (isExpected) makeRequest = () => Reflect.construct(request.constructor, []) as Request;
      return result;
    },
  });
  act();
  Reflect.deleteProperty(handle, 'send');
  return makeRequest;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
