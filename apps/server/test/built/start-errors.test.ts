import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answers, type Finished, freePort, run, runDnsteer, startDnsteer } from '../../../../tooling/testkit/index.ts';
import { CLI, isListening } from './harness.ts';

// What can't be started is told in one line that says what to do; the exit code is 1, and nothing is left.

const ZONE = '$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 1209600 300\n@ NS ns1\nns1 A 192.0.2.53\n';

let directory: string;
let config: string;
let port: number;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dnsteer-start-'));
  config = join(directory, 'dnsteer.yaml');
  port = await freePort();
  await writeFile(join(directory, 'example.com.zone'), ZONE);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function serveConfig(text: string): Promise<Finished> {
  await writeFile(config, text);
  return runDnsteer(['serve', '--config', config], { cwd: directory });
}

const text = (listen: string, more = '') =>
  `server: { listen: ["${listen}"] }\nzones: { example.com: { file: example.com.zone } }\n${more}`;

/** One line on stderr, and nothing else. */
function expectLine(finished: Finished, line: RegExp): void {
  expect(finished).toMatchObject({ code: 1, signal: null, stdout: '' });
  expect(finished.stderr).toMatch(/^error: [^\n]+\n$/);
  expect(finished.stderr).toMatch(line);
}

test.each([1, 2])('a UDP port in use, for %i workers', async (workers) => {
  const other = await startDnsteer({ config: ({ port: own }) => `server: { listen: ["127.0.0.1:${own}"] }\n` });
  try {
    const finished = await serveConfig(text(`127.0.0.1:${other.port}`).replace('server: {', `server: { workers: ${workers},`));
    expectLine(
      finished,
      /UDP port \d+ on 127\.0\.0\.1 is taken: stop the program that has it \('ss -ulpn sport = :\d+' shows which\), or choose another port/,
    );
  } finally {
    await other.stop();
  }
});

test('a TCP port in use: the UDP port of the same number is given back', async () => {
  const taken: TcpServer = createServer().listen(port, '127.0.0.1');
  try {
    expectLine(await serveConfig(text(`127.0.0.1:${port}`)), /TCP port \d+ on 127\.0\.0\.1 is taken: stop the program/);
    expect(await answers(port)).toBe(false);
  } finally {
    taken.close();
  }
});

test('the second of two addresses can not be listened on: the first is given back', async () => {
  const finished = await serveConfig(`server: { listen: ["127.0.0.1:${port}", "192.0.2.1:${port}"] }\n`);
  expectLine(finished, /192\.0\.2\.1 is not an address of this machine: choose one that is \(/);
  expect([await answers(port), await isListening(port)]).toEqual([false, false]);
});

test('a steered owner below a cut: the line in the configuration', async () => {
  await writeFile(join(directory, 'example.com.zone'), `${ZONE}sub NS ns1\n`);
  const steered = `pools: { eu: { endpoints: [{ name: a, addresses: [192.0.2.1] }] } }
policies: { web: { pools: [eu], chain: [up] } }
server: { listen: ["127.0.0.1:${port}"] }
zones: { example.com: { file: example.com.zone, steer: { sub: web } } }
`;
  expectLine(await serveConfig(steered), /dnsteer\.yaml:4:\d+: zones\.example\.com\.steer\.sub: sub\.example\.com\. is dynamic, but/);
});

test('a zone that is to be signed and is signed already: the line in the configuration', async () => {
  await writeFile(join(directory, 'example.com.zone'), `${ZONE}www A 192.0.2.1\nwww NSEC ns1 A NSEC\n`);
  const signed = `server: { listen: ["127.0.0.1:${port}"] }\nzones: { example.com: { file: example.com.zone, dnssec: {} } }\n`;
  expectLine(
    await serveConfig(signed),
    /dnsteer\.yaml:2:\d+: zones\.example\.com\.file: www\.example\.com\. has NSEC: the zone is signed already/,
  );
});

test('a port that needs rights', async () => {
  await chmod(directory, 0o777);
  const firstFree = await firstPortForAll();
  await writeFile(config, text(`127.0.0.1:${Math.max(firstFree - 1, 1)}`));
  // Root may do everything, so it is somebody else who tries.
  const asNobody = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : ['env'];
  // In some containers every port is for all; there, the system's answer is made up.
  const refusing = firstFree > 1 ? [] : ['--import', `data:text/javascript,${encodeURIComponent(REFUSE_PORTS)}`];
  const [program, ...args] = [...asNobody, process.execPath, ...refusing, CLI, 'serve', '--config', config];
  const finished = await run(program!, args, { cwd: directory });
  expectLine(
    finished,
    /UDP port \d+ on 127\.0\.0\.1 needs rights that this process does not have: run it as root or with CAP_NET_BIND_SERVICE, or choose a port from 1024 up/,
  );
});

const REFUSE_PORTS = `
  import { Socket } from 'node:dgram';
  Socket.prototype.bind = function () {
    process.nextTick(() => this.emit('error', Object.assign(new Error('bind EACCES'), { code: 'EACCES' })));
    return this;
  };`;

/** 1024 on most machines. */
async function firstPortForAll(): Promise<number> {
  return Number(await readFile('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8').catch(() => '1024'));
}

test('an address that is not there', async () => {
  expectLine(
    await serveConfig(text(`192.0.2.1:${port}`)),
    /192\.0\.2\.1 is not an address of this machine: choose one that is \(.*127\.0\.0\.1/,
  );
});

test('a host name where an address is wanted', async () => {
  expectLine(
    await serveConfig(text(`localhost:${port}`)),
    /dnsteer\.yaml:1:20: server\.listen\[0\]: found "localhost:\d+", expected an address and a port such as/,
  );
});

test('an unknown key', async () => {
  expectLine(
    await serveConfig(text(`127.0.0.1:${port}`, 'poools: {}\n')),
    /dnsteer\.yaml:3:1: poools: unknown key; expected one of server, geo, pools, policies, zones, health/,
  );
});

test('no configuration', async () => {
  expectLine(await runDnsteer(['serve'], { cwd: directory }), /dnsteer\.yaml: there is no such file: name the configuration with --config/);
});

test('a zone file that is not there', async () => {
  await rm(join(directory, 'example.com.zone'));
  expectLine(await serveConfig(text(`127.0.0.1:${port}`)), /dnsteer\.yaml:2:31: zones\.example\.com\.file: can't be read: ENOENT/);
});

test('a zone file that is wrong', async () => {
  await writeFile(join(directory, 'example.com.zone'), `${ZONE}www A 192.0.2\n`);
  expectLine(await serveConfig(text(`127.0.0.1:${port}`)), /example\.com\.zone:5:7: .*192\.0\.2/);
});

test('a folder for keys that can not be made', async () => {
  await writeFile(join(directory, 'taken'), '');
  const signed = `server: { listen: ["127.0.0.1:${port}"] }\nzones: { example.com: { file: example.com.zone, dnssec: { keys: taken/keys } } }\n`;
  expectLine(await serveConfig(signed), /dnsteer\.yaml:2:65: zones\.example\.com\.dnssec\.keys: .*taken/);
});

test('a second server at the same control socket: the first one stays', async () => {
  const first = await startDnsteer({ config: ({ port: own }) => `server: { listen: ["127.0.0.1:${own}"] }\n` });
  try {
    const socket = join(first.directory, 'dnsteer.sock');
    const finished = await serveConfig(`server: { listen: ["127.0.0.1:${port}"], control: ${socket} }\n`);
    expectLine(finished, /server\.control: a server is running at .*dnsteer\.sock: stop it, or configure another path/);
    expect([await answers(port), await answers(first.port)]).toEqual([false, true]);
    expect((await runDnsteer(['health', '--config', join(first.directory, 'dnsteer.yaml')])).code).toBe(0);
  } finally {
    await first.stop();
  }
});

test('a control socket in a folder that is not there', async () => {
  const finished = await serveConfig(`server: { listen: ["127.0.0.1:${port}"], control: none/dnsteer.sock }\n`);
  const why = "none/dnsteer\\.sock can't be made: there is no folder .*none: make it, or configure another path\n$";
  expectLine(finished, new RegExp(`^error: server\\.control: .*${why}`));
  expectLine(
    await runDnsteer(['check', '--config', config], { cwd: directory }),
    new RegExp(`dnsteer\\.yaml:1:\\d+: server\\.control: .*${why}`),
  );
});

test('a control path that is a file is left as it is', async () => {
  const finished = await serveConfig(`server: { listen: ["127.0.0.1:${port}"], control: dnsteer.yaml }\n`);
  expectLine(finished, /dnsteer\.yaml is there already and is no socket: configure another path/);
});
