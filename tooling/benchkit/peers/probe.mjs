// Asking a server that is not there yet.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { optWithSubnet, queryOctets } from './zones.mjs';

/** A port that is free on 127.0.0.1 over UDP and TCP at this moment. */
export async function freePort() {
  for (;;) {
    const tcp = createServer().listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const { port } = tcp.address();
    const udp = createSocket('udp4');
    const isFree = await new Promise((resolve) => {
      udp.once('error', () => resolve(false));
      udp.bind(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => udp.close(resolve));
    await new Promise((resolve) => tcp.close(resolve));
    if (isFree) return port;
  }
}

/** The address that `server` answers for `name`/A to clients of a.b.c.0/24, told by EDNS Client Subnet: the last four octets of the first A record. */
export async function addressFor(server, name, [a, b, c]) {
  const socket = createSocket('udp4');
  try {
    socket.send(queryOctets(name, 1, optWithSubnet(a, b, c)), server.port, '127.0.0.1');
    const [message] = await once(socket, 'message', { signal: AbortSignal.timeout(2000) });
    // The name that was asked for is pointed at (RFC 1035 4.1.4), then type A, class, TTL, four octets.
    const record = message.indexOf(Buffer.from([0xc0, 0x0c, 0, 1, 0, 1]));
    if (record < 0) throw new Error(`${server.name}: no A record for ${name} to ${a}.${b}.${c}.0/24`);
    return message.subarray(record + 12, record + 16).join('.');
  } finally {
    socket.close();
  }
}

/**
 * Asks for `name`/A every 5 ms until an answer has a record.
 *
 * @returns milliseconds since `since`, by performance.now(). Throws when `server` ends before, or after `withinMs`.
 */
export async function firstAnswer({ port, name, server, since, withinMs = 120_000 }) {
  const socket = createSocket('udp4');
  const query = queryOctets(name);
  let timer;
  try {
    return await new Promise((resolve, reject) => {
      timer = setInterval(() => {
        if (server.hasEnded()) reject(new Error(`it ended before it answered\n${server.output().slice(-2000)}`));
        else if (performance.now() - since > withinMs) reject(new Error(`no answer for ${name}\n${server.output().slice(-2000)}`));
        else socket.send(query, port, '127.0.0.1');
      }, 5);
      socket.on('error', () => {});
      socket.on('message', (message) => {
        if (message.length < 12 || message.readUInt16BE(6) === 0) return;
        resolve(performance.now() - since);
      });
      void server.exited.then(() => reject(new Error(`it ended\n${server.output().slice(-2000)}`)));
    });
  } finally {
    clearInterval(timer);
    socket.close();
  }
}
