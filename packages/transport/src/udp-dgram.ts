import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from 'node:dgram';
import { FAILED, openSend, QUEUED } from './dgram-send.ts';
import { listenError, TransportError } from './errors.ts';
import { isAnswerLength } from './listener.ts';
import { OutBuffers } from './out-buffers.ts';
import type { UdpSocket, UdpSocketOptions } from './udp.ts';

// The address to send to is always an address: no DNS lookup, and the datagram leaves within send().
const lookup = (host: string, _family: unknown, done: (error: null, address: string, family: number) => void) => done(null, host, 0);

// Datagrams that may wait for a kernel that takes none.
const MOST_QUEUED = 1024;

/**
 * UDP by Node's own sockets: one system call for each datagram.
 *
 * Several sockets share a port (SO_REUSEPORT) from Node 22.12 on; see `sharedPortError`.
 *
 * @throws TransportError as `listenUdp` does.
 */
export async function openDgram(options: UdpSocketOptions): Promise<UdpSocket> {
  const { host, port, family, respond, onError, maxAnswerOctets, reusePort } = options;
  const out = new OutBuffers(maxAnswerOctets);
  const how: SocketOptions & { reusePort: boolean } = { type: family === 4 ? 'udp4' : 'udp6', ipv6Only: family === 6, lookup, reusePort };
  const socket = createSocket(how);
  const peer = { address: '', port: 0, family, transport: 'udp' as const };
  let received = 0;
  let pending = 0;
  let dropped = 0;
  let closed = false;

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
        const result = send(buffer.view(answer), from.port, from.address);
        if (result === FAILED) dropped++;
        else if (result === QUEUED || out.heldCount > 0) out.sent(socket.getSendQueueCount());
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
      else if (send(octets, toPort, toAddress) === FAILED) dropped++;
    } catch (error) {
      onError(error);
    } finally {
      pending--;
    }
  }

  await bind(socket, host, port);
  const send = openSend(socket);
  const receiveBufferOctets = setReceiveBuffer(socket, options.receiveBufferOctets);
  socket.on('error', (cause) => onError(new TransportError('ERR_TRANSPORT_SOCKET', `UDP socket on ${host}: ${cause.message}`, { cause })));
  socket.on('message', onMessage);
  return {
    port: socket.address().port,
    receiveBufferOctets,
    receivedCount: () => received,
    waitingCount: () => pending + socket.getSendQueueCount(),
    droppedAnswers: () => dropped,
    lostQueries: () => 0,
    close() {
      closed = true;
      return new Promise((resolve) => socket.close(() => resolve()));
    },
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
