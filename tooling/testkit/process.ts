import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from './programs.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Finished extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly pid: number;
  /** Standard output and standard error so far, in the order in which they came. */
  output(): string;
  readonly exited: Promise<Exit>;
  /** Sends `signal` (SIGTERM) and waits for the end; after `graceMs` (5,000) SIGKILL. Calling it again is harmless. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<Exit>;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Asked every 20 ms until it says true. */
  readonly ready?: () => Promise<boolean>;
  readonly readyWithinMs?: number;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) killGroup(child, 'SIGKILL');
});

// Servers fork (nsd) and shells wrap; each child leads a group of its own, and only that group is signalled.
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch {}
}

/** Runs `program` to its end. A program that fails is a result, not an error; one that is missing is an error. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; input?: string; timeoutMs?: number } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(findProgram(program) ?? program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      timeout: options.timeoutMs ?? 60_000,
      stdio: 'pipe',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Starts `program` and waits until it is ready; throws with its output when it ends before, or is not ready in time. */
export async function start(program: string, args: readonly string[], options: StartOptions = {}): Promise<Started> {
  const child = spawn(findProgram(program) ?? program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let ended: Exit | undefined;
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = new Promise<Exit>((resolve) => {
    const end = (exit: Exit) => {
      ended = exit;
      running.delete(child);
      resolve(exit);
    };
    child.once('error', (error) => {
      output += `${error.message}\n`;
      end({ code: null, signal: null });
    });
    child.once('close', (code, signal) => end({ code, signal }));
  });
  running.add(child);

  const stop = async (signal: NodeJS.Signals = 'SIGTERM', graceMs = 5_000): Promise<Exit> => {
    if (ended) return ended;
    child.kill(signal);
    const timer = setTimeout(() => killGroup(child, 'SIGKILL'), graceMs);
    const exit = await exited;
    clearTimeout(timer);
    return exit;
  };

  const deadline = Date.now() + (options.readyWithinMs ?? 20_000);
  while (options.ready && !(await options.ready())) {
    const late = Date.now() > deadline;
    if (ended || late) {
      await stop('SIGKILL');
      throw new Error(
        `${program} ${args.join(' ')}: ${late ? 'was not ready in time' : 'ended before it was ready'}\n${output.split('\n').slice(-30).join('\n')}`,
      );
    }
    await sleep(20);
  }
  return { pid: child.pid ?? 0, output: () => output, exited, stop };
}
