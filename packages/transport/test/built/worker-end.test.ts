import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { exchangeTcp, exchangeUdp } from '../../src/index.ts';
import { frame, message, udpClient, until } from '../sockets.ts';

const EXIT = 0xfffe;
/** 1: the next thread that is asked for it ends; one only. */
const mayExit = new Int32Array(new SharedArrayBuffer(4));

// A query in four is answered later, and each costs some time, so that the end comes in the midst of a batch. One ID ends the thread from within.
const source = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)}).then(async ({ listenUdp, listenTcp }) => {
    const respond = (packet, length, peer, out) => {
      const id = (packet[0] << 8) | packet[1];
      if (id === ${EXIT} && Atomics.exchange(workerData.mayExit, 0, 0) === 1) process.exit();
      for (const end = performance.now() + 0.05; performance.now() < end; );
      const answer = packet.slice(0, length);
      answer[2] = 0x80;
      if (id % 4 === 0) return new Promise((resolve) => setImmediate(resolve, answer));
      if (id % 4 === 1) return Promise.resolve(answer);
      out.set(answer);
      return length;
    };
    const options = { host: '127.0.0.1', port: workerData.port, reusePort: true, driver: 'batch', respond };
    // Of TCP first: the ports that the system draws for it are those that many programs have.
    const tcp = await listenTcp(options);
    const udp = await listenUdp({ ...options, port: tcp.address.port });
    parentPort.postMessage(udp.address.port);
  });`;

interface Thread {
  worker: Worker;
  port: number;
  /** Resolves when it has ended. */
  end: Promise<unknown>;
}

async function start(port: number): Promise<Thread> {
  const worker = new Worker(source, { eval: true, workerData: { port, mayExit } });
  const end = once(worker, 'exit');
  const [opened] = (await once(worker, 'message')) as [number];
  return { worker, port: opened, end };
}

/** Connections that ask again and again, and come again when they are cut off. */
function loadTcp(port: number, count: number): { answers: () => number; stop: () => void } {
  let answers = 0;
  let isStopped = false;
  const sockets = new Set<Socket>();
  const open = () => {
    const socket = createConnection({ host: '127.0.0.1', port });
    sockets.add(socket);
    const ask = () => socket.write(Buffer.concat(Array.from({ length: 6 }, (_, id) => frame(message(id, 40)))));
    let octets = 0;
    socket.on('connect', ask);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      octets += chunk.length;
      for (; octets >= 6 * 42; octets -= 6 * 42) {
        answers += 6;
        ask();
      }
    });
    socket.on('close', () => {
      sockets.delete(socket);
      if (!isStopped) setTimeout(open, 1);
    });
  };
  for (let i = 0; i < count; i++) open();
  return {
    answers: () => answers,
    stop: () => {
      isStopped = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Has a thread end itself, whichever the port's query comes to. */
async function endFromWithin(port: number, threads: Thread[]): Promise<void> {
  const { socket, send } = await udpClient('127.0.0.1', port);
  // When a thread ends, so does what was sent to it.
  socket.on('error', () => {});
  Atomics.store(mayExit, 0, 1);
  // Again, as it may be lost in the load.
  const again = setInterval(() => send(message(EXIT)), 5);
  const ended = await Promise.race(threads.map((thread) => thread.end.then(() => thread)));
  clearInterval(again);
  socket.close();
  threads.splice(threads.indexOf(ended), 1);
}

test('threads that are ended while queries come, from without or from within, harm nobody: others answer on', async () => {
  const first = await start(0);
  const { port } = first;
  const threads = [first, await start(port), await start(port)];
  const clients = await Promise.all(Array.from({ length: 16 }, () => udpClient('127.0.0.1', port)));
  for (const { socket } of clients) socket.on('error', () => {});
  const tcp = loadTcp(port, 24);
  const udpLoad = setInterval(() => {
    for (const { send } of clients) for (let id = 0; id < 6; id++) send(message(id, 40));
  }, 4);
  const answers = () => clients.reduce((sum, { received }) => sum + received.length, 0);
  try {
    for (let turn = 0; turn < 12; turn++) {
      const [beforeUdp, beforeTcp] = [answers(), tcp.answers()];
      await until(() => answers() > beforeUdp + 100 && tcp.answers() > beforeTcp + 100);
      if (turn % 3 === 2) await endFromWithin(port, threads);
      else await threads.shift()!.worker.terminate();
      threads.push(await start(port));
    }
  } finally {
    clearInterval(udpLoad);
    tcp.stop();
    for (const { socket } of clients) socket.close();
  }
  await pause(50);
  for (let id = 0; id < 20; id++) {
    expect(await exchangeUdp(message(id), { host: '127.0.0.1', port })).toHaveLength(12);
    expect(await exchangeTcp(message(id), { host: '127.0.0.1', port })).toHaveLength(12);
  }
  await Promise.all(threads.map(({ worker }) => worker.terminate()));
});
