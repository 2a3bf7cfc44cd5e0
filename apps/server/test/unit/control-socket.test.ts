import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import { composeAtRest } from '../../src/control/composition.ts';
import { checkControl } from '../../src/control/named-files.ts';
import { askControl, type ControlCommands, listenControl } from '../../src/control/socket.ts';
import { sendControl } from '../built/harness.ts';

let directory: string;
let path: string;
let server: Server | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dnsteer-control-'));
  path = join(directory, 'control.sock');
});
afterEach(async () => {
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  server = undefined;
  rmSync(directory, { recursive: true, force: true });
});

const COMMANDS: ControlCommands = {
  echo: (args) => args,
  later: async ({ ms }) => {
    await new Promise((resolve) => setTimeout(resolve, Number(ms)));
    return ms;
  },
  fail: () => {
    throw new Error('it failed');
  },
};

async function send(octets: string): Promise<unknown[]> {
  const text = await sendControl(path, octets);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe('the control socket', () => {
  beforeEach(async () => {
    server = await listenControl(path, COMMANDS);
  });

  test('is for its owner only (0600)', () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('answers a line of JSON by a line of JSON, in the order of the commands', async () => {
    const lines = [
      '{"command":"later","arguments":{"ms":30}}',
      '{"command":"echo","arguments":{"a":1}}',
      '{"command":"echo"}',
      '{"command":"fail"}',
    ];
    expect(await send(`${lines.join('\n')}\n`)).toEqual([
      { ok: true, result: 30 },
      { ok: true, result: { a: 1 } },
      { ok: true, result: {} },
      { ok: false, error: 'it failed' },
    ]);
  });

  test('takes a line that comes in pieces, cut within a character', async () => {
    const { connect } = await import('node:net');
    const octets = Buffer.from('{"command":"echo","arguments":{"name":"Zürich"}}\n');
    const cut = octets.indexOf(0xc3) + 1;
    const socket = connect(path);
    socket.write(octets.subarray(0, cut));
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.end(octets.subarray(cut));
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual({ ok: true, result: { name: 'Zürich' } });
  });

  test.each([
    ['what is no JSON', 'reload\n', 'found reload, expected a line of JSON such as {"command":"health"}'],
    ['half of it', '{"command":\n', 'found {"command":, expected a line of JSON such as {"command":"health"}'],
    ['an empty line', '\n', 'found , expected a line of JSON such as {"command":"health"}'],
    ['JSON that is no command', 'null\n', 'found null, expected a line of JSON such as {"command":"health"}'],
    ['an unknown command', '{"command":"rm"}\n', 'found command "rm", expected one of echo, later, fail'],
    ['a name that every object has', '{"command":"toString"}\n', 'found command "toString", expected one of echo, later, fail'],
  ])('tells %s, and goes on', async (_what, line, error) => {
    expect(await send(`${line}{"command":"echo"}\n`)).toEqual([
      { ok: false, error },
      { ok: true, result: {} },
    ]);
  });

  test('tells a line that is too long, answers what came before it, and closes', async () => {
    expect(await send(`{"command":"echo"}\n${'x'.repeat(70_000)}\n{"command":"echo"}\n`)).toEqual([
      { ok: true, result: {} },
      { ok: false, error: 'found a line of more than 65536 octets' },
    ]);
    expect(await send('{"command":"echo"}\n')).toHaveLength(1);
  });

  test('takes a line that is just not too long', async () => {
    const line = JSON.stringify({ command: 'echo', arguments: { a: 'x'.repeat(65_000) } });
    expect(await send(`${line}\n`)).toEqual([{ ok: true, result: { a: 'x'.repeat(65_000) } }]);
  });

  test('is not taken from a server that runs', async () => {
    await expect(listenControl(path, COMMANDS)).rejects.toThrow(
      `server.control: a server is running at ${path}: stop it, or configure another path`,
    );
    expect(await askControl(path, { command: 'echo' })).toEqual({});
  });
});

test('a socket that is left over from a server that was killed is taken away', async () => {
  const { spawnSync } = await import('node:child_process');
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
  expect(statSync(path).isSocket()).toBe(true);
  server = await listenControl(path, COMMANDS);
  expect(await askControl(path, { command: 'echo' })).toEqual({});
});

test('a file that is no socket is left as it is', async () => {
  writeFileSync(path, 'precious');
  await expect(listenControl(path, COMMANDS)).rejects.toThrow(`${path} is there already and is no socket: configure another path`);
  expect(readFileSync(path, 'utf8')).toBe('precious');
});

test.each([
  ['none/s.sock', (folder: string) => `there is no folder ${folder}: make it, or configure another path`],
  ['none/deeper/s.sock', (folder: string) => `there is no folder ${folder}: make it, or configure another path`],
  ['file/s.sock', (folder: string) => `${folder} is no folder: configure another path`],
])('%s: what is wrong with its folder is said by serve and by check, and nothing is made', async (own, why) => {
  writeFileSync(join(directory, 'file'), '');
  const before = readdirSync(directory);
  const socket = join(directory, own);
  const message = `server.control: ${socket} can't be made: ${why(dirname(socket))}`;
  await expect(listenControl(socket, COMMANDS)).rejects.toThrow(message);
  const checked = () => checkControl(composeAtRest(parseConfig(`server:\n  control: ${own}\n`, 'dnsteer.yaml', directory)));
  expect(checked).toThrow(`dnsteer.yaml:2:12: ${message}`);
  expect(readdirSync(directory)).toEqual(before);
});

test('a folder in which no file can be made, whoever asks', async () => {
  await expect(listenControl('/proc/s.sock', COMMANDS)).rejects.toThrow(
    "server.control: /proc/s.sock can't be made: this user may not make files in /proc: allow it, or configure another path",
  );
});

test('check has nothing to say of a socket that a running server has', async () => {
  server = await listenControl(path, COMMANDS);
  expect(() => checkControl(composeAtRest(parseConfig(`server: { control: ${path} }\n`, 'x', '/')))).not.toThrow();
});

test('a path that is too long for a socket is told with its length', async () => {
  const long = join(directory, 'x'.repeat(120));
  await expect(listenControl(long, COMMANDS)).rejects.toThrow(
    /server\.control: .* has \d+ octets, and a Unix socket's path at most 107: choose a shorter one/,
  );
});

test('without a server, the CLI is told what to do', async () => {
  await expect(askControl(path, { command: 'echo' })).rejects.toThrow(
    `no server is running at ${path}: start it with "dnsteer serve", or name its configuration with --config`,
  );
});
