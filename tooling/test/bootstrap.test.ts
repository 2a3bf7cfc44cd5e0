import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { run, start } from '../testkit/index.ts';
import { writeFixture } from './fixture.ts';

const tooling = fileURLToPath(new URL('..', import.meta.url));

const demo = `
console.log('demo with', process.argv.slice(2).join(' '));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => { console.log('got', signal); process.exit(7); });
setInterval(() => {}, 1000);
`;

/** A clone with a stand-in for npx, which notes its arguments and 'installs' by copying the lockfile as pnpm does. */
function clone(npx: string): { root: string; env: Record<string, string>; calls: () => string[] } {
  const root = writeFixture({
    'package.json': '{"packageManager": "pnpm@9.8.7"}',
    'pnpm-lock.yaml': 'lock 1\n',
    'apps/server/bin/dnsteer.js': demo,
    'bin/npx': `#!/bin/sh\necho "$@" >> "${'$'}CALLS"\n${npx}\n`,
  });
  chmodSync(join(root, 'bin/npx'), 0o755);
  mkdirSync(join(root, 'tooling'));
  for (const file of ['bootstrap.mjs', 'run-all.mjs', 'tally.mjs']) copyFileSync(join(tooling, file), join(root, 'tooling', file));
  const calls = join(root, 'calls');
  return {
    root,
    env: { PATH: `${join(root, 'bin')}:${process.env['PATH']}`, CALLS: calls },
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
  };
}

const works = 'case "$*" in *install*) mkdir -p node_modules/.pnpm && cp pnpm-lock.yaml node_modules/.pnpm/lock.yaml;; esac';

test('what is missing is installed with the pinned pnpm, once, and again when the lockfile changes', async () => {
  const { root, env, calls } = clone(works);
  const build = () => run(process.execPath, ['tooling/bootstrap.mjs', 'build'], { cwd: root, env });
  expect((await build()).code).toBe(0);
  expect(calls()).toEqual([
    expect.stringMatching(/^-y pnpm@9\.8\.7 install --frozen-lockfile/),
    expect.stringMatching(/^-y pnpm@9\.8\.7 exec turbo run build/),
  ]);
  await build();
  expect(calls()).toHaveLength(3);
  writeFileSync(join(root, 'pnpm-lock.yaml'), 'lock 2\n');
  await build();
  expect(calls()).toHaveLength(5);
});

test('an install that fails says so and stops', async () => {
  const { root, env, calls } = clone('exit 4');
  const ran = await run(process.execPath, ['tooling/bootstrap.mjs', 'start'], { cwd: root, env });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('Installing the dependencies failed');
  expect(calls()).toHaveLength(1);
});

test('a build that fails shows what the compiler said, and nothing is started', async () => {
  const { root, env } = clone(`${works}\ncase "$*" in *turbo*) echo "error TS1"; exit 2;; esac`);
  const ran = await run(process.execPath, ['tooling/bootstrap.mjs', 'start'], { cwd: root, env });
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain('error TS1');
  expect(ran.stdout).not.toContain('demo with');
});

test.each(['SIGTERM', 'SIGINT'] as const)('the demo gets %s, and its exit code is ours', async (signal) => {
  const { root, env } = clone(works);
  const started = await start(process.execPath, ['tooling/bootstrap.mjs', 'start', '--port', '1'], { cwd: root, env });
  onTestFinished(async () => void (await started.stop('SIGKILL')));
  while (!started.output().includes('demo with demo --port 1')) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await started.stop(signal)).toEqual({ code: 7, signal: null });
  expect(started.output()).toContain(`got ${signal}`);
});

test('the demo ends when the shell between npm and us is ended', async () => {
  const { root, env } = clone(works);
  const shell = await start('sh', ['-c', `${process.execPath} tooling/bootstrap.mjs start; true`], { cwd: root, env });
  while (!shell.output().includes('demo with demo')) await new Promise((resolve) => setTimeout(resolve, 20));
  // Its output closes only when the last process that holds it has ended.
  expect(await shell.stop('SIGTERM', 20_000)).toEqual({ code: null, signal: 'SIGTERM' });
  expect(shell.output()).toContain('got SIGTERM');
});

test('npm test closes with the sum, also when nothing works', async () => {
  const { root, env } = clone(`${works}\ncase "$*" in *turbo*) exit 2;; esac`);
  const ran = await run(process.execPath, ['tooling/bootstrap.mjs', 'test'], { cwd: root, env });
  expect(ran.code).toBe(1);
  expect(ran.stdout.trim().split('\n').at(-1)).toBe('0 passed, 6 failed');
});
