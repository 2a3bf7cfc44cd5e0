import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answers, dig, freePort, needing, runDnsteer, type Started, start } from '../../../../tooling/testkit/index.ts';
import { copyDemo, type DemoFolder, until } from '../built/harness.ts';

// Unbound writes Frame Streams into a Unix socket, without a handshake when it is told so: what comes out of it is a dnstap file.
needing(['unbound', 'dig'], 'dnsteer replay of what Unbound logs', () => {
  let demo: DemoFolder;
  let folder: string;
  let receiver: Server;
  let unbound: Started;
  let port: number;
  let log: string;

  beforeAll(async () => {
    demo = await copyDemo();
    folder = await mkdtemp(join(tmpdir(), 'dnsteer-dnstap-'));
    log = join(demo.directory, 'unbound.dnstap');
    const socket = join(folder, 'dnstap.sock');
    receiver = createServer((connection) => void connection.pipe(createWriteStream(log)));
    await new Promise<void>((resolve) => receiver.listen(socket, resolve));
    port = await freePort();
    const config = join(folder, 'unbound.conf');
    await writeFile(
      config,
      `server:
  interface: 127.0.0.1@${port}
  do-daemonize: no
  use-syslog: no
  username: ""
  chroot: ""
  pidfile: "${folder}/pid"
  local-zone: "." static
  local-data: "www.example.com. 60 IN A 192.0.2.1"
dnstap:
  dnstap-enable: yes
  dnstap-bidirectional: no
  dnstap-socket-path: "${socket}"
  dnstap-log-client-query-messages: yes
remote-control:
  control-enable: no
`,
    );
    unbound = await start('unbound', ['-d', '-c', config], { ready: () => answers(port) });
  });
  afterAll(async () => {
    await unbound?.stop();
    receiver?.close();
    await rm(folder, { recursive: true, force: true });
    await demo?.remove();
  });

  test('each query once, with its source, name and time', async () => {
    for (const name of ['www.example.com', 'WWW.Example.Com', 'nope.example.com']) await dig({ port }, name, 'A');
    // Unbound sends what it has after a while: a second, as a rule.
    const logged = () => readFile(log).catch(() => Buffer.alloc(0));
    await until(
      async () => (await logged()).includes('\x04nope'),
      10_000,
      () => `nothing was logged: ${unbound.output()}`,
    );
    const { code, stdout, stderr } = await runDnsteer(['replay', 'unbound.dnstap', '--down', 'us,eu', '--config', 'dnsteer.yaml'], {
      cwd: demo.directory,
    });
    expect([code, stderr]).toEqual([0, '']);
    // Besides these, what was asked until it was there.
    expect(stdout).toMatch(/^\d+ queries, 2 of them steered: 2 answers change \(100\.00 %\)\n/);
    expect(stdout).toMatch(/\n2 of www\.example\.com\. A: (eu|us) -> ap, by up\n {2}such as 127\.0\.0\.1\/32: /);
  });
});
