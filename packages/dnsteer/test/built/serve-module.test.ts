import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { DnsApp, type ServeOptions, type Serving, serve } from 'dnsteer';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { dig } from '../../../../tooling/testkit/index.ts';
import { eventually } from './program.ts';

const module = (name: string) => new URL(`./apps/${name}.mjs`, import.meta.url);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dnsteer-'));
  process.env.ZONE_FILE = join(folder, 'example.com.zone');
  await writeFile(process.env.ZONE_FILE, '$TTL 300\n@ SOA ns1 host 1 3600 600 86400 300\n@ NS ns1\nns1 A 192.0.2.53\nwww A 192.0.2.80\n');
});
afterAll(() => rm(folder, { recursive: true }));

const running: Serving[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((serving) => serving.close(100)));
});

async function start(app: URL, options: Partial<ServeOptions> = {}) {
  const reports: string[] = [];
  const serving = await serve(app, {
    listen: ['127.0.0.1:0'],
    report: ({ code, message }) => void reports.push(`${code} ${message}`),
    ...options,
  });
  running.push(serving);
  const { port } = serving.addresses[0]!;
  const ask = async (name: string, type: string, ...options: string[]) =>
    (await dig({ port }, name, type, '+tries=3', '+time=1', ...options)).answer.map(({ rdata }) => rdata.replaceAll('"', '')).join(' ');
  return { serving, reports, ask };
}

for (const [workers, udpDriver] of [
  [1, 'batch'],
  [1, 'dgram'],
  [2, 'batch'],
] as const) {
  test(`${workers} thread(s), ${udpDriver}: zone and handlers are answered over UDP and TCP`, async () => {
    const { ask, reports } = await start(module('zone-app'), { workers, udpDriver });
    expect(await ask('www.example.com', 'A')).toBe('192.0.2.80');
    expect(await ask('www.example.com', 'A', '+tcp')).toBe('192.0.2.80');
    const threads = new Set<string>();
    // Each query comes from another port, by which the kernel chooses the socket.
    for (let i = 0; i < 40; i++) threads.add(await ask('thread.example.com', 'TXT'));
    expect(threads.size).toBe(workers);
    expect(reports).toEqual([]);
  });
}

test('without shared ports one thread answers, and that is said once', async () => {
  const { ask, reports } = await start(module('function-app'), { workers: 3, udpDriver: 'dgram' });
  expect(await ask('function.test', 'A')).toBe('192.0.2.5');
  expect(reports).toEqual([
    expect.stringMatching(/^ERR_DNSTEER_WORKER one thread answers in place of 3: reusePort: by dgram a port has one socket in Node 20\./),
  ]);
});

test('a thread that is lost to what a callback throws is started anew, with the zones of the first; the others go on', async () => {
  const { ask, reports } = await start(module('zone-app'), { workers: 2 });
  const before = new Set<string>();
  for (let i = 0; i < 40; i++) before.add(await ask('thread.example.com', 'TXT'));
  // Were it read again, the new thread could not start.
  await writeFile(process.env.ZONE_FILE!, 'this is no zone\n');
  await ask('fatal.test', 'A', '+tries=1', '+time=1').catch(() => undefined);
  await eventually(
    () => reports,
    ([first]) => first !== undefined && /^ERR_DNSTEER_WORKER answering thread [01] was lost, .*thrown in a callback/.test(first),
  );
  await eventually(
    async () => {
      const after = new Set<string>();
      for (let i = 0; i < 20; i++) after.add(await ask('thread.example.com', 'TXT'));
      return [...after].filter((thread) => !before.has(thread)).length;
    },
    (fresh) => fresh === 1,
  );
  expect(await ask('www.example.com', 'A')).toBe('192.0.2.80');
  expect(reports.length).toBe(1);
});

test('close() lets go of the port', async () => {
  const { serving } = await start(module('function-app'), { workers: 2 });
  const { port } = serving.addresses[0]!;
  await serving.close(100);
  const { ask } = await start(module('function-app'), { listen: [`127.0.0.1:${port}`] });
  expect(await ask('function.test', 'A')).toBe('192.0.2.5');
});

test('a module that throws, has no app or no syntax: the promise rejects with its place', async () => {
  const listen = ['127.0.0.1:0'];
  await expect(serve(module('throws'), { listen, workers: 2 })).rejects.toMatchObject({
    code: 'ERR_DNSTEER_MODULE',
    message: expect.stringMatching(/apps\/throws\.mjs:2:7: no database$/),
  });
  await expect(serve(module('no-default'), { listen })).rejects.toMatchObject({
    code: 'ERR_DNSTEER_MODULE',
    message: expect.stringMatching(/apps\/no-default\.mjs: found no default export, expected a DnsApp/),
  });
  await expect(serve(module('absent'), { listen })).rejects.toMatchObject({
    code: 'ERR_DNSTEER_MODULE',
    message: expect.stringContaining('absent.mjs'),
  });
  const broken = join(folder, 'broken.mjs');
  await writeFile(broken, 'const a = 1;\nconst b = ;\n');
  await expect(serve(pathToFileURL(broken), { listen })).rejects.toMatchObject({
    code: 'ERR_DNSTEER_MODULE',
    message: expect.stringMatching(/broken\.mjs:2: SyntaxError: /),
  });
});

test('a port in use is an error that says so, and no thread is left', async () => {
  const { serving } = await start(module('function-app'));
  const { port } = serving.addresses[0]!;
  await expect(serve(module('function-app'), { listen: [`127.0.0.1:${port}`] })).rejects.toMatchObject({ code: 'ERR_DNSTEER_LISTEN' });
});

test('a program on the command line of node may serve a module', async () => {
  const text = `
    import { serve } from 'dnsteer';
    const { addresses, close } = await serve(new URL('${module('function-app').href}'), { listen: ['127.0.0.1:0'], workers: 2 });
    console.log(addresses.length);
    await close(0);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', text], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  expect(stdout).toBe('1\n');
});

test('an app with closures is for one thread', async () => {
  await expect(serve(new DnsApp(), { listen: ['127.0.0.1:0'], workers: 2 })).rejects.toMatchObject({
    code: 'ERR_DNSTEER_OPTION',
    message: expect.stringContaining("new URL('./app.js', import.meta.url)"),
  });
  await expect(serve(module('function-app'), { listen: ['127.0.0.1:0'], workers: 0 })).rejects.toMatchObject({
    code: 'ERR_DNSTEER_OPTION',
  });
});
