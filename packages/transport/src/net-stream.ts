import { createServer, type Server, type Socket } from 'node:net';
import { needAddon } from './addon.ts';
import { listenError, TransportError } from './errors.ts';
import { copyOctets } from './frames.ts';
import { nodeSharesPorts } from './shared-port.ts';
import type { StreamEvents, TcpStream } from './stream.ts';
import type { TcpPort, TcpPortOptions } from './tcp.ts';

const MOST_MESSAGE_OCTETS = 65535;

// One set for all connections of a thread: each is used between room() and flush() only. Plain arrays, as in `batch`: one shape for whoever answers.
const out = new Uint8Array(MOST_MESSAGE_OCTETS);
const batch = Buffer.allocUnsafeSlow(2 + MOST_MESSAGE_OCTETS);
/** Octets of `batch` in use. */
let batched = 0;

/**
 * TCP by `node:net`.
 *
 * @throws TransportError as `listenTcp` does.
 */
export async function openNet(options: TcpPortOptions): Promise<TcpPort> {
  const { host, family, onConnection, onError } = options;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const { remoteAddress: address, remotePort: port } = socket;
    // A client that reset at once has no address any more.
    if (address === undefined || port === undefined) {
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const at = address.indexOf('%');
    const stream = new NetStream(socket);
    const onClosed = onConnection(stream, { address: at < 0 ? address : address.slice(0, at), port, family, transport: 'tcp' });
    socket.on('close', onClosed);
  });
  await listen(server, options);
  server.on('error', (cause) => onError(new TransportError('ERR_TRANSPORT_SOCKET', `TCP socket on ${host}: ${cause.message}`, { cause })));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new TransportError('ERR_TRANSPORT_LISTEN', `TCP socket on ${host} has no port`);
  return {
    address: bound.address,
    port: bound.port,
    onSweep: () => {},
    stop: () => new Promise((resolve) => server.close(() => resolve())),
    close: () => {},
  };
}

function listen(server: Server, { host, port, backlog, reusePort }: TcpPortOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => reject(listenError(cause, 'TCP', host, port));
    server.once('error', fail);
    const own = { host, port, ipv6Only: true, reusePort };
    const where = reusePort && !nodeSharesPorts ? { fd: bindShared(host, port) } : own;
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

class NetStream implements TcpStream {
  readonly #socket: Socket;
  #corked = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    // Resets are the client's business; 'close' follows.
    socket.on('error', () => {});
  }

  get isWritable(): boolean {
    return this.#socket.writable;
  }

  get isDestroyed(): boolean {
    return this.#socket.destroyed;
  }

  get isPaused(): boolean {
    return this.#socket.isPaused();
  }

  get waitingOctets(): number {
    return this.#socket.writableLength;
  }

  get isFull(): boolean {
    return this.#socket.writableNeedDrain;
  }

  attach(events: StreamEvents): void {
    const socket = this.#socket;
    socket.on('data', (chunk: Buffer) => events.onOctets(chunk, 0, chunk.length, undefined));
    socket.on('drain', () => events.onTaken());
    socket.on('end', () => events.onEnd());
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  room(): Uint8Array {
    return out;
  }

  put(octets: number): void {
    if (batched + 2 + octets > batch.length) this.flush();
    batch[batched] = octets >> 8;
    batch[batched + 1] = octets;
    copyOctets(batch, batched + 2, out, 0, octets);
    batched += 2 + octets;
  }

  flush(): void {
    if (batched === 0) return;
    if (this.#socket.writable) {
      // A copy, because what the kernel does not take at once is kept by reference.
      const octets = Buffer.allocUnsafe(batched);
      batch.copy(octets, 0, 0, batched);
      this.#socket.write(octets);
    }
    batched = 0;
  }

  write(answer: Uint8Array): void {
    const socket = this.#socket;
    if (!this.#corked) {
      this.#corked = true;
      socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        socket.uncork();
      });
    }
    const frame = Buffer.allocUnsafe(2 + answer.length);
    frame.writeUInt16BE(answer.length);
    frame.set(answer, 2);
    socket.write(frame);
  }

  end(onSent: () => void): void {
    this.#socket.end(onSent);
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
