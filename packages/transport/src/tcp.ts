import { createServer, type Server, type Socket } from 'node:net';
import { ActivityOrder } from './activity-order.ts';
import { needAddon } from './addon.ts';
import { TcpConnection } from './connection.ts';
import { listenError, TransportError } from './errors.ts';
import { checkNumber, checkPlace, GRACE_MS, type ListenAddress, type ListenerOptions, pause, turn, warn } from './listener.ts';

export interface TcpOptions extends ListenerOptions {
  /** A connection without a whole query, an answer or progress in taking one for so long is closed. Default 10,000 (RFC 7766 6.2.3). */
  idleTimeoutMs?: number | undefined;
  /** Default 1000. One more closes the connection that has been idle longest, or is itself closed when none is idle. */
  maxConnections?: number | undefined;
  /** Queries of one connection that may wait for their promises; reading stops until one is answered. Default 64. */
  maxPipelined?: number | undefined;
  /** Longest query taken; a longer one closes the connection. 12-65535, default 65535. */
  maxQueryOctets?: number | undefined;
  /** Connections that the kernel keeps for us until they are accepted. Default 511. */
  backlog?: number | undefined;
  /** Whether other sockets, of other threads, may share the port (SO_REUSEPORT); default false. Needs the add-on for Linux. */
  reusePort?: boolean | undefined;
}

export interface TcpListener {
  readonly address: ListenAddress;
  readonly connectionCount: number;
  /**
   * Answers what was received, then closes every connection and the port. Resolves when all is closed, at the latest `graceMs`
   * (default 5000) after the call and what the event loop takes; what still waits then is cut off. Further calls wait for the same end.
   */
  close(graceMs?: number): Promise<void>;
}

/**
 * Listens on a TCP port and has `respond` answer each message of each connection (RFC 7766): many queries may be under way on one
 * connection, and an answer goes out when it is ready, so answers that were promised may come out of order.
 *
 * @throws TransportError (the promise rejects) ERR_TRANSPORT_PORT_IN_USE, _NEEDS_RIGHTS, _NO_SUCH_ADDRESS, _BAD_OPTION or _LISTEN.
 */
export async function listenTcp(options: TcpOptions): Promise<TcpListener> {
  const family = checkPlace(options.host, options.port, 0);
  const idleTimeoutMs = checkNumber('idleTimeoutMs', options.idleTimeoutMs ?? 10_000, 1, 2 ** 30);
  const maxConnections = checkNumber('maxConnections', options.maxConnections ?? 1000, 1, 2 ** 20);
  const limits = {
    maxPipelined: checkNumber('maxPipelined', options.maxPipelined ?? 64, 1, 65536),
    maxQueryOctets: checkNumber('maxQueryOctets', options.maxQueryOctets ?? 65535, 12, 65535),
  };
  const backlog = checkNumber('backlog', options.backlog ?? 511, 1, 2 ** 16);
  const onError = options.onError ?? warn;

  const connections = new ActivityOrder<TcpConnection>();
  const sweepMs = Math.min(1000, Math.max(5, Math.ceil(idleTimeoutMs / 4)));
  const idleSweeps = Math.ceil(idleTimeoutMs / sweepMs) + 1;
  let sweeps = 0;

  // Time is counted in sweeps, so that no packet costs a look at the clock.
  const sweep = setInterval(() => {
    sweeps++;
    for (const connection of connections) {
      if (sweeps - connection.activeAtSweep < idleSweeps) break;
      if (!connection.expire()) onActive(connection);
    }
  }, sweepMs);
  sweep.unref();

  function onActive(connection: TcpConnection): void {
    connection.activeAtSweep = sweeps;
    connections.touch(connection);
  }

  function makeRoom(): boolean {
    if (connections.size < maxConnections) return true;
    for (const connection of connections) {
      if (!connection.isIdle) continue;
      connection.destroy();
      connections.delete(connection);
      return true;
    }
    return false;
  }

  function onConnection(socket: Socket): void {
    const { remoteAddress: address, remotePort: port } = socket;
    // A client that reset at once has no address any more.
    if (address === undefined || port === undefined || !makeRoom()) {
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const at = address.indexOf('%');
    const peer = { address: at < 0 ? address : address.slice(0, at), port, family, transport: 'tcp' as const };
    const connection = new TcpConnection(socket, peer, options.respond, limits, onActive, onError);
    onActive(connection);
    socket.on('close', () => connections.delete(connection));
  }

  async function close(graceMs: number): Promise<void> {
    const deadlineMs = performance.now() + graceMs;
    await turn(); // accepts what stands in the backlog
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    while (connections.size > 0 && performance.now() < deadlineMs) {
      // Idle before and after a turn: nothing had come that was not read.
      const idle = [...connections].filter((connection) => connection.isIdle);
      await turn();
      for (const connection of idle) connection.endIfIdle();
      if (connections.size > 0) await pause(2);
    }
    for (const connection of connections) connection.destroy();
    await stopped;
    clearInterval(sweep);
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  try {
    await listen(server, options.host, options.port, backlog, options.reusePort === true);
  } catch (error) {
    clearInterval(sweep);
    throw error;
  }
  server.on('error', (cause) =>
    onError(new TransportError('ERR_TRANSPORT_SOCKET', `TCP socket on ${options.host}: ${cause.message}`, { cause })),
  );
  const bound = server.address();
  if (bound === null || typeof bound === 'string')
    throw new TransportError('ERR_TRANSPORT_LISTEN', `TCP socket on ${options.host} has no port`);
  let closing: Promise<void> | undefined;
  return {
    address: { address: bound.address, port: bound.port, family, transport: 'tcp' },
    get connectionCount() {
      return connections.size;
    },
    close: (graceMs = GRACE_MS) => (closing ??= close(graceMs)),
  };
}

function listen(server: Server, host: string, port: number, backlog: number, reusePort: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => reject(listenError(cause, 'TCP', host, port));
    server.once('error', fail);
    // Node 20 does not know the option.
    const where = reusePort ? { fd: bindShared(host, port) } : { host, port, ipv6Only: true };
    server.listen({ ...where, backlog, exclusive: true }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function bindShared(host: string, port: number): number {
  const addon = needAddon('reusePort');
  try {
    return addon.bindTcp(host, port, true);
  } catch (cause) {
    throw listenError(cause as NodeJS.ErrnoException, 'TCP', host, port);
  }
}
