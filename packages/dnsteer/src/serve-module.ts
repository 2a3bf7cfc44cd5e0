import { availableParallelism } from 'node:os';
import { messageOf, type Reporter, stderrReporter } from '@dnsteer/router';
import { sharedPortError } from '@dnsteer/transport';
import { DnsteerError } from './errors.ts';
import type { ListenAddress } from './listen.ts';
import type { ServeOptions, Serving } from './serve.ts';
import type { SharedImage } from './shared-images.ts';
import type { AppWorkerStart } from './worker-messages.ts';
import { WorkerPool } from './worker-pool.ts';

const GRACE_MS = 5000;

/**
 * Serves the app of a module in worker threads.
 *
 * @throws DnsteerError (rejects) ERR_DNSTEER_MODULE, ERR_DNSTEER_LISTEN, ERR_DNSTEER_OPTION. Nothing is left running then.
 */
export async function serveModule(module: URL, listen: readonly ListenAddress[], options: ServeOptions): Promise<Serving> {
  if (module.protocol !== 'file:')
    throw new DnsteerError(
      'ERR_DNSTEER_OPTION',
      `serve: found the URL ${module.href}, expected that of a file: new URL('./app.js', import.meta.url)`,
    );
  const report = guarded(options.report ?? stderrReporter());
  const count = threadCount(options, report);
  // The first worker builds the zones; all others, and those that replace one, read its images.
  const images = new Map<string, SharedImage>();
  const pool = await WorkerPool.start({
    program: new URL('./app-worker.js', import.meta.url),
    count,
    listen,
    start: (index, addresses): AppWorkerStart => ({
      index,
      listen: addresses,
      limits: { ...options.tcp, udpDriver: options.udpDriver, reusePort: count > 1 },
      module: module.href,
      images: [...images.values()],
    }),
    report,
    onReplaced: () => {},
    onBuilt: (built) => {
      for (const image of built) images.set(image.key, image);
    },
    onLost: (error) => {
      const lost = new DnsteerError('ERR_DNSTEER_WORKER', `answering threads are lost again and again: ${messageOf(error)}`, {
        cause: error,
      });
      if (options.onLost === undefined) throw lost;
      options.onLost(lost);
    },
  });
  return { addresses: pool.addresses, close: (graceMs = GRACE_MS) => pool.stop(graceMs) };
}

function threadCount({ workers = 1, udpDriver }: ServeOptions, report: Reporter): number {
  const wanted = workers === 'auto' ? availableParallelism() : workers;
  const unshared = sharedPortError(udpDriver);
  if (wanted === 1 || unshared === undefined) return wanted;
  report({ code: 'ERR_DNSTEER_WORKER', message: `one thread answers in place of ${wanted}: ${unshared.message}` });
  return 1;
}

/** What the reporter throws costs its report, and no thread. */
function guarded(report: Reporter): Reporter {
  return (entry) => {
    try {
      report(entry);
    } catch (error) {
      stderrReporter()({ code: 'ERR_REPORTER', message: `the reporter threw: ${messageOf(error)}`, error });
    }
  };
}
