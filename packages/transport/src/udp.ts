import { type Addon, findAddon, needAddon } from './addon.ts';
import {
  apart,
  checkNumber,
  checkPlace,
  GRACE_MS,
  type ListenAddress,
  type ListenerOptions,
  pause,
  type Respond,
  turn,
  warn,
} from './listener.ts';
import { sharedPortError } from './shared-port.ts';
import { openBatch } from './udp-batch.ts';
import { openDgram } from './udp-dgram.ts';

export interface UdpOptions extends ListenerOptions {
  /** Length of `out`: 512-65507, default 4096. What the client can take (EDNS) is for `respond` to look at. */
  maxAnswerOctets?: number | undefined;
  /** Receive buffer asked of the kernel, default 4 MiB; it may give less (Linux: net.core.rmem_max). */
  receiveBufferOctets?: number | undefined;
  /**
   * `batch`: many datagrams by one system call, by an add-on for Linux; `dgram`: Node's own, everywhere; `auto` (default): the first where it is
   * there, else the second.
   */
  driver?: 'auto' | 'batch' | 'dgram' | undefined;
  /** Whether other sockets, of other threads, may share the port (SO_REUSEPORT); default false. Where it can't be: `sharedPortError`. */
  reusePort?: boolean | undefined;
}

export interface UdpListener {
  readonly address: ListenAddress;
  readonly driver: 'batch' | 'dgram';
  /** Answers dropped because the kernel took none for a long time, or could not send them. */
  readonly droppedAnswers: number;
  /** Queries that the kernel dropped because its buffer was full; 0 for `dgram`, which is not told. */
  readonly lostQueries: number;
  /** What the kernel gave of `receiveBufferOctets`. */
  readonly receiveBufferOctets: number;
  /**
   * Answers what was received, then closes. Resolves when the socket is closed, at the latest `graceMs` (default 5000) after the
   * call and what the event loop takes; answers that were not ready by then are not sent. Further calls wait for the same end.
   */
  close(graceMs?: number): Promise<void>;
}

/** What a driver is given: options that are checked and complete. */
export interface UdpSocketOptions {
  host: string;
  port: number;
  family: 4 | 6;
  respond: Respond;
  onError: (error: unknown) => void;
  maxAnswerOctets: number;
  receiveBufferOctets: number;
  reusePort: boolean;
}

/** An open socket that answers. */
export interface UdpSocket {
  readonly port: number;
  readonly receiveBufferOctets: number;
  /** Datagrams so far. */
  receivedCount(): number;
  /** Answers that were promised, or that the kernel has not taken yet. */
  waitingCount(): number;
  droppedAnswers(): number;
  lostQueries(): number;
  close(): Promise<void>;
}

// Less than any kernel charges a datagram for in its receive buffer.
const LEAST_OCTETS_HELD = 256;

/**
 * Opens a UDP socket and has `respond` answer each datagram.
 *
 * @throws TransportError (the promise rejects) ERR_TRANSPORT_PORT_IN_USE, _NEEDS_RIGHTS, _NO_SUCH_ADDRESS, _BAD_OPTION, _NO_BATCH or _LISTEN.
 */
export async function listenUdp(options: UdpOptions): Promise<UdpListener> {
  const { host, port, respond, driver: wanted = 'auto', reusePort = false } = options;
  const onError = apart(options.onError ?? warn);
  const family = checkPlace(host, port, 0);
  const maxAnswerOctets = checkNumber('maxAnswerOctets', options.maxAnswerOctets ?? 4096, 512, 65507);
  const receiveBufferOctets = checkNumber('receiveBufferOctets', options.receiveBufferOctets ?? 4 << 20, 1024, 2 ** 30);
  const addon = chooseAddon(wanted, reusePort);
  const open = addon === undefined ? openDgram : openBatch(addon);
  const socket = await open({ host, port, family, respond, onError, maxAnswerOctets, receiveBufferOctets, reusePort });

  async function close(graceMs: number): Promise<void> {
    const deadlineMs = performance.now() + graceMs;
    // What had been received is answered when a turn of the loop brings nothing, or more came since than the kernel can hold.
    const enough = socket.receivedCount() + socket.receiveBufferOctets / LEAST_OCTETS_HELD;
    for (let before = -1; before !== socket.receivedCount() && before < enough && performance.now() < deadlineMs; ) {
      before = socket.receivedCount();
      await turn();
    }
    while (socket.waitingCount() > 0 && performance.now() < deadlineMs) await pause(2);
    await socket.close();
  }

  let closing: Promise<void> | undefined;
  return {
    address: { address: host, port: socket.port, family, transport: 'udp' },
    driver: open === openDgram ? 'dgram' : 'batch',
    receiveBufferOctets: socket.receiveBufferOctets,
    get droppedAnswers() {
      return socket.droppedAnswers();
    },
    get lostQueries() {
      return socket.lostQueries();
    },
    close: (graceMs = GRACE_MS) => (closing ??= close(graceMs)),
  };
}

/** The add-on, or undefined for Node's own sockets. */
function chooseAddon(wanted: 'auto' | 'batch' | 'dgram', reusePort: boolean): Addon | undefined {
  if (wanted === 'batch') return needAddon('driver');
  const unshared = reusePort ? sharedPortError(wanted) : undefined;
  if (unshared !== undefined) throw unshared;
  const addon = wanted === 'dgram' ? undefined : findAddon();
  return addon instanceof Error ? undefined : addon;
}
