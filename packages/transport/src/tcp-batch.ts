import { getSystemErrorName } from 'node:util';
import type { Addon, BatchPort } from './addon.ts';
import { BatchPeer, PEER_OCTETS } from './batch-peer.ts';
import { listenError, TransportError } from './errors.ts';
import { copyOctets } from './frames.ts';
import type { StreamEvents, TcpStream } from './stream.ts';
import type { TcpPort, TcpPortOptions } from './tcp.ts';

const SLOTS = 64;
const MOST_MESSAGE_OCTETS = 65535;
// Octets of a slot; a little more than a power of two, so that the starts of slots do not share the few places that a cache has for like addresses.
const INPUT_STRIDE = 16_384 + 192;
const OUTPUT_STRIDE = 65_536 + 192;
// What is written goes out from here on, so that little has to be kept for a client that takes nothing.
const FLUSH_OCTETS = 65_536;

// Places and events of the table: see native/tcp_connections.h.
const ROW_OUT = 2 * SLOTS;
const OUT_COUNT = 4 * SLOTS;
const IN_CALL = OUT_COUNT + 1;
const KEPT_AT = OUT_COUNT + 2;
const EVENT_END = 0;
const EVENT_RESET = -1;
const EVENT_SENT = -2;
const EVENT_ACCEPTED = -3;

/**
 * TCP by the add-on: one call of JavaScript for what came on many connections.
 *
 * @throws TransportError as `listenTcp` does.
 */
export function openTcpBatch(addon: Addon): (options: TcpPortOptions) => Promise<TcpPort> {
  return async (options) => {
    const batch = new Batch(addon, options);
    return {
      address: options.host,
      port: addon.factsTcp(batch.port)[0],
      onSweep: () => batch.retryAccept(),
      stop: async () => addon.listenOn(batch.port, false),
      close: () => addon.closeTcp(batch.port),
    };
  };
}

/** The connections of one port, and the octets that they share with the add-on. */
class Batch {
  readonly addon: Addon;
  readonly port: BatchPort;
  readonly table: Int32Array;
  readonly #options: TcpPortOptions;
  readonly #streams: (BatchStream | undefined)[] = [];
  readonly #input = new Uint8Array(SLOTS * INPUT_STRIDE);
  readonly #output = new Uint8Array(SLOTS * OUTPUT_STRIDE);
  readonly #peers = new Uint8Array(SLOTS * PEER_OCTETS);
  readonly #packets: Uint8Array[];
  readonly #answers: Uint8Array[];
  /** Octets in the output slots. */
  #written = 0;
  #isFlushPlanned = false;
  #isAcceptStopped = false;

  constructor(addon: Addon, options: TcpPortOptions) {
    this.addon = addon;
    this.#options = options;
    const { host, port, reusePort, backlog, maxConnections } = options;
    // As many as may be accepted before the listener closes others.
    const capacity = maxConnections + SLOTS;
    this.table = new Int32Array(KEPT_AT + capacity);
    this.#packets = slices(this.#input, INPUT_STRIDE, INPUT_STRIDE - 2);
    this.#answers = slices(this.#output, OUTPUT_STRIDE, MOST_MESSAGE_OCTETS);
    try {
      this.port = addon.openTcp(
        host,
        port,
        reusePort,
        backlog,
        capacity,
        INPUT_STRIDE,
        OUTPUT_STRIDE,
        this.#input,
        this.#output,
        this.#peers,
        this.table,
        (rows) => this.#onBatch(rows),
      );
    } catch (cause) {
      throw listenError(cause as NodeJS.ErrnoException, 'TCP', host, port);
    }
    addon.listenOn(this.port, true);
  }

  /** The buffer for the next answer. */
  room(): Uint8Array {
    if (this.table[OUT_COUNT]! === SLOTS || this.#written >= FLUSH_OCTETS) this.flush();
    return this.#answers[this.table[OUT_COUNT]!]!;
  }

  put(connection: number, octets: number): void {
    const table = this.table;
    // The add-on counts from 0 after it has sent.
    const row = table[OUT_COUNT]!;
    if (row === 0) this.#written = 0;
    const at = row * OUTPUT_STRIDE;
    this.#output[at] = octets >> 8;
    this.#output[at + 1] = octets;
    table[ROW_OUT + 2 * row] = connection;
    table[ROW_OUT + 2 * row + 1] = 2 + octets;
    table[OUT_COUNT] = row + 1;
    this.#written += 2 + octets;
    // After a call of the add-on's it sends by itself.
    if (table[IN_CALL] === 0) this.#planFlush();
  }

  flush(): void {
    if (this.table[OUT_COUNT]! > 0) this.addon.flushTcp(this.port);
    this.#written = 0;
  }

  forget(connection: number): void {
    this.#streams[connection] = undefined;
  }

  retryAccept(): void {
    if (this.#isAcceptStopped) this.addon.listenOn(this.port, true);
    this.#isAcceptStopped = false;
  }

  #planFlush(): void {
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    process.nextTick(() => {
      this.#isFlushPlanned = false;
      this.flush();
    });
  }

  #onBatch(rows: number): void {
    const { table } = this;
    for (let row = 0; row < rows; row++) {
      const id = table[2 * row]!;
      const event = table[2 * row + 1]!;
      if (event > 0) {
        const start = row * INPUT_STRIDE;
        this.#streams[id]?.events?.onOctets(this.#input, start, start + event, this.#packets[row]!);
      } else this.#onEvent(row, id, event);
    }
  }

  #onEvent(row: number, id: number, event: number): void {
    if (event === EVENT_ACCEPTED) this.#accept(id, row);
    else if (event === EVENT_SENT) this.#streams[id]?.onSent();
    else if (event === EVENT_END) this.#streams[id]?.onEnd();
    else if (event === EVENT_RESET) this.#streams[id]?.destroy();
    else {
      this.#isAcceptStopped = true;
      const { host, onError } = this.#options;
      onError(new TransportError('ERR_TRANSPORT_SOCKET', `TCP socket on ${host}: accept ${getSystemErrorName(-id)}`));
    }
  }

  #accept(id: number, row: number): void {
    const stream = new BatchStream(this, id);
    this.#streams[id] = stream;
    const peer = new BatchPeer(this.#peers.slice(row * PEER_OCTETS, (row + 1) * PEER_OCTETS), this.#options.family, 'tcp');
    stream.onClosed = this.#options.onConnection(stream, peer);
  }
}

class BatchStream implements TcpStream {
  events: StreamEvents | undefined;
  onClosed: () => void = () => {};
  isDestroyed = false;
  isPaused = false;
  readonly #batch: Batch;
  readonly #id: number;
  /** The client's FIN came. */
  #isEnded = false;
  /** Our FIN went. */
  #isFinished = false;
  #onFinished: (() => void) | undefined;

  constructor(batch: Batch, id: number) {
    this.#batch = batch;
    this.#id = id;
  }

  get isWritable(): boolean {
    return !this.isDestroyed && this.#onFinished === undefined;
  }

  get waitingOctets(): number {
    return this.isDestroyed ? 0 : this.#batch.table[KEPT_AT + this.#id]!;
  }

  get isFull(): boolean {
    return this.waitingOctets > 0;
  }

  attach(events: StreamEvents): void {
    this.events = events;
  }

  pause(): void {
    this.#read(false);
  }

  resume(): void {
    this.#read(true);
  }

  room(): Uint8Array {
    return this.#batch.room();
  }

  put(octets: number): void {
    if (this.isWritable) this.#batch.put(this.#id, octets);
  }

  /** The batch goes out as a whole. */
  flush(): void {}

  write(answer: Uint8Array): void {
    copyOctets(this.room(), 0, answer, 0, answer.length);
    this.put(answer.length);
  }

  end(onSent: () => void): void {
    if (this.isDestroyed || this.#onFinished !== undefined) return;
    this.#batch.flush();
    this.#onFinished = onSent;
    this.#finish();
  }

  destroy(): void {
    if (this.isDestroyed) return;
    // What was written before goes out, as far as the kernel takes it.
    this.#batch.flush();
    this.isDestroyed = true;
    this.#batch.forget(this.#id);
    this.#batch.addon.dropTcp(this.#batch.port, this.#id);
    this.onClosed();
  }

  onSent(): void {
    this.events?.onTaken();
    this.#finish();
  }

  onEnd(): void {
    this.#isEnded = true;
    this.events?.onEnd();
    this.#closeIfDone();
  }

  #read(on: boolean): void {
    if (this.isDestroyed || this.isPaused === !on) return;
    this.isPaused = !on;
    this.#batch.addon.readTcp(this.#batch.port, this.#id, on);
  }

  #finish(): void {
    if (this.#onFinished === undefined || this.#isFinished || this.isDestroyed || this.waitingOctets > 0) return;
    this.#isFinished = true;
    this.#batch.addon.endTcp(this.#batch.port, this.#id);
    this.#onFinished();
    this.#closeIfDone();
  }

  /** Both sides are closed. */
  #closeIfDone(): void {
    if (this.#isEnded && this.#isFinished) this.destroy();
  }
}

/** Of each slot what follows the length of its first message. */
function slices(octets: Uint8Array, stride: number, length: number): Uint8Array[] {
  return Array.from({ length: SLOTS }, (_, slot) => octets.subarray(slot * stride + 2, slot * stride + 2 + length));
}
