import { type ChildProcess, fork } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encodeMessage } from '@dnsteer/wire/records';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { path } from './program.ts';

const WARM_UP = 20_000;
const MEASURED = 40_000;
const ROUNDS = 4;
/** Sent before the first answer is waited for: a batch. */
const WINDOW = 64;
/** For each query; what the measurement leaves behind is a part of it. The smallest object of V8 has 16. */
const MOST_OCTETS = 4;
/** Of the object that Node makes in each turn of its event loop, for whoever asks of what it runs in (async_hooks). */
const TURN_OCTETS = 56;

interface Heap {
  octets: number;
  collections: number;
  turns: number;
}

const DNSSEC_OK = 0x8000;
const ecs = { code: 8, ip: '192.0.2.0', sourcePrefixLength: 24 };
const cookie = { code: 10, data: Buffer.from('0123456789abcdef', 'hex') };
const query = (name: string, type: string, flags?: number, options: object[] = []) =>
  encodeMessage({
    id: 1,
    type: 'query',
    questions: [{ name, type }],
    additionals: flags === undefined ? [] : [{ name: '.', type: 'OPT', udpPayloadSize: 1232, flags, options }],
  } as Parameters<typeof encodeMessage>[0]);

const KINDS: Record<string, (i: number) => Uint8Array> = {
  'an A record': (i) => query(`h${i}.plain.test`, 'A'),
  'a name that does not exist': (i) => query(`nx${i}.plain.test`, 'A'),
  'a type that does not exist': (i) => query(`h${i}.plain.test`, 'AAAA'),
  'a referral': (i) => query(`h${i}.sub.plain.test`, 'A'),
  'an A record, with a client subnet and a cookie': (i) => query(`h${i}.plain.test`, 'A', 0, [ecs, cookie]),
  'a signed A record, DO': (i) => query(`h${i}.signed.test`, 'A', DNSSEC_OK),
  'a signed zone: a name that does not exist, DO': (i) => query(`nx${i}.signed.test`, 'A', DNSSEC_OK),
  'a signed zone: a type that does not exist, DO': (i) => query(`h${i}.signed.test`, 'AAAA', DNSSEC_OK),
  'a signed zone: a referral, DO': (i) => query(`h${i}.sub.signed.test`, 'A', DNSSEC_OK),
};

class Server {
  readonly #child: ChildProcess;
  readonly #socket: Socket = createSocket('udp4');
  #port = 0;

  constructor(...args: string[]) {
    this.#child = fork(path('packages/dnsteer/test/built/static-server.mjs'), args, { execArgv: ['--expose-gc'] });
  }

  async start(): Promise<void> {
    [{ port: this.#port }] = (await once(this.#child, 'message')) as [{ port: number }];
  }

  /** What has become of the heap since it was asked the last time. */
  async heap(): Promise<Heap> {
    this.#child.send('heap');
    return (await once(this.#child, 'message'))[0] as Heap;
  }

  /** Has `count` queries answered, a window of them at a time. Some may get lost; their place is given to others. */
  async ask(packets: readonly Uint8Array[], count: number): Promise<void> {
    for (let asked = 0; asked < count; asked += WINDOW) {
      await new Promise<void>((resolve) => {
        let answers = 0;
        const late = setTimeout(resolve, 200);
        this.#socket.removeAllListeners('message').on('message', () => {
          if (++answers < WINDOW) return;
          clearTimeout(late);
          resolve();
        });
        for (let i = 0; i < WINDOW; i++) this.#socket.send(packets[(asked + i) % packets.length]!, this.#port, '127.0.0.1');
      });
    }
  }

  /** Octets of the heap for each query, and collections of garbage: the least of some rounds, since the optimising compiler may be late in the first. */
  async garbage(packets: readonly Uint8Array[]): Promise<{ octets: number; collections: number }> {
    await this.ask(packets, WARM_UP);
    await this.heap();
    for (let round = 1; ; round++) {
      await this.ask(packets, MEASURED);
      const { octets, collections, turns } = await this.heap();
      const garbage = { octets: (octets - turns * TURN_OCTETS) / MEASURED, collections };
      if ((collections === 0 && garbage.octets < MOST_OCTETS) || round === ROUNDS) return garbage;
    }
  }

  stop(): void {
    this.#socket.close();
    this.#child.kill('SIGKILL');
  }
}

describe('what stands in a zone is answered over UDP without garbage', () => {
  const server = new Server();
  beforeAll(() => server.start());
  afterAll(() => server.stop());

  test.each(Object.keys(KINDS))('%s', async (kind) => {
    const packets = Array.from({ length: 500 }, (_, i) => KINDS[kind]!(i));
    const { octets, collections } = await server.garbage(packets);
    expect(collections).toBe(0);
    expect(octets).toBeLessThan(MOST_OCTETS);
  });
});

test('one object for each packet does not go unnoticed', async () => {
  const server = new Server('careless');
  await server.start();
  const { octets, collections } = await server.garbage([KINDS['an A record']!(1)]);
  server.stop();
  expect(collections > 0 || octets >= MOST_OCTETS).toBe(true);
});
