import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A port that is free on 127.0.0.1 over UDP and TCP at this moment. Nothing holds it: take it soon. */
export async function freePort(): Promise<number> {
  for (;;) {
    const tcp = createServer();
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const address = tcp.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const udp = createSocket('udp4');
    const free = await new Promise<boolean>((resolve) => {
      udp.once('error', () => resolve(false));
      udp.bind(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise<void>((resolve) => udp.close(() => resolve()));
    await new Promise<void>((resolve) => tcp.close(() => resolve()));
    if (free) return port;
  }
}

/**
 * Sends `packet` as it is and waits for one datagram.
 *
 * @returns the datagram, or undefined when none came within `timeoutMs`.
 */
export async function exchangeRawUdp(port: number, packet: Uint8Array, timeoutMs = 1000): Promise<Buffer | undefined> {
  const socket = createSocket('udp4');
  try {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(undefined), timeoutMs);
      socket.once('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      socket.once('message', (message) => {
        clearTimeout(timer);
        resolve(message);
      });
      socket.send(packet, port, '127.0.0.1');
    });
  } finally {
    socket.close();
  }
}

/**
 * Writes `octets` to a TCP connection as they are (length prefixes are the caller's) and collects what comes back until the server closes or
 * `timeoutMs` have passed without an octet.
 */
export async function exchangeRawTcp(port: number, octets: Uint8Array, timeoutMs = 1000): Promise<Buffer> {
  const received: Buffer[] = [];
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  return new Promise((resolve) => {
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.on('data', (chunk) => received.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(received)));
    socket.write(octets);
  });
}

/** A query for `origin`/SOA/IN without EDNS, written out here so that the oracle owes nothing to what it judges. No escapes in `origin`. */
export function soaQuery(origin: string, id: number): Buffer {
  const labels = origin.split('.').filter((label) => label !== '');
  const name = labels.map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')]));
  return Buffer.concat([Buffer.of(id >> 8, id & 255, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0), ...name, Buffer.of(0, 0, 6, 0, 1)]);
}

/** Whether a server at `port` answers at all; with `zone`, whether it answers for that zone with authority. */
export async function answers(port: number, zone?: string): Promise<boolean> {
  const id = 1 + (port % 0xfffe);
  const reply = await exchangeRawUdp(port, soaQuery(zone ?? '', id), 250).catch(() => undefined);
  if (reply === undefined || reply.length < 12 || reply.readUInt16BE(0) !== id || !(reply[2]! & 0x80)) return false;
  return zone === undefined || ((reply[2]! & 0x04) !== 0 && (reply[3]! & 0x0f) === 0);
}
