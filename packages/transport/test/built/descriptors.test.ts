import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { frame, message, tcpClient, until } from '../sockets.ts';

const source = `
  import(${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)}).then(async ({ listenTcp }) => {
    const respond = (packet, length, peer, out) => {
      out.set(packet.subarray(0, length));
      return length;
    };
    const { address } = await listenTcp({ host: '127.0.0.1', port: 0, driver: 'batch', respond, onError: (error) => console.log(error.message) });
    console.log(address.port);
    process.stdin.on('end', () => {
      process.exit();
    }).resume();
  });`;

test('a process without a descriptor for a connection says so, and accepts it when others have gone', async () => {
  const child = spawn('sh', ['-c', `ulimit -n 60; exec "$0" -e "$1"`, process.execPath, source], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    let said = '';
    child.stdout.on('data', (text) => (said += text));
    await until(() => said.includes('\n'));
    const port = Number.parseInt(said, 10);
    const clients = await Promise.all(Array.from({ length: 60 }, () => tcpClient('127.0.0.1', port)));
    for (const { socket } of clients) socket.write(frame(message(1)));
    await until(() => said.includes('TCP socket on 127.0.0.1: accept EMFILE'));
    const isAnswered = (client: (typeof clients)[number]) => client.received.length > 0;
    await until(() => clients.some(isAnswered));
    for (const client of clients.filter(isAnswered)) client.socket.destroy();
    const waiting = clients.filter((client) => !isAnswered(client));
    expect(waiting.length).toBeGreaterThan(0);
    await until(() => waiting.some(isAnswered));
    for (const { socket } of clients) socket.destroy();
  } finally {
    child.stdin.end();
    await once(child, 'exit');
  }
});
