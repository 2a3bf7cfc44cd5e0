import { EventEmitter } from 'node:events';
import {
  type Context,
  DnsApp,
  type DnsAppOptions,
  messageOf,
  type Report,
  type Reporter,
  type Request,
  type Response,
  RouterError,
  stderrReporter,
} from '@dnsteer/router';
import { type Listening, type ListenLimits, listenOn, type TcpLimits } from './listen.ts';

/** Answers by filling `res.answers` and calling `res.send()`, as a handler of Node's `http` does. */
export type RequestHandler = (req: Request, res: Response) => void | Promise<void>;

export interface ServerOptions extends DnsAppOptions {
  /** Starts listening on the next tick when nobody called `listen()`; default true. */
  autoListen?: boolean;
  /** Default: '0.0.0.0'. */
  host?: string;
  /** Default: 53. */
  port?: number;
  tcp?: TcpLimits;
  /** How UDP is read and sent; default 'auto': in batches where the add-on of @dnsteer/transport is there. */
  udpDriver?: ListenLimits['udpDriver'];
}

/**
 * A DNS server around one handler, on UDP and TCP.
 *
 * Events: `listening`; `error` (it could not listen: with nobody to hear it, Node ends the process with its message); `report` (a handler threw,
 * never sent, or sent twice: { code, message, error }). Reports go to stderr when nobody listens for them.
 */
export class DnsServer extends EventEmitter {
  readonly #app: DnsApp;
  readonly #options: ServerOptions;
  readonly #report: Reporter;
  #listening: Promise<Listening> | undefined;
  /** By `listen()` or `close()`: nothing is left to do on the next tick. */
  #wasCalled = false;

  constructor(options: ServerOptions, handler: RequestHandler) {
    super();
    this.#options = options;
    const toStderr = options.report ?? stderrReporter();
    this.#report = (entry) => {
      if (!this.emit('report', entry)) toStderr(entry);
    };
    this.#app = new DnsApp({ ...options, report: this.#report }).on('*', (c) => runHandler(handler, c, this.#report));
    if (options.autoListen !== false) {
      setImmediate(() => {
        if (!this.#wasCalled) this.listen().catch((error: unknown) => this.emit('error', error));
      });
    }
  }

  /**
   * Listens on UDP and TCP.
   *
   * @throws TransportError (rejects) when the port is in use, needs rights, or the address is not there.
   */
  async listen(where: { host?: string; port?: number } = {}): Promise<{ host: string; port: number }> {
    const host = where.host ?? this.#options.host ?? '0.0.0.0';
    const port = where.port ?? this.#options.port ?? 53;
    this.#wasCalled = true;
    this.#listening ??= listenOn(
      { host, port },
      this.#app.respond,
      (error) => this.#report({ code: 'ERR_DNSTEER_LISTEN', message: messageOf(error), error }),
      { ...this.#options.tcp, udpDriver: this.#options.udpDriver },
    ).catch((error: unknown) => {
      // So that another port can be tried.
      this.#listening = undefined;
      throw error;
    });
    const listening = await this.#listening;
    this.emit('listening');
    return { host: listening.host, port: listening.port };
  }

  /** Asks without a socket: see `DnsApp.query`. */
  query: DnsApp['query'] = (name, type, options) => this.#app.query(name, type, options);

  /** Stops listening; what was received is answered, for at most `graceMs`. */
  async close(graceMs?: number): Promise<void> {
    this.#wasCalled = true;
    const listening = await this.#listening?.catch(() => undefined);
    await listening?.close(graceMs);
    this.#listening = undefined;
  }
}

/**
 * Makes a DNS server. Unless `listen()` is called, it listens on port 53 on the next tick.
 *
 * @param handler - called for every query of class IN, ANY as it came. It must call `res.send()` or `res.refuse()`: before it returns, later, or
 * before its promise resolves. A handler that throws, rejects, or does not send within 2 s answers SERVFAIL with an Extended DNS Error. What throws
 * later, in a callback that it started (`setTimeout`, an event), ends the process, as with Node's `http`.
 */
export function createServer(handler: RequestHandler): DnsServer;
export function createServer(options: ServerOptions, handler: RequestHandler): DnsServer;
export function createServer(optionsOrHandler: ServerOptions | RequestHandler, maybeHandler?: RequestHandler): DnsServer {
  const handler = typeof optionsOrHandler === 'function' ? optionsOrHandler : maybeHandler;
  if (typeof handler !== 'function')
    throw new TypeError('createServer: found no handler, expected createServer(handler) or createServer(options, handler)');
  return new DnsServer(typeof optionsOrHandler === 'function' ? {} : optionsOrHandler, handler);
}

function runHandler(handler: RequestHandler, c: Context, report: Reporter): void | Promise<void> {
  const { req, res } = c;
  let promise: void | Promise<void>;
  try {
    promise = handler(req, res);
  } catch (error) {
    if (!res.sent) throw error;
    report(failureAfterSend(c.name, c.type, error));
    return undefined;
  }
  if (typeof promise?.then !== 'function') return res.sent ? undefined : res.whenSent();
  // Sending answers, and the end of the promise where nothing was sent.
  const answered = res.sent ? undefined : res.whenSent();
  promise.then(
    () => {
      if (!res.sent) res.abandon(new RouterError('ERR_ROUTER_NOT_SENT', 'the handler ended without res.send()'));
    },
    (error: unknown) => {
      if (res.sent) report(failureAfterSend(c.name, c.type, error));
      else res.abandon(error);
    },
  );
  return answered;
}

/** What was sent stands, but its author should know. */
function failureAfterSend(name: string, type: string, error: unknown): Report {
  const code = error instanceof RouterError ? error.code : 'ERR_HANDLER';
  return { code, message: `${name} ${type}: the handler threw after res.send(): ${messageOf(error)}`, error };
}
