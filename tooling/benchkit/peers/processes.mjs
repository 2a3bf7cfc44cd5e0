// Every process and folder of a run: none is left behind, whatever ends the run.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The core of the server that is measured, and that of everything else: the load and this program. */
export const SERVER_CPU = '0';
export const LOAD_CPU = '1';

// Debian keeps servers in /usr/sbin, which an ordinary user's PATH lacks.
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin'].filter((folder) => folder !== '');

/** Path of `program` on this machine, or undefined. */
export function findProgram(program) {
  return folders
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

const running = new Set();
const directories = new Set();

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {}
}

process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
  for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
});
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.on(signal, () => process.exit(code));
}

/** A folder that is gone when the run ends. */
export function temporaryFolder() {
  const directory = mkdtempSync(join(tmpdir(), 'dnsteer-bench-'));
  directories.add(directory);
  return directory;
}

export function removeFolder(directory) {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  directories.delete(directory);
}

/** This program and what it starts without a core of its own stay away from the server's. */
export function pinThisProgram() {
  const { status, stderr } = spawnSync('taskset', ['-a', '-c', '-p', LOAD_CPU, String(process.pid)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`bench:peers needs taskset and two cores: ${stderr}`);
}

/**
 * Starts a program in a process group of its own on `cpu`; its output goes to `log`.
 *
 * @returns `{ pid, exited, output(), stop() }`; stop() sends SIGTERM, after 5 s SIGKILL to the group, and resolves when it has ended.
 */
export function launch(program, args, { cpu = SERVER_CPU, cwd, env, log }) {
  const file = openSync(log, 'w');
  const child = spawn('taskset', ['-c', cpu, findProgram(program) ?? program, ...args], {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  running.add(child);
  const state = { hasEnded: false };
  const exited = new Promise((resolve) => {
    const end = () => {
      state.hasEnded = true;
      // What it forked and did not wait for.
      signalGroup(child, 'SIGKILL');
      running.delete(child);
      resolve();
    };
    child.once('error', end);
    child.once('exit', end);
  });
  const stop = async () => {
    if (state.hasEnded) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), 5_000);
    await exited;
    clearTimeout(timer);
  };
  return { pid: child.pid, exited, hasEnded: () => state.hasEnded, output: () => readFileSync(log, 'utf8'), stop };
}

/**
 * Runs a program to its end on the load's core.
 *
 * @returns `{ code, stdout, stderr }`, and with `background` at once `{ finished, interrupt() }`.
 */
export function runProgram(program, args, { cwd, cpu = LOAD_CPU, timeoutMs = 600_000, background = false } = {}) {
  const child = spawn('taskset', ['-c', cpu, findProgram(program) ?? program, ...args], {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), timeoutMs);
  const finished = new Promise((resolve, reject) => {
    child.once('error', (error) => {
      running.delete(child);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, stdout, stderr });
    });
  });
  return background ? { finished, interrupt: () => child.kill('SIGINT') } : finished;
}

/** Asks `condition` every `everyMs` until it holds; throws after `withinMs`. */
export async function until(condition, withinMs, what, everyMs = 20) {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what()}`);
    await sleep(everyMs);
  }
}
