import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchError, listenTcp, type Respond } from '../../src/index.ts';
import { echoOf, frame, idOf, message, pause, tcpClient, until } from '../sockets.ts';

// Why `batch` is not there is a test's of udp-batch to say.
const drivers = batchError() === undefined ? (['batch', 'net'] as const) : (['net'] as const);

const octetsOf = (id: number) => 12 + ((id * 7919) % 3000);

/** By the ID: at once, with the next promises, or some turns later; short or long. */
const respond: Respond = (packet, length, _peer, out) => {
  const answer = echoOf(packet.subarray(0, length));
  const id = idOf(packet);
  if (id % 4 === 0) return Promise.resolve(answer);
  if (id % 4 === 1) return pause(id % 5).then(() => answer);
  out.set(answer);
  return length;
};

const MOST_CUTS = 100;
// Long, as what a run takes depends on what is drawn: on a busy machine the usual limit ended tests in which nothing was wrong. What
// fails is not made smaller (`endOnFailure`), as each smaller case may wait two seconds for what does not come: seed and case are told at once.
const LIMIT_MS = 60_000;

const client = fc.record({
  count: fc.nat(60),
  cuts: fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 8 }),
  rests: fc.boolean(),
  reads: fc.boolean(),
  end: fc.constantFrom('stays', 'half', 'reset'),
});

describe.each(drivers)('driver %s:', (driver) => {
  test(
    'however clients cut, pause, close and reset, each gets the answers to what it asked, and nobody is left',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(client, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 8 }), async (plans, maxPipelined) => {
          const errors: unknown[] = [];
          const listener = await listenTcp({
            host: '127.0.0.1',
            port: 0,
            respond,
            driver,
            maxPipelined,
            onError: (error) => errors.push(error),
          });
          const run = async ({ count, cuts, rests, reads, end }: (typeof plans)[number], who: number) => {
            const it = await tcpClient('127.0.0.1', listener.address.port);
            const ids = Array.from({ length: count }, (_, i) => 1000 * who + i);
            const stream = Buffer.concat(ids.map((id) => frame(message(id, octetsOf(id)))));
            if (!reads) it.socket.pause();
            let at = 0;
            for (let cut = 0; cut < MOST_CUTS && at < stream.length; at += cuts[cut++ % cuts.length]!) {
              it.socket.write(stream.subarray(at, at + cuts[cut % cuts.length]!));
              if (rests && cut % 8 === 0) await pause(1);
            }
            it.socket.write(stream.subarray(at));
            if (end === 'reset') {
              it.socket.resetAndDestroy();
              return;
            }
            if (end === 'half') it.socket.end();
            it.socket.resume();
            await until(() => it.received.length === count && (end === 'stays' || it.isEnded()));
            const sorted = it.received.toSorted((a, b) => idOf(a) - idOf(b));
            expect(sorted.every((packet, i) => packet.equals(echoOf(message(ids[i]!, octetsOf(ids[i]!)))))).toBe(true);
            it.socket.end();
          };
          await Promise.all(plans.map(run));
          await until(() => listener.connectionCount === 0);
          await listener.close();
          expect(errors).toEqual([]);
        }),
        { numRuns: 25, endOnFailure: true },
      );
    },
    LIMIT_MS,
  );
});
