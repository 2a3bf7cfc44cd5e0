import type { Socket } from 'node:net';
import type { Ordered } from './activity-order.ts';
import { FrameReader, NEEDS_MORE, TOO_LONG } from './frames.ts';
import { isAnswerLength, type Peer, type Respond } from './listener.ts';

export interface ConnectionLimits {
  readonly maxPipelined: number;
  readonly maxQueryOctets: number;
}

const MOST_MESSAGE_OCTETS = 65535;
const HEADER_OCTETS = 12;
// After our FIN the client may read on and close in peace for so long.
const LINGER_MS = 250;

// One set for all connections of a thread: each is used within one run of #answerAll only. Plain arrays, as in `batch`: one shape for whoever answers.
const message = new Uint8Array(MOST_MESSAGE_OCTETS);
const out = new Uint8Array(MOST_MESSAGE_OCTETS);
const answerOctets = Buffer.from(out.buffer);
const batch = Buffer.allocUnsafeSlow(2 + MOST_MESSAGE_OCTETS);

/** One client's connection: queries in, answers out. */
export class TcpConnection implements Ordered<TcpConnection> {
  earlier: TcpConnection | undefined;
  later: TcpConnection | undefined;
  /** The listener's clock at the last activity. */
  activeAtSweep = 0;
  readonly #socket: Socket;
  readonly #peer: Peer;
  readonly #respond: Respond;
  readonly #limits: ConnectionLimits;
  readonly #onActive: (connection: TcpConnection) => void;
  readonly #onError: (error: unknown) => void;
  readonly #frames: FrameReader;
  /** Queries whose promises have not settled. */
  #pending = 0;
  /** Octets of `batch` in use; only during #answerAll. */
  #batched = 0;
  #corked = false;
  /** Nothing more is read: the client closed its side, broke the protocol, or we are closing ours. */
  #deaf = false;
  #ending = false;

  constructor(
    socket: Socket,
    peer: Peer,
    respond: Respond,
    limits: ConnectionLimits,
    onActive: (connection: TcpConnection) => void,
    onError: (error: unknown) => void,
  ) {
    this.#socket = socket;
    this.#peer = peer;
    this.#respond = respond;
    this.#limits = limits;
    this.#onActive = onActive;
    this.#onError = onError;
    this.#frames = new FrameReader(limits.maxQueryOctets);
    // Resets are the client's business; 'close' follows.
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('drain', () => this.#onDrain());
    socket.on('end', () => {
      this.#deaf = true;
      this.#endIfDone();
    });
  }

  /** Nothing of a query or of an answer is under way. */
  get isIdle(): boolean {
    return this.#pending === 0 && !this.#frames.hasUnread && this.#socket.writableLength === 0;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** The idle timeout has passed. @returns false when the connection is not idle, because `respond` still owes an answer. */
  expire(): boolean {
    if (this.#pending > 0) return false;
    // Octets that nobody takes, or a FIN that nobody answers: there is no use in waiting on.
    if (this.#ending || this.#socket.writableLength > 0) this.#socket.destroy();
    else this.#end();
    return true;
  }

  endIfIdle(): void {
    if (this.isIdle) this.#end();
  }

  #onData(chunk: Buffer): void {
    if (this.#deaf) return;
    this.#frames.push(chunk);
    this.#answerAll();
  }

  #onDrain(): void {
    this.#onActive(this);
    this.#resume();
  }

  /** Answers the messages at hand, as long as the client takes the answers. */
  #answerAll(): void {
    const before = this.#pending;
    let answered = 0;
    while (!this.#isBlocked()) {
      const octets = this.#frames.next(message);
      if (octets === NEEDS_MORE) break;
      if (octets === TOO_LONG || octets < HEADER_OCTETS) {
        // No DNS client sends that, and what follows can't be trusted to be in step: as if the client had stopped here.
        this.#frames.stop();
        this.#deaf = true;
        break;
      }
      answered++;
      this.#answerOne(octets);
    }
    this.#flush();
    if (answered > 0 || this.#pending !== before) this.#onActive(this);
    if (this.#isBlocked()) this.#socket.pause();
    else this.#endIfDone();
  }

  #isBlocked(): boolean {
    return this.#pending >= this.#limits.maxPipelined || this.#socket.writableNeedDrain;
  }

  #answerOne(octets: number): void {
    try {
      const answer = this.#respond(message, octets, this.#peer, out);
      if (typeof answer !== 'number') {
        this.#pending++;
        void this.#answerLater(answer);
      } else if (isAnswerLength(answer, MOST_MESSAGE_OCTETS, this.#onError) && answer > 0) {
        if (this.#batched + 2 + answer > batch.length) this.#flush();
        batch.writeUInt16BE(answer, this.#batched);
        answerOctets.copy(batch, this.#batched + 2, 0, answer);
        this.#batched += 2 + answer;
      }
    } catch (error) {
      this.#onError(error);
    }
  }

  async #answerLater(answer: Promise<Uint8Array | undefined>): Promise<void> {
    try {
      const octets = await answer;
      if (octets !== undefined && octets.length > 0 && isAnswerLength(octets.length, MOST_MESSAGE_OCTETS, this.#onError)) {
        this.#writeCorked(octets);
      }
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#pending--;
      if (!this.#socket.destroyed) {
        this.#onActive(this);
        this.#resume();
      }
    }
  }

  /** Answers that become ready in one turn go out in one write. */
  #writeCorked(octets: Uint8Array): void {
    const socket = this.#socket;
    if (!socket.writable) return;
    if (!this.#corked) {
      this.#corked = true;
      socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        socket.uncork();
      });
    }
    const frame = Buffer.allocUnsafe(2 + octets.length);
    frame.writeUInt16BE(octets.length);
    frame.set(octets, 2);
    socket.write(frame);
  }

  #flush(): void {
    if (this.#batched === 0) return;
    if (this.#socket.writable) {
      // A copy, because what the kernel does not take at once is kept by reference.
      const octets = Buffer.allocUnsafe(this.#batched);
      batch.copy(octets, 0, 0, this.#batched);
      this.#socket.write(octets);
    }
    this.#batched = 0;
  }

  #resume(): void {
    if (this.#isBlocked()) return;
    if (this.#frames.hasUnread) this.#answerAll();
    if (this.#isBlocked()) return;
    if (this.#socket.isPaused()) this.#socket.resume();
    this.#endIfDone();
  }

  /** A client that has closed its side still gets what it asked for (RFC 7766 6.2.4), then ours is closed too. */
  #endIfDone(): void {
    if (this.#deaf && this.#pending === 0 && !this.#frames.hasUnread) this.#end();
  }

  #end(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#deaf = true;
    this.#socket.end(() => setTimeout(() => this.#socket.destroy(), LINGER_MS).unref());
    this.#socket.resume();
  }
}
