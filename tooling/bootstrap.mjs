// `npm start`, `npm test` and `npm run build` from a fresh clone: Node and npm are all that must be there.
// Plain JavaScript without dependencies, because it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
process.env.TURBO_TELEMETRY_DISABLED = '1';
const parent = process.ppid;

// The one place that names pnpm's version. By npx, because corepack fails on Node 20 and nobody must have pnpm.
const pnpm = ['-y', JSON.parse(readFileSync('package.json', 'utf8')).packageManager];
const npx = (args, stdio = 'inherit') =>
  spawnSync('npx', [...pnpm, ...args], { stdio, shell: process.platform === 'win32', maxBuffer: 2 ** 28 });

function installIfStale() {
  // pnpm keeps a copy of the lockfile that it installed last.
  const installed = join('node_modules', '.pnpm', 'lock.yaml');
  if (existsSync(installed) && readFileSync(installed).equals(readFileSync('pnpm-lock.yaml'))) return;
  console.log('Installing dependencies ...');
  if (npx(['install', '--frozen-lockfile', '--loglevel=error']).status !== 0) {
    console.error('Installing the dependencies failed. It needs the npm registry once; see the message above.');
    process.exit(1);
  }
}

/** @returns whether every package was built; a compiler's messages are shown only when it failed. */
function build() {
  console.log('Building ...');
  const turbo = npx(
    ['exec', 'turbo', 'run', 'build', '--continue=dependencies-successful', '--output-logs=errors-only', '--no-update-notifier'],
    'pipe',
  );
  if (turbo.status === 0) return true;
  process.stdout.write(turbo.stdout);
  process.stderr.write(turbo.stderr);
  return false;
}

/** Runs the demo in our place: same terminal, our signals are its signals, its exit code is ours. */
function start() {
  // npm passes SIGTERM to the shell between us, which ends without a word. Who started us is gone then, and so should we be.
  const isOrphan = () => process.ppid !== parent;
  if (isOrphan()) process.exit(143);
  const server = spawn(process.execPath, [join('apps', 'server', 'bin', 'dnsteer.js'), 'demo', ...process.argv.slice(3)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl-C reaches the whole foreground group by itself; sent on as well it would be a second one.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) server.kill(signal);
    });
  }
  setInterval(() => isOrphan() && server.kill('SIGTERM'), 500).unref();
  server.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

const task = process.argv[2];
installIfStale();
if (task === 'start') {
  if (!build()) process.exit(1);
  start();
} else if (task === 'build') {
  process.exit(build() ? 0 : 1);
} else if (task === 'test' || task === 'check') {
  const { runAll } = await import('./run-all.mjs');
  process.exit(await runAll({ task, build, options: process.argv.slice(3) }));
} else {
  console.error('usage: node tooling/bootstrap.mjs start | test | check | build');
  process.exit(2);
}
