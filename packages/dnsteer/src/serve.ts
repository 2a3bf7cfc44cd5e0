import { messageOf, type Reporter } from '@dnsteer/router';
import type { DnsApp } from './app.ts';
import { DnsteerError } from './errors.ts';
import { type Listening, type ListenLimits, listenOn, parseListenAddress, type TcpLimits } from './listen.ts';
import { serveModule } from './serve-module.ts';

const MOST_WORKERS = 256;

export interface ServeOptions {
  /** Such as '127.0.0.1:5300' or '[::1]:5300'; UDP and TCP. */
  listen: readonly string[];
  tcp?: TcpLimits;
  /** How UDP is read and sent; default 'auto': in batches where the add-on of @dnsteer/transport is there. */
  udpDriver?: ListenLimits['udpDriver'];
  /** Threads that answer; 'auto': one per processor. Default 1. More than one for a module only: functions can't go to another thread. */
  workers?: number | 'auto';
  /** Of a module: where it is told that a thread was lost and started anew; default: stderr. What the app reports goes where the app says. */
  report?: Reporter;
  /** Of a module: threads end again and again, and are not started any more. Default: that error ends the process. */
  onLost?: (error: DnsteerError) => void;
}

export interface Serving {
  /** Where it listens, in the order of `listen`; port 0 has become a real one. */
  readonly addresses: readonly { host: string; port: number }[];
  /** Stops; what was received is answered, for at most `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Serves an app in this thread, or the app of a module in worker threads. Zones are built and signed before the first address is listened on.
 *
 * @param app - an app, or the URL of a module whose default export is one, or a function that returns one (promises are awaited):
 * `new URL('./app.js', import.meta.url)`. Every worker imports it; the zones that it loads are built once, and shared.
 * @throws DnsteerError, ZoneError for what the app can't be made of; TransportError for an address that can't be listened on. Of a module: DnsteerError
 * ERR_DNSTEER_MODULE and ERR_DNSTEER_LISTEN. Nothing is left listening then.
 */
export async function serve(app: DnsApp | URL, options: ServeOptions): Promise<Serving> {
  const addresses = options.listen.map(parseListenAddress);
  const { workers = 1, udpDriver } = options;
  if (workers !== 'auto' && !(Number.isInteger(workers) && workers >= 1 && workers <= MOST_WORKERS))
    throw new DnsteerError(
      'ERR_DNSTEER_OPTION',
      `workers: found ${String(workers)}, expected a whole number from 1 to ${MOST_WORKERS}, or 'auto'`,
    );
  if (app instanceof URL) return serveModule(app, addresses, options);
  if (workers !== 1) {
    throw new DnsteerError(
      'ERR_DNSTEER_OPTION',
      `workers: found ${workers} with an app, whose functions can't go to other threads: expected the module that makes it, serve(new URL('./app.js', import.meta.url), ...), with export default app`,
    );
  }
  await app.prepare();
  const listening: Listening[] = [];
  const close = async (graceMs?: number) => {
    app.stopRefreshing();
    await Promise.all(listening.map((one) => one.close(graceMs)));
  };
  try {
    for (const address of addresses) {
      listening.push(
        await listenOn(address, app.respond, (error) => app.report({ code: 'ERR_DNSTEER_LISTEN', message: messageOf(error), error }), {
          ...options.tcp,
          udpDriver,
        }),
      );
    }
  } catch (error) {
    await close(0);
    throw error;
  }
  app.startRefreshing();
  return { addresses: listening.map(({ host, port }) => ({ host, port })), close };
}
