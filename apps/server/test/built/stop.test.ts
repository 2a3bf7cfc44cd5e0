import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answers, freePort, type Server, start, startDnsteer } from '../../../../tooling/testkit/index.ts';
import { CLI, isGroupLeft, isListening, queryOctets, sendControl, until } from './harness.ts';
import { framed } from './load.ts';

const TYPE_A = 1;
const TYPE_TXT = 16;
const ZONE = `$TTL 300
@ SOA ns1 hostmaster 1 3600 600 1209600 300
@ NS ns1
ns1 A 192.0.2.53
big TXT ${`"${'x'.repeat(250)}" `.repeat(16)}
`;

let server: Server;
beforeEach(async () => {
  server = await startDnsteer({
    config: ({ port }) => `server: { listen: ["127.0.0.1:${port}"] }\nzones: { example.com: { file: example.com.zone } }\n`,
    files: { 'example.com.zone': ZONE },
    zone: 'example.com',
  });
});
afterEach(() => server.stop());

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('ends it with exit code 0; the sockets are closed and the control socket is gone', async () => {
    const socket = join(server.directory, 'dnsteer.sock');
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    process.kill(server.pid, signal);
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect([existsSync(socket), await isListening(server.port), isGroupLeft(server.pid)]).toEqual([false, false, false]);
    expect(server.output()).toContain(`"msg":"${signal}: stopping"`);
  });
});

describe('what was received is answered', () => {
  // While it stands still nothing of the burst is read; when it goes on, the signal is there first.
  async function burstThenStop(send: () => Promise<void>): Promise<void> {
    process.kill(server.pid, 'SIGSTOP');
    await send();
    process.kill(server.pid, 'SIGTERM');
    process.kill(server.pid, 'SIGCONT');
  }

  test('a burst over UDP', async () => {
    const count = 150;
    const socket = createSocket('udp4');
    const answered = new Set<number>();
    socket.on('message', (reply) => answered.add(reply.readUInt16BE(0)));
    await burstThenStop(async () => {
      for (let id = 1; id <= count; id++) {
        await new Promise((sent) => socket.send(queryOctets('ns1.example.com', TYPE_A, id), server.port, '127.0.0.1', sent));
      }
    });
    expect(await server.exited).toEqual({ code: 0, signal: null });
    await sleep(50);
    socket.close();
    expect(answered.size).toBe(count);
  });

  test('queries that stand in a row on a TCP connection, and on one that was not yet accepted', async () => {
    const count = 200;
    const early = connect(server.port, '127.0.0.1');
    await once(early, 'connect');
    const queries = Buffer.concat(Array.from({ length: count }, (_, i) => framed(queryOctets('ns1.example.com', TYPE_A, i + 1))));
    let late: Socket | undefined;
    const replies: Promise<number>[] = [];
    await burstThenStop(async () => {
      late = connect(server.port, '127.0.0.1');
      await once(late, 'connect');
      for (const socket of [early, late]) {
        replies.push(countMessages(socket));
        await new Promise((sent) => socket.write(queries, sent));
      }
    });
    expect(await Promise.all(replies)).toEqual([count, count]);
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });
});

/** Messages with their length in front that come until the end. */
async function countMessages(socket: Socket): Promise<number> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const octets = Buffer.concat(chunks);
  let count = 0;
  for (let at = 0; at < octets.length; at += 2 + octets.readUInt16BE(at)) count++;
  return count;
}

test('a reload that is under way does not hold it up, and leaves nothing behind', async () => {
  const records = Array.from({ length: 200_000 }, (_, i) => `n${i} A 192.0.2.1`).join('\n');
  await writeFile(join(server.directory, 'example.com.zone'), `${ZONE}${records}\n`);
  const threads = await threadsOf(server.pid);
  const reload = sendControl(join(server.directory, 'dnsteer.sock'), '{"command":"reload"}\n').catch(() => '');
  await until(
    async () => (await threadsOf(server.pid)) > threads,
    5000,
    () => 'the zone is being built',
  );
  process.kill(server.pid, 'SIGTERM');
  expect(await server.exited).toEqual({ code: 0, signal: null });
  await until(
    () => !isGroupLeft(server.pid),
    2000,
    () => 'nothing is left',
  );
  expect(await reload).toBe('');
});

async function threadsOf(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/task`)).length;
}

test('a client that does not read its answers holds it up for the grace period at most; a second signal ends it at once', async () => {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  // 40 MB of answers: more than the kernel takes for somebody who doesn't read.
  const query = framed(queryOctets('big.example.com', TYPE_TXT, 1));
  socket.write(Buffer.concat(Array.from({ length: 10_000 }, () => query)));
  await sleep(500);
  process.kill(server.pid, 'SIGTERM');
  await until(
    () => server.output().includes('stopping'),
    2000,
    () => server.output(),
  );
  await sleep(200);
  expect(isGroupLeft(server.pid)).toBe(true);
  process.kill(server.pid, 'SIGTERM');
  expect(await server.exited).toEqual({ code: 1, signal: null });
  socket.destroy();
});

test('SIGHUP before it answers is a reload when it does, and not its end', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'dnsteer-early-'));
  const port = await freePort();
  await writeFile(join(directory, 'dnsteer.yaml'), `server: { listen: ["127.0.0.1:${port}"] }\n`);
  const started = await start(process.execPath, [CLI, 'serve'], {
    cwd: directory,
    ready: async () => existsSync(join(directory, 'dnsteer.sock')),
  });
  process.kill(started.pid, 'SIGHUP');
  await until(
    () => started.output().includes('reloaded: snapshot 2 answers'),
    10_000,
    () => started.output(),
  );
  expect(await answers(port)).toBe(true);
  expect(await started.stop()).toEqual({ code: 0, signal: null });
  await rm(directory, { recursive: true });
});
