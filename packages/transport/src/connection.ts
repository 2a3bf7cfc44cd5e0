import type { Ordered } from './activity-order.ts';
import { FrameReader, NEEDS_MORE, TOO_LONG } from './frames.ts';
import { isAnswerLength, type Peer, type Respond } from './listener.ts';
import type { StreamEvents, TcpStream } from './stream.ts';

export interface ConnectionLimits {
  readonly maxPipelined: number;
  readonly maxQueryOctets: number;
}

const MOST_MESSAGE_OCTETS = 65535;
const HEADER_OCTETS = 12;
// After our FIN the client may read on and close in peace for so long.
const LINGER_MS = 250;

// One for all connections of a thread: it is used within one call of `respond` only. A plain array, as in `batch`: one shape for whoever answers.
const message = new Uint8Array(MOST_MESSAGE_OCTETS);

/** One client's connection: queries in, answers out. */
export class TcpConnection implements Ordered<TcpConnection>, StreamEvents {
  earlier: TcpConnection | undefined;
  later: TcpConnection | undefined;
  /** The listener's clock at the last activity. */
  activeAtSweep = 0;
  readonly #stream: TcpStream;
  readonly #peer: Peer;
  readonly #respond: Respond;
  readonly #limits: ConnectionLimits;
  readonly #onActive: (connection: TcpConnection) => void;
  readonly #onError: (error: unknown) => void;
  readonly #frames: FrameReader;
  /** Queries whose promises have not settled. */
  #pending = 0;
  /** Nothing more is read: the client closed its side, broke the protocol, or we are closing ours. */
  #deaf = false;
  #ending = false;

  constructor(
    stream: TcpStream,
    peer: Peer,
    respond: Respond,
    limits: ConnectionLimits,
    onActive: (connection: TcpConnection) => void,
    onError: (error: unknown) => void,
  ) {
    this.#stream = stream;
    this.#peer = peer;
    this.#respond = respond;
    this.#limits = limits;
    this.#onActive = onActive;
    this.#onError = onError;
    this.#frames = new FrameReader(limits.maxQueryOctets);
    stream.attach(this);
  }

  /** Nothing of a query or of an answer is under way. */
  get isIdle(): boolean {
    return this.#pending === 0 && !this.#frames.hasUnread && this.#stream.waitingOctets === 0;
  }

  destroy(): void {
    this.#stream.destroy();
  }

  /** The idle timeout has passed. @returns false when the connection is not idle, because `respond` still owes an answer. */
  expire(): boolean {
    if (this.#pending > 0) return false;
    // Octets that nobody takes, or a FIN that nobody answers: there is no use in waiting on.
    if (this.#ending || this.#stream.waitingOctets > 0) this.#stream.destroy();
    else this.#end();
    return true;
  }

  endIfIdle(): void {
    if (this.isIdle) this.#end();
  }

  onOctets(chunk: Uint8Array, start: number, end: number, first: Uint8Array | undefined): void {
    if (this.#deaf) return;
    const isInOrder = !this.#frames.hasUnread;
    this.#frames.push(chunk, start, end);
    this.#answerAll(isInOrder ? first : undefined);
    if (first !== undefined) this.#frames.own();
  }

  onTaken(): void {
    this.#onActive(this);
    this.#resume();
  }

  onEnd(): void {
    this.#deaf = true;
    this.#endIfDone();
  }

  /** Answers the messages at hand, the `first` where it lies, as long as the client takes the answers. */
  #answerAll(first?: Uint8Array): void {
    const before = this.#pending;
    let answered = 0;
    while (!this.#isBlocked()) {
      let packet: Uint8Array = message;
      let octets = NEEDS_MORE;
      if (first !== undefined) {
        packet = first;
        first = undefined;
        octets = this.#frames.nextInPlace();
      }
      if (octets === NEEDS_MORE) {
        packet = message;
        octets = this.#frames.next(message);
        if (octets === NEEDS_MORE) break;
      }
      if (octets === TOO_LONG || octets < HEADER_OCTETS) {
        // No DNS client sends that, and what follows can't be trusted to be in step: as if the client had stopped here.
        this.#frames.stop();
        this.#deaf = true;
        break;
      }
      answered++;
      this.#answerOne(packet, octets);
    }
    this.#stream.flush();
    if (answered > 0 || this.#pending !== before) this.#onActive(this);
    if (this.#isBlocked()) this.#stream.pause();
    else this.#endIfDone();
  }

  #isBlocked(): boolean {
    return this.#pending >= this.#limits.maxPipelined || this.#stream.isFull;
  }

  #answerOne(packet: Uint8Array, octets: number): void {
    try {
      const answer = this.#respond(packet, octets, this.#peer, this.#stream.room());
      if (typeof answer !== 'number') {
        this.#pending++;
        void this.#answerLater(answer);
      } else if (isAnswerLength(answer, MOST_MESSAGE_OCTETS, this.#onError) && answer > 0) this.#stream.put(answer);
    } catch (error) {
      this.#onError(error);
    }
  }

  async #answerLater(answer: Promise<Uint8Array | undefined>): Promise<void> {
    try {
      const octets = await answer;
      if (octets !== undefined && octets.length > 0 && isAnswerLength(octets.length, MOST_MESSAGE_OCTETS, this.#onError)) {
        if (this.#stream.isWritable) this.#stream.write(octets);
      }
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#pending--;
      if (!this.#stream.isDestroyed) {
        this.#onActive(this);
        this.#resume();
      }
    }
  }

  #resume(): void {
    if (this.#isBlocked()) return;
    if (this.#frames.hasUnread) this.#answerAll();
    if (this.#isBlocked()) return;
    if (this.#stream.isPaused) this.#stream.resume();
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
    this.#stream.end(() => setTimeout(() => this.#stream.destroy(), LINGER_MS).unref());
    this.#stream.resume();
  }
}
