// Asking a server that is not there yet.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { queryOctets } from './zones.mjs';

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
