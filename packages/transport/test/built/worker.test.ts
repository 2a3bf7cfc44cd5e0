import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { exchangeTcp, exchangeUdp } from '../../src/index.ts';
import { frame, message, tcpClient, until } from '../sockets.ts';

const source = `
  const { parentPort } = require('node:worker_threads');
  import(${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)}).then(async ({ listenUdp, listenTcp }) => {
    const respond = (packet, length, peer, out) => {
      out.set(packet.subarray(0, length));
      out[2] = 0x80;
      return length;
    };
    const udp = await listenUdp({ host: '127.0.0.1', port: 0, respond });
    const tcp = await listenTcp({ host: '127.0.0.1', port: 0, respond });
    parentPort.postMessage([udp.address.port, tcp.address.port]);
    parentPort.once('message', () => Promise.all([udp.close(), tcp.close()]));
  });`;

test('listeners answer in a worker thread, which ends once they are closed', async () => {
  const worker = new Worker(source, { eval: true });
  const [[udpPort, tcpPort]] = (await once(worker, 'message')) as [[number, number]];
  expect(await exchangeUdp(message(1), { host: '127.0.0.1', port: udpPort })).toHaveLength(12);
  expect(await exchangeTcp(message(2), { host: '127.0.0.1', port: tcpPort })).toHaveLength(12);
  worker.postMessage('close');
  const [code] = await once(worker, 'exit');
  expect(code).toBe(0);
});

test('a worker thread that is ended lets go of its connections', async () => {
  const worker = new Worker(source, { eval: true });
  const [[, tcpPort]] = (await once(worker, 'message')) as [[number, number]];
  const client = await tcpClient('127.0.0.1', tcpPort);
  client.socket.write(frame(message(1)));
  await until(() => client.received.length === 1);
  await worker.terminate();
  await until(() => client.isEnded() || client.isClosed());
  client.socket.destroy();
});
