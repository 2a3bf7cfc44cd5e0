import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { exchangeUdp } from '@dnsteer/transport';
import { decodeMessage, encodeMessage, type Message } from '@dnsteer/wire/records';
import { afterAll } from 'vitest';

export interface Program {
  /** Where it says that it listens. */
  readonly addresses: readonly { host: string; port: number }[];
  readonly stdout: () => string;
  readonly stderr: () => string;
  type(line: string): void;
  /** Ends it, if it has not ended already. @returns the exit code, or the signal that ended it. */
  stop(): Promise<number | string | null>;
}

/** From the root of the repository. */
export function path(relative: string): string {
  return fileURLToPath(new URL(`../../../../${relative}`, import.meta.url));
}

/**
 * Runs a program with this Node until it has said `addresses` times that it listens.
 *
 * @throws when it ends before, or is silent for 20 s, with what it wrote.
 */
export async function startProgram(file: string, { env = {}, addresses = 1 } = {}): Promise<Program> {
  const child = spawn(process.execPath, [path(file)], { env: { ...process.env, PORT: '0', ...env }, stdio: 'pipe' });
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  const output = { stdout: '', stderr: '' };
  const listening = () => [...output.stdout.matchAll(/listening on (\S+):(\d+)/g)].map(([, host, port]) => ({ host, port: Number(port) }));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ready = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
      if (listening().length >= addresses) resolve();
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const [code, signal] = await closed;
    return code ?? signal;
  };
  afterAll(() => void child.kill('SIGKILL'));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 20_000);
  });
  await Promise.race([ready, closed, silent]);
  clearTimeout(timer);
  if (listening().length < addresses) {
    await stop();
    throw new Error(`${file} does not listen: ${output.stdout}${output.stderr}`);
  }
  return {
    addresses: listening(),
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    type: (line) => void child.stdin.write(`${line}\n`),
    stop,
  };
}

/** @param subnet - sent as EDNS Client Subnet. */
export async function ask(at: { host: string; port: number }, name: string, type: string, subnet?: string): Promise<Message> {
  const [ip = '', length] = subnet?.split('/') ?? [];
  const option = { code: 'CLIENT_SUBNET', family: ip.includes(':') ? 2 : 1, ip, sourcePrefixLength: Number(length) };
  const packet = encodeMessage({
    id: 7,
    type: 'query',
    questions: [{ name, type }],
    additionals: [{ name: '.', type: 'OPT', options: subnet === undefined ? [] : [option] }],
  });
  return decodeMessage(await exchangeUdp(packet, { ...at, timeoutMs: 5000 }));
}

/** Asks until `holds`; throws after 10 s. */
export async function eventually<T>(look: () => Promise<T> | T, holds: (found: T) => boolean): Promise<T> {
  const deadlineMs = Date.now() + 10_000;
  for (;;) {
    const found = await look();
    if (holds(found)) return found;
    if (Date.now() > deadlineMs) throw new Error(`still ${JSON.stringify(found)} after 10 s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
