import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encodeQuestion } from './message.ts';
import type { Question } from './walk.ts';

/** Few enough that a socket's buffer holds all their answers. */
const OUTSTANDING = 64;
const RETRY_AFTER_MS = 2000;
const TRIES = 4;

/**
 * Asks one server all `questions` over UDP, many at a time.
 *
 * @returns the datagrams in the order of the questions; undefined where none came.
 */
export async function askAll(port: number, questions: readonly Question[]): Promise<(Buffer | undefined)[]> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  try {
    return await new Promise((resolve) => new Asking(socket, questions, resolve).start());
  } finally {
    socket.close();
  }
}

interface Waiting {
  readonly index: number;
  readonly query: Buffer;
  sentAtMs: number;
  tries: number;
}

class Asking {
  readonly #socket: Socket;
  readonly #questions: readonly Question[];
  readonly #replies: (Buffer | undefined)[];
  readonly #waiting = new Map<number, Waiting>();
  readonly #resolve: (replies: (Buffer | undefined)[]) => void;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, questions: readonly Question[], resolve: (replies: (Buffer | undefined)[]) => void) {
    this.#socket = socket;
    this.#questions = questions;
    this.#replies = questions.map(() => undefined);
    this.#resolve = resolve;
  }

  start(): void {
    this.#socket.on('message', (message) => this.#take(message));
    this.#socket.on('error', () => {}); // a server that has ended: its questions stay without answer
    this.#timer = setInterval(() => this.#retry(), 200);
    this.#fill();
  }

  #fill(): void {
    while (this.#waiting.size < OUTSTANDING && this.#next < this.#questions.length) {
      const index = this.#next++;
      const id = index & 0xffff;
      const waiting = { index, query: encodeQuestion(this.#questions[index]!, id), sentAtMs: 0, tries: 0 };
      this.#waiting.set(id, waiting);
      this.#send(waiting);
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#resolve(this.#replies);
  }

  #send(waiting: Waiting): void {
    waiting.sentAtMs = performance.now();
    waiting.tries++;
    this.#socket.send(waiting.query, () => {});
  }

  #take(message: Buffer): void {
    if (message.length < 12 || (message[2]! & 0x80) === 0) return;
    const id = message.readUInt16BE(0);
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    this.#replies[waiting.index] = message;
    this.#fill();
  }

  #retry(): void {
    const now = performance.now();
    for (const [id, waiting] of this.#waiting) {
      if (now - waiting.sentAtMs < RETRY_AFTER_MS) continue;
      if (waiting.tries < TRIES) this.#send(waiting);
      else this.#waiting.delete(id);
    }
    this.#fill();
  }
}
