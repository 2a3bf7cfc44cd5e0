import { ActivityOrder } from './activity-order.ts';
import { type Addon, findAddon, needAddon } from './addon.ts';
import { TcpConnection } from './connection.ts';
import {
  apart,
  checkNumber,
  checkPlace,
  GRACE_MS,
  type ListenAddress,
  type ListenerOptions,
  type Peer,
  pause,
  turn,
  warn,
} from './listener.ts';
import { openNet } from './net-stream.ts';
import type { TcpStream } from './stream.ts';
import { openTcpBatch } from './tcp-batch.ts';

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
  /**
   * `batch`: what is ready on many connections is read, answered and sent together, by an add-on for Linux; `net`: Node's own, everywhere; `auto`
   * (default): the first where it is there, else the second.
   */
  driver?: 'auto' | 'batch' | 'net' | undefined;
  /** Whether other sockets, of other threads, may share the port (SO_REUSEPORT); default false. Needs Linux, and the add-on or Node 22.12. */
  reusePort?: boolean | undefined;
}

export interface TcpListener {
  readonly address: ListenAddress;
  readonly driver: 'batch' | 'net';
  readonly connectionCount: number;
  /**
   * Answers what was received, then closes every connection and the port. Resolves when all is closed, at the latest `graceMs`
   * (default 5000) after the call and what the event loop takes; what still waits then is cut off. Further calls wait for the same end.
   */
  close(graceMs?: number): Promise<void>;
}

/** What a driver is given. */
export interface TcpPortOptions {
  host: string;
  port: number;
  family: 4 | 6;
  backlog: number;
  reusePort: boolean;
  maxConnections: number;
  onError: (error: unknown) => void;
  /** A client has come. @returns what is to be called when its stream is closed. */
  onConnection: (stream: TcpStream, peer: Peer) => () => void;
}

/** An open port. */
export interface TcpPort {
  readonly address: string;
  readonly port: number;
  /** Called from time to time. */
  onSweep(): void;
  /** Accepts nothing more. Resolves when the port is free, which may need its connections to be closed. */
  stop(): Promise<void>;
  close(): void;
}

/**
 * Listens on a TCP port and has `respond` answer each message of each connection (RFC 7766): many queries may be under way on one
 * connection, and an answer goes out when it is ready, so answers that were promised may come out of order.
 *
 * @throws TransportError (the promise rejects) ERR_TRANSPORT_PORT_IN_USE, _NEEDS_RIGHTS, _NO_SUCH_ADDRESS, _BAD_OPTION, _NO_BATCH or _LISTEN.
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
  const { host, port, respond, driver: wanted = 'auto', reusePort = false } = options;
  const onError = apart(options.onError ?? warn);
  const addon = chooseAddon(wanted);

  const connections = new ActivityOrder<TcpConnection>();
  const sweepMs = Math.min(1000, Math.max(5, Math.ceil(idleTimeoutMs / 4)));
  const idleSweeps = Math.ceil(idleTimeoutMs / sweepMs) + 1;
  let sweeps = 0;

  // Time is counted in sweeps, so that no packet costs a look at the clock.
  const sweep = setInterval(() => {
    sweeps++;
    bound?.onSweep();
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

  function onConnection(stream: TcpStream, peer: Peer): () => void {
    if (!makeRoom()) {
      stream.destroy();
      return () => {};
    }
    const connection = new TcpConnection(stream, peer, respond, limits, onActive, onError);
    onActive(connection);
    return () => connections.delete(connection);
  }

  async function close(graceMs: number): Promise<void> {
    const deadlineMs = performance.now() + graceMs;
    await turn(); // accepts what stands in the backlog
    const stopped = bound!.stop();
    while (connections.size > 0 && performance.now() < deadlineMs) {
      // Idle before and after a turn: nothing had come that was not read.
      const idle = [...connections].filter((connection) => connection.isIdle);
      await turn();
      for (const connection of idle) connection.endIfIdle();
      if (connections.size > 0) await pause(2);
    }
    for (const connection of connections) connection.destroy();
    await stopped;
    bound!.close();
    clearInterval(sweep);
  }

  let bound: TcpPort | undefined;
  const open = addon === undefined ? openNet : openTcpBatch(addon);
  try {
    bound = await open({ host, port, family, backlog, reusePort, maxConnections, onError, onConnection });
  } catch (error) {
    clearInterval(sweep);
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    address: { address: bound.address, port: bound.port, family, transport: 'tcp' },
    driver: addon === undefined ? 'net' : 'batch',
    get connectionCount() {
      return connections.size;
    },
    close: (graceMs = GRACE_MS) => (closing ??= close(graceMs)),
  };
}

/** The add-on, or undefined for Node's own sockets. */
function chooseAddon(wanted: 'auto' | 'batch' | 'net'): Addon | undefined {
  if (wanted === 'batch') return needAddon('driver');
  const addon = wanted === 'net' ? undefined : findAddon();
  return addon instanceof Error ? undefined : addon;
}
