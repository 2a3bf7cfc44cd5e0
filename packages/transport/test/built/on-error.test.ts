import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { frame, message, tcpClient, until } from '../sockets.ts';

// Query 1 holds the thread until the others have come, so that they are one batch; for query 2 `respond` throws, and so does `onError`.
const source = `
  import(${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)}).then(async ({ listenTcp }) => {
    let told = 0;
    process.on('uncaughtException', (error) => console.log('thrown: ' + error.message));
    const respond = (packet, length, peer, out) => {
      if (packet[1] === 1) for (const end = Date.now() + 300; Date.now() < end; );
      if (packet[1] === 2) throw new Error('of respond');
      out.set(packet.subarray(0, length));
      return length;
    };
    const onError = (error) => {
      throw new Error('of onError, told ' + error.message);
    };
    const { address } = await listenTcp({ host: '127.0.0.1', port: 0, driver: process.argv[1], respond, onError });
    console.log(address.port);
    process.stdin.on('end', () => process.exit()).resume();
  });`;

test.each(['batch', 'net'])(
  'driver %s: an onError that throws costs nobody what was read for them, and is told to the process',
  async (driver) => {
    const child = spawn(process.execPath, ['-e', source, driver], { stdio: ['pipe', 'pipe', 'inherit'] });
    const clients: Awaited<ReturnType<typeof tcpClient>>[] = [];
    try {
      let said = '';
      child.stdout.on('data', (text) => (said += text));
      await until(() => said.includes('\n'));
      const port = Number.parseInt(said, 10);
      for (let i = 0; i < 8; i++) clients.push(await tcpClient('127.0.0.1', port));
      clients[0]!.socket.write(frame(message(1)));
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (const [i, { socket }] of clients.entries())
        if (i > 0) socket.write(Buffer.concat([frame(message(i % 2 ? 2 : 3)), frame(message(10 + i))]));
      const expected = (i: number) => (i === 0 ? [1] : i % 2 ? [10 + i] : [3, 10 + i]);
      await until(() => clients.every(({ received }, i) => received.length === expected(i).length));
      for (const [i, { received }] of clients.entries()) expect(received.map((packet) => packet[1])).toEqual(expected(i));
      await until(() => said.split('thrown: of onError, told of respond').length === 5);
    } finally {
      for (const { socket } of clients) socket.destroy();
      child.stdin.end();
      await once(child, 'exit');
    }
  },
);
