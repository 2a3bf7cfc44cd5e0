import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLAIN, SIGNED } from '../../../../packages/dnsteer/test/fuzz/apps.ts';
import { Draws, drawPacket, everyDamage } from '../../../../packages/dnsteer/test/fuzz/damage.ts';
import { AnswerJudge, Broken, type Transport } from '../../../../packages/dnsteer/test/fuzz/judge.ts';
import { CORPUS, RICH } from '../../../../packages/dnsteer/test/fuzz/packets.ts';
import { expected } from '../../../../packages/dnsteer/test/fuzz/reference.ts';
import { batchError } from '../../../../packages/transport/src/index.ts';
import { type Server, startDnsteer } from '../../../../tooling/testkit/index.ts';
import { queryOctets } from './harness.ts';

// The packets and the judge of packages/dnsteer/test/fuzz, through real sockets, by every driver and by two workers.

const packets = Number(process.env['DNSTEER_FUZZ_PACKETS'] ?? 4000);
const seed = Number(process.env['DNSTEER_FUZZ_SEED'] ?? 20_260_101);
/** At a time, each from a port of its own: the kernel spreads them over the workers. */
const CLIENTS = 16;
const PATIENCE_MS = 10_000;
/** What this server takes over TCP at most. */
const MAX_OCTETS = 4096;

const ways = [
  { udpDriver: 'dgram', workers: 1 },
  ...(batchError() === undefined ? [1, 2].map((workers) => ({ udpDriver: 'batch', workers })) : []),
];

/** A client that asks one thing at a time. */
interface Client {
  /** Sends `packet`, and behind it a query that is answered in any case: what has come until then is the answer, or silence. */
  ask(packet: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** The ID of the query behind a packet: not that of the packet. */
const markOf = (packet: Uint8Array) => (((packet[0] ?? 0) << 8) | (packet[1] ?? 0)) ^ 0xffff;

/** Collects what comes for one packet. `send` puts two messages on the wire. */
function client(transport: Transport, send: (packet: Uint8Array, mark: Uint8Array) => void, close: () => void) {
  let current: { mark: number; mustAnswer: boolean; reply?: Uint8Array; isMarked: boolean; done: () => void } | undefined;
  const take = (message: Uint8Array) => {
    if (current === undefined) return;
    if (((message[0]! << 8) | message[1]!) === current.mark) current.isMarked = true;
    else current.reply = message;
    if (current.isMarked && (current.reply !== undefined || !current.mustAnswer)) current.done();
  };
  const ask = async (packet: Uint8Array): Promise<Uint8Array> => {
    const mark = markOf(packet);
    let timer: NodeJS.Timeout | undefined;
    const asked = current;
    expect(asked).toBeUndefined();
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Broken(packet, transport, 'silence, or no answer to the next query')), PATIENCE_MS);
      current = { mark, mustAnswer: expected(packet).reply !== 'none', isMarked: false, done: resolve };
      send(packet, queryOctets('www.plain.test', 1, mark));
    }).finally(() => clearTimeout(timer));
    const { reply = new Uint8Array(0) } = current!;
    current = undefined;
    return reply;
  };
  return { take, client: { ask, close } satisfies Client };
}

async function overUdp(port: number): Promise<Client> {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const one = client(
    'udp',
    (packet, mark) => {
      socket.send(packet);
      socket.send(mark);
    },
    () => socket.close(),
  );
  socket.on('message', one.take);
  return one.client;
}

const framed = (message: Uint8Array) => Buffer.concat([Buffer.of(message.length >> 8, message.length & 255), message]);

async function overTcp(port: number): Promise<Client> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const one = client(
    'tcp',
    (packet, mark) => socket.write(Buffer.concat([framed(packet), framed(mark)])),
    () => socket.destroy(),
  );
  let pending = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0);
      one.take(pending.subarray(2, end));
      pending = pending.subarray(end);
    }
  });
  return one.client;
}

describe.each(ways)('damaged packets, $udpDriver, workers: $workers', ({ udpDriver, workers }) => {
  let server: Server;
  beforeAll(async () => {
    server = await startDnsteer({
      config: ({ port }) => `server: { listen: ["127.0.0.1:${port}"], control: c.sock, udpDriver: ${udpDriver}, workers: ${workers} }
pools: { eu: { endpoints: [{ name: a, addresses: [198.51.100.1, "2001:db8::1"] }, { name: b, addresses: [198.51.100.2] }] } }
policies: { web: { pools: [eu], chain: [up, { weighted: { sticky: true } }, { first: 1 }] } }
zones:
  plain.test: { file: plain.zone }
  signed.test: { file: signed.zone, dnssec: { keys: ./keys }, steer: { www: web } }
`,
      files: { 'plain.zone': PLAIN, 'signed.zone': SIGNED },
      zone: 'signed.test',
    });
  });
  afterAll(() => server?.stop());

  /** All of `list` by several clients; their answers in its order. */
  async function askAll(transport: Transport, list: readonly Uint8Array[], judge: AnswerJudge): Promise<Uint8Array[]> {
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => (transport === 'udp' ? overUdp : overTcp)(server.port)));
    const replies: Uint8Array[] = [];
    let next = 0;
    try {
      await Promise.all(
        clients.map(async ({ ask }) => {
          for (let at = next++; at < list.length; at = next++) {
            replies[at] = await ask(list[at]!);
            judge.judge(list[at]!, transport, replies[at]!);
          }
        }),
      );
    } finally {
      for (const { close } of clients) close();
    }
    return replies;
  }

  test.each(['udp', 'tcp'] as const)(
    `every malformed packet gets FORMERR or silence, every other one its answer: %s, seed ${seed}`,
    {
      timeout: 60_000 + packets * 10,
    },
    async (transport) => {
      const draws = new Draws(seed);
      const drawn = Array.from({ length: transport === 'udp' ? packets : Math.ceil(packets / 4) }, () => drawPacket(draws));
      const damaged = transport === 'udp' ? [...everyDamage(RICH[0]!)] : [];
      // Over TCP what is shorter than a header, or too long, ends the connection.
      const least = transport === 'udp' ? 1 : 12;
      const list = [...drawn, ...damaged].filter(({ length }) => length >= least && length <= MAX_OCTETS);
      const judge = new AnswerJudge();
      const corpus = CORPUS.map(({ packet }) => packet);
      const before = await askAll(transport, corpus, judge);
      await askAll(transport, list, judge);
      expect(judge.answered).toBeGreaterThan(list.length / 3);
      const after = await askAll(transport, corpus, judge);
      expect(after.map((reply) => reply[3]! & 15)).toEqual(before.map((reply) => reply[3]! & 15));
      // No thread was lost on the way.
      expect(server.output()).not.toMatch(/worker|error/i);
    },
  );
});
