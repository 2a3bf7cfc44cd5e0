import { messageOf } from '@dnsteer/router';
import type { DnsApp } from './app.ts';
import { type Listening, listenOn, parseListenAddress, type TcpLimits } from './listen.ts';

export interface ServeOptions {
  /** Such as '127.0.0.1:5300' or '[::1]:5300'; UDP and TCP. */
  listen: readonly string[];
  tcp?: TcpLimits;
}

export interface Serving {
  /** Where it listens, in the order of `listen`; port 0 has become a real one. */
  readonly addresses: readonly { host: string; port: number }[];
  /** Stops; what was received is answered, for at most `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Serves an app in this thread. Zones are built and signed before the first address is listened on.
 *
 * @throws DnsteerError, ZoneError for what the app can't be made of; TransportError for an address that can't be listened on. Nothing is left
 * listening then.
 */
export async function serve(app: DnsApp, options: ServeOptions): Promise<Serving> {
  const addresses = options.listen.map(parseListenAddress);
  await app.prepare();
  const listening: Listening[] = [];
  const close = async (graceMs?: number) => {
    app.stopRefreshing();
    await Promise.all(listening.map((one) => one.close(graceMs)));
  };
  try {
    for (const address of addresses) {
      listening.push(
        await listenOn(
          address,
          app.respond,
          (error) => app.report({ code: 'ERR_DNSTEER_LISTEN', message: messageOf(error), error }),
          options.tcp,
        ),
      );
    }
  } catch (error) {
    await close(0);
    throw error;
  }
  app.startRefreshing();
  return { addresses: listening.map(({ host, port }) => ({ host, port })), close };
}
