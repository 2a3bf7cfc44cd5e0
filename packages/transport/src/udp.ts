import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { listenError, TransportError } from './errors.ts';
import {
  checkNumber,
  checkPlace,
  GRACE_MS,
  isAnswerLength,
  type ListenAddress,
  type ListenerOptions,
  type Peer,
  pause,
  turn,
  warn,
} from './listener.ts';
import { OutBuffers } from './out-buffers.ts';

export interface UdpOptions extends ListenerOptions {
  /** Length of `out`: 512-65507, default 4096. What the client can take (EDNS) is for `respond` to look at. */
  maxAnswerOctets?: number | undefined;
  /** Receive buffer asked of the kernel, default 4 MiB; it may give less (Linux: net.core.rmem_max). */
  receiveBufferOctets?: number | undefined;
}

export interface UdpListener {
  readonly address: ListenAddress;
  /** Answers dropped because the kernel took none for a long time. */
  readonly droppedAnswers: number;
  /** What the kernel gave of `receiveBufferOctets`. */
  readonly receiveBufferOctets: number;
  /**
   * Answers what was received, then closes. Resolves when the socket is closed, at the latest `graceMs` (default 5000) after the
   * call and what the event loop takes; answers that were not ready by then are not sent. Further calls wait for the same end.
   */
  close(graceMs?: number): Promise<void>;
}

// The address to send to is always an address: no DNS lookup, and the datagram leaves within send().
const lookup = (host: string, _family: unknown, done: (error: null, address: string, family: number) => void) => done(null, host, 0);

// Datagrams that may wait for a kernel that takes none.
const MOST_QUEUED = 1024;

// Less than any kernel charges a datagram for in its receive buffer.
const LEAST_OCTETS_HELD = 256;

/**
 * Opens a UDP socket and has `respond` answer each datagram.
 *
 * Several sockets on one port (SO_REUSEPORT) are not offered: `dgram` ignores that option on Node 20.
 *
 * @throws TransportError (the promise rejects) ERR_TRANSPORT_PORT_IN_USE, _NEEDS_RIGHTS, _NO_SUCH_ADDRESS, _BAD_OPTION or _LISTEN.
 */
export async function listenUdp(options: UdpOptions): Promise<UdpListener> {
  const { host, port, respond, onError = warn } = options;
  const family = checkPlace(host, port, 0);
  const out = new OutBuffers(checkNumber('maxAnswerOctets', options.maxAnswerOctets ?? 4096, 512, 65507));
  const wantedBufferOctets = checkNumber('receiveBufferOctets', options.receiveBufferOctets ?? 4 << 20, 1024, 2 ** 30);
  const maxAnswerOctets = out.current.octets.length;

  const socket = createSocket({ type: family === 4 ? 'udp4' : 'udp6', ipv6Only: family === 6, lookup });
  const peer: Peer = { address: '', port: 0, family, transport: 'udp' };
  let received = 0;
  let pending = 0;
  let dropped = 0;
  let closed = false;
  let receiveBufferOctets = 0;

  function onMessage(packet: Buffer, from: RemoteInfo): void {
    received++;
    // Nothing can be sent to port 0 (RFC 768: the sender does not want an answer).
    if (from.port === 0) return;
    peer.address = family === 6 ? withoutZone(from.address) : from.address;
    peer.port = from.port;
    try {
      const buffer = out.current;
      const answer = respond(packet, packet.length, peer, buffer.octets);
      if (typeof answer !== 'number') {
        pending++;
        void sendLater(answer, from.port, from.address);
      } else if (isAnswerLength(answer, maxAnswerOctets, onError) && answer > 0) {
        if (out.heldCount >= MOST_QUEUED && socket.getSendQueueCount() > 0) {
          dropped++;
          return;
        }
        socket.send(buffer.view(answer), from.port, from.address);
        out.sent(socket.getSendQueueCount());
      }
    } catch (error) {
      onError(error);
    }
  }

  async function sendLater(answer: Promise<Uint8Array | undefined>, toPort: number, toAddress: string): Promise<void> {
    try {
      const octets = await answer;
      if (octets === undefined || octets.length === 0 || closed) return;
      if (socket.getSendQueueCount() >= MOST_QUEUED) dropped++;
      else socket.send(octets, toPort, toAddress);
    } catch (error) {
      onError(error);
    } finally {
      pending--;
    }
  }

  async function close(graceMs: number): Promise<void> {
    const deadlineMs = performance.now() + graceMs;
    // What had been received is answered when a turn of the loop brings nothing, or more came since than the kernel can hold.
    const enough = received + receiveBufferOctets / LEAST_OCTETS_HELD;
    for (let before = -1; before !== received && received < enough && performance.now() < deadlineMs; ) {
      before = received;
      await turn();
    }
    while ((pending > 0 || socket.getSendQueueCount() > 0) && performance.now() < deadlineMs) await pause(2);
    closed = true;
    await new Promise<void>((resolve) => socket.close(resolve));
  }

  await bind(socket, host, port);
  receiveBufferOctets = setReceiveBuffer(socket, wantedBufferOctets);
  socket.on('error', (cause) => onError(new TransportError('ERR_TRANSPORT_SOCKET', `UDP socket on ${host}: ${cause.message}`, { cause })));
  socket.on('message', onMessage);
  const bound = socket.address();
  let closing: Promise<void> | undefined;
  return {
    address: { address: bound.address, port: bound.port, family, transport: 'udp' },
    receiveBufferOctets,
    get droppedAnswers() {
      return dropped;
    },
    close: (graceMs = GRACE_MS) => (closing ??= close(graceMs)),
  };
}

function bind(socket: Socket, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => {
      socket.close();
      reject(listenError(cause, 'UDP', host, port));
    };
    socket.once('error', fail);
    // Exclusive: in a cluster's worker too the socket is this process's own.
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', fail);
      resolve();
    });
  });
}

function setReceiveBuffer(socket: Socket, wantedOctets: number): number {
  // Linux gives what it may; others refuse what is too much.
  for (let octets = wantedOctets; octets >= 1024; octets = Math.floor(octets / 2)) {
    try {
      socket.setRecvBufferSize(octets);
      break;
    } catch {}
  }
  return socket.getRecvBufferSize();
}

function withoutZone(address: string): string {
  const at = address.indexOf('%');
  return at < 0 ? address : address.slice(0, at);
}
