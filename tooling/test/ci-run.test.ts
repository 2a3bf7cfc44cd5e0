import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PROGRAMS, run } from '../testkit/index.ts';
import { findProgram } from '../testkit/programs.ts';
import { writeFixture } from './fixture.ts';

const script = readFileSync(fileURLToPath(new URL('../../.ci/run', import.meta.url)), 'utf8');
const listed = [...script.matchAll(/([a-z0-9-]+):([a-z_-]+)(?=\s)/g)].map((match) => ({ package: match[1]!, program: match[2]! }));

/** .ci/run on a machine that has only the shell's own tools and `commands` (name to shell script; all note their arguments). */
function machine(commands: Readonly<Record<string, string>>) {
  const root = writeFixture({ '.ci/run': script });
  const bin = join(root, 'bin');
  mkdirSync(bin);
  for (const tool of ['bash', 'sh', 'dirname', 'sort', 'tr', 'mktemp', 'rm', 'tail', 'tee', 'env'])
    symlinkSync(findProgram(tool)!, join(bin, tool));
  for (const [name, body] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >> "${root}/calls"\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  // Its servers would be found in /usr/sbin of the machine that runs this test.
  writeFileSync(join(root, '.ci/run'), script.replace('PATH="$PATH:/usr/sbin:/sbin"', ''));
  return {
    run: () => run(join(bin, 'bash'), [join(root, '.ci/run')], { env: { PATH: bin, CI: '' } }),
    calls: () => (existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : []),
  };
}

const npm = { npm: 'echo "CI=$CI"; echo "3 passed, 0 failed"' };
const present = Object.fromEntries(PROGRAMS.map((program) => [program, '']));

test('it installs every program that a test may ask for', () => {
  expect(listed.map(({ program }) => program).sort()).toEqual([...PROGRAMS].sort());
});

test('with every program there, nothing is installed, and npm test runs with CI=true and a second Node', async () => {
  const { run, calls } = machine({ ...present, ...npm });
  const ran = await run();
  expect(ran).toMatchObject({ code: 0, stdout: 'CI=true\n3 passed, 0 failed\n' });
  expect(calls()).toEqual([expect.stringMatching(/^npm test --silent -- --unit-on node@24\./)]);
});

test('without rights to install, it names the missing packages and stops', async () => {
  const { knotd, dig, ...rest } = present;
  const { run, calls } = machine({ ...rest, ...npm, id: 'echo 1000' });
  const ran = await run();
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('bind9-dnsutils knot ');
  expect(calls()).toEqual(['id -u']);
});

test('with sudo and apt-get it installs exactly what is missing, and keeps services from starting meanwhile', async () => {
  const { knotd, dig, delv, ...rest } = present;
  const { run, calls } = machine({ ...rest, ...npm, id: 'echo 1000', sudo: '', 'apt-get': '' });
  expect((await run()).code).toBe(0);
  const policy = existsSync('/usr/sbin/policy-rc.d') ? [] : ['sudo tee /usr/sbin/policy-rc.d', 'sudo chmod 755 /usr/sbin/policy-rc.d'];
  expect(calls().slice(0, -1)).toEqual([
    'id -u',
    ...policy,
    'sudo apt-get -qq update',
    'sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends bind9-dnsutils knot',
    ...policy.slice(1).map(() => 'sudo rm -f /usr/sbin/policy-rc.d'),
  ]);
});

test('a failing install or a failing npm test is the exit code', async () => {
  const { knotd, ...rest } = present;
  const noPackages = machine({
    ...rest,
    ...npm,
    id: 'echo 1000',
    sudo: 'case "$*" in *install*) echo "E: no such package"; exit 100;; esac',
    'apt-get': '',
  });
  expect(await noPackages.run()).toMatchObject({ code: 100, stderr: 'E: no such package\n' });
  const failing = machine({ ...present, npm: 'echo "3 passed, 1 failed"; exit 1' });
  expect(await failing.run()).toMatchObject({ code: 1, stdout: '3 passed, 1 failed\n' });
});
