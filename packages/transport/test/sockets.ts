import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Respond } from '../src/index.ts';

/** A message of `octets` octets with the ID `id`; what follows the ID is the ID's low octet. */
export function message(id: number, octets = 12): Buffer {
  const packet = Buffer.alloc(octets, id & 0xff);
  packet.writeUInt16BE(id);
  packet[2] = 0;
  return packet;
}

export const idOf = (packet: Uint8Array): number => (packet[0]! << 8) | packet[1]!;

/** Gives the query back with QR set. */
export const echo: Respond = (packet, length, _peer, out) => {
  out.set(packet.subarray(0, length));
  out[2] = packet[2]! | 0x80;
  return length;
};

export function echoOf(packet: Uint8Array): Buffer {
  const answer = Buffer.from(packet);
  answer[2] = answer[2]! | 0x80;
  return answer;
}

export function frame(packet: Uint8Array): Buffer {
  const framed = Buffer.alloc(2 + packet.length);
  framed.writeUInt16BE(packet.length);
  framed.set(packet, 2);
  return framed;
}

export const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

export async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !condition(); i++) await pause(2);
  if (!condition()) throw new Error(`not reached within 2 s: ${condition}`);
}

export async function udpClient(
  host: string,
  port: number,
): Promise<{ socket: UdpSocket; received: Buffer[]; send: (packet: Uint8Array) => void }> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const received: Buffer[] = [];
  socket.on('message', (packet) => received.push(packet));
  socket.connect(port, host);
  await once(socket, 'connect');
  return { socket, received, send: (packet) => socket.send(packet) };
}

export interface TcpClient {
  socket: Socket;
  /** Whole messages that came, in order. */
  received: Buffer[];
  /** Octets of each 'data' event. */
  chunks: number[];
  isEnded: () => boolean;
  isClosed: () => boolean;
}

export async function tcpClient(host: string, port: number): Promise<TcpClient> {
  const socket = connect({ host, port, allowHalfOpen: true });
  const client: TcpClient = { socket, received: [], chunks: [], isEnded: () => ended, isClosed: () => closed };
  let ended = false;
  let closed = false;
  let rest = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('end', () => {
    ended = true;
  });
  socket.on('close', () => {
    closed = true;
  });
  socket.on('data', (chunk: Buffer) => {
    client.chunks.push(chunk.length);
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE()) {
      const end = 2 + rest.readUInt16BE();
      client.received.push(rest.subarray(2, end));
      rest = rest.subarray(end);
    }
  });
  await once(socket, 'connect');
  return client;
}

/** A `Respond` whose promises the test settles, by ID. */
export function deferred(): {
  respond: Respond;
  asked: number[];
  settle: (id: number, answer?: Uint8Array) => void;
  fail: (id: number, error: unknown) => void;
} {
  const asked: number[] = [];
  const waiting = new Map<number, { resolve: (answer?: Uint8Array) => void; reject: (error: unknown) => void }>();
  return {
    asked,
    respond: (packet) => {
      asked.push(idOf(packet));
      return new Promise((resolve, reject) => waiting.set(idOf(packet), { resolve, reject }));
    },
    settle: (id, answer = echoOf(message(id))) => waiting.get(id)!.resolve(answer),
    fail: (id, error) => waiting.get(id)!.reject(error),
  };
}
