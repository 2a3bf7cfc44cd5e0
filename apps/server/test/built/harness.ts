import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { dig, freePort, type Started, start } from '../../../../tooling/testkit/index.ts';

export const CLI = fileURLToPath(new URL('../../bin/dnsteer.js', import.meta.url));
const DEMO = fileURLToPath(new URL('../../demo', import.meta.url));

/** The demo's files in a folder of their own, with ports that are free. */
export interface DemoFolder {
  readonly directory: string;
  readonly config: string;
  readonly socket: string;
  readonly port: number;
  /** By endpoint: 'eu/fra1'. */
  readonly backends: Readonly<Record<string, number>>;
  remove(): Promise<void>;
}

export async function copyDemo(): Promise<DemoFolder> {
  const directory = await mkdtemp(join(tmpdir(), 'dnsteer-demo-'));
  for (const file of ['dnsteer.yaml', 'example.com.zone']) await cp(join(DEMO, file), join(directory, file));
  const config = join(directory, 'dnsteer.yaml');
  const port = await freePort();
  let text = (await readFile(config, 'utf8')).replace('127.0.0.1:5300', `127.0.0.1:${port}`);
  const backends: Record<string, number> = {};
  for (const [i, endpoint] of ['eu/fra1', 'eu/ams1', 'us/iad1', 'us/sfo1', 'ap/nrt1', 'ap/hkg1'].entries()) {
    backends[endpoint] = await freePort();
    text = text.replace(`port: ${18081 + i} }`, `port: ${backends[endpoint]} }`);
  }
  await writeFile(config, text);
  const remove = () => rm(directory, { recursive: true, force: true });
  return { directory, config, socket: join(directory, 'dnsteer.sock'), port, backends, remove };
}

/** Starts `dnsteer demo` and waits for its last line. */
export async function startDemo(demo: DemoFolder, cwd: string): Promise<Started> {
  const started = await start(process.execPath, [CLI, 'demo', '--config', demo.config], { cwd });
  await until(
    () => started.output().includes('Ctrl-C stops it.'),
    20_000,
    () => started.output(),
  );
  return started;
}

/** Asks every 20 ms until it is so. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs: number, what: () => string): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what()}`);
    await sleep(20);
  }
}

const POOL_OF_NET: Readonly<Record<string, string>> = { '198.51.100': 'eu', '203.0.113': 'us', '192.0.2': 'ap' };

export const GERMANY = '88.198.0.0/24';

/** The pool that `www` of the demo leads a client to. */
export async function poolFor(port: number, client: string): Promise<string | undefined> {
  const { answer } = await dig({ port }, 'www.example.com', 'A', `+subnet=${client}`);
  return POOL_OF_NET[answer[0]?.rdata.replace(/\.\d+$/, '') ?? ''];
}

/** Sends octets to the control socket as they are, and collects what comes back until it closes. */
export function sendControl(path: string, octets: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.on('error', reject);
    socket.on('end', () => resolve(text));
    socket.end(octets);
  });
}

/** The result of one command; an error of it is thrown. */
export async function control<Result>(path: string, command: string, args: Record<string, unknown> = {}): Promise<Result> {
  const reply = JSON.parse(await sendControl(path, `${JSON.stringify({ command, arguments: args })}\n`));
  if (!reply.ok) throw new Error(reply.error);
  return reply.result as Result;
}

/** Whether a process of the group that `pid` led is still there. */
export function isGroupLeft(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether something listens on a TCP port of 127.0.0.1. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** A query without EDNS, written out here so that it owes nothing to our codec. */
export function queryOctets(name: string, type: number, id: number): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')]));
  return Buffer.concat([Buffer.of(id >> 8, id & 255, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0), ...labels, Buffer.of(0, 0, type, 0, 1)]);
}
