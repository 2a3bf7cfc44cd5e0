import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answers, freePort } from './net.ts';
import { type Finished, run, start } from './process.ts';
import { inOwnFolder, type Server } from './servers.ts';

const cli = fileURLToPath(new URL('../../apps/server/bin/dnsteer.js', import.meta.url));

export interface DnsteerOptions {
  /** Text of dnsteer.yaml, as a function of the free port and the folder that were made for it. */
  readonly config?: (at: { port: number; directory: string }) => string;
  /** Files to write into the folder first, by relative path: zone files, certificates. */
  readonly files?: Readonly<Record<string, string>>;
  /** Arguments in place of `serve --config <folder>/dnsteer.yaml`. */
  readonly args?: (at: { port: number; directory: string }) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A zone for which it must answer with authority before it counts as started; without it, any DNS answer will do. */
  readonly zone?: string;
}

/** Starts the built reference server in a folder of its own and waits until it answers. */
export function startDnsteer(options: DnsteerOptions): Promise<Server> {
  return inOwnFolder(async (directory) => {
    const at = { port: await freePort(), directory };
    for (const [path, text] of Object.entries(options.files ?? {})) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    const configFile = join(directory, 'dnsteer.yaml');
    if (options.config) await writeFile(configFile, options.config(at));
    const args = options.args?.(at) ?? ['serve', '--config', configFile];
    const started = await start(process.execPath, [cli, ...args], {
      cwd: directory,
      ...(options.env ? { env: options.env } : {}),
      ready: () => answers(at.port, options.zone),
    });
    return { ...started, ...at, address: '127.0.0.1' as const };
  });
}

/** Runs one command of the built CLI to its end: `runDnsteer(['check', '--config', file])`. */
export function runDnsteer(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; input?: string } = {},
): Promise<Finished> {
  return run(process.execPath, [cli, ...args], options);
}
