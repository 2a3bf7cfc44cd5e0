import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { queryOctets } from './harness.ts';

const TYPE_A = 1;
const LOST_MS = 5000;

/** How queries fared that were asked one after the other. */
export interface Tally {
  answered: number;
  /** Without an answer within 5 s. */
  lost: number;
  /** RCODEs that were not NOERROR. */
  refused: number;
}

/** Asks without a pause, over UDP and over one TCP connection, until it is stopped. */
export class Load {
  readonly udp: Tally = { answered: 0, lost: 0, refused: 0 };
  readonly tcp: Tally = { answered: 0, lost: 0, refused: 0 };
  #stopped = false;
  readonly #running: Promise<unknown>;

  constructor(port: number, name: string) {
    this.#running = Promise.all([this.#askUdp(port, name), this.#askTcp(port, name)]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #askUdp(port: number, name: string): Promise<void> {
    const socket = createSocket('udp4');
    const replies = new Map<number, (reply: Buffer) => void>();
    socket.on('message', (reply) => replies.get(reply.readUInt16BE(0))?.(reply));
    for (let id = 1; !this.#stopped; id = (id % 65_535) + 1) {
      const answer = new Promise<Buffer>((resolve) => replies.set(id, resolve));
      socket.send(queryOctets(name, TYPE_A, id), port, '127.0.0.1');
      count(this.udp, await orLost(answer), 3);
      replies.delete(id);
    }
    socket.close();
  }

  async #askTcp(port: number, name: string): Promise<void> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    let wake = (_chunk: Buffer) => {};
    socket.on('data', (chunk: Buffer) => wake(chunk));
    for (let id = 1; !this.#stopped; id = (id % 65_535) + 1) {
      const answer = new Promise<Buffer>((resolve) => {
        wake = resolve;
      });
      socket.write(framed(queryOctets(name, TYPE_A, id)));
      count(this.tcp, await orLost(answer), 5);
    }
    socket.destroy();
  }
}

/** With the length in front (RFC 1035 4.2.2). */
export function framed(query: Buffer): Buffer {
  return Buffer.concat([Buffer.of(query.length >> 8, query.length & 255), query]);
}

function count(tally: Tally, reply: Buffer | undefined, rcodeAt: number): void {
  if (reply === undefined) tally.lost++;
  else if ((reply[rcodeAt]! & 0x0f) !== 0) tally.refused++;
  else tally.answered++;
}

async function orLost(answer: Promise<Buffer>): Promise<Buffer | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const lost = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LOST_MS);
  });
  const reply = await Promise.race([answer, lost]);
  clearTimeout(timer);
  return reply;
}
