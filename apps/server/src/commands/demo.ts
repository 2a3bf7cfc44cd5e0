import { once } from 'node:events';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { shownPath } from '../config/text.ts';
import { startBackend } from './demo-backend.ts';
import { guide } from './demo-guide.ts';
import { serve } from './serve.ts';

const CLI = fileURLToPath(new URL('../../bin/dnsteer.js', import.meta.url));

/**
 * The reference server with a demo: behind each endpoint stands a small HTTP server, which is really probed.
 *
 * @param configPath - a configuration whose endpoints have checks on addresses and ports of this machine.
 */
export async function demo(configPath: string): Promise<void> {
  const loaded = loadConfig(configPath);
  const { config } = loaded;
  const backends = await startBackends(config);
  try {
    const { addresses, stopped } = await serve(resolve(configPath), loaded);
    process.stdout.write(
      `${guide({ config, port: addresses[0]!.port, cli: `node ${relative('', CLI)}`, configPath: shownPath(configPath) }).join('\n')}\n`,
    );
    await stopped;
  } finally {
    for (const backend of backends) backend.close();
  }
  process.exit(0);
}

/** An HTTP server per endpoint, at the address and port of its check; none when one of them can't listen. */
async function startBackends({ pools }: Config) {
  const backends = Object.entries(pools).flatMap(([pool, { endpoints }]) =>
    endpoints.map(({ name, check }) => startBackend(`${pool}/${name}`, check?.address ?? '127.0.0.1', check?.port ?? 80)),
  );
  const started = await Promise.allSettled(backends.map((backend) => once(backend, 'listening')));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed === undefined) return backends;
  for (const backend of backends) backend.close();
  throw failed.reason;
}
