import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchError, listenUdp, type Respond } from '../../src/index.ts';
import { echoOf, idOf, message, udpClient, until } from '../sockets.ts';

// Why `batch` is not there is a test's of udp-batch to say.
const drivers = batchError() === undefined ? (['batch', 'dgram'] as const) : (['dgram'] as const);
const hosts = ['127.0.0.1', '127.0.0.2', '127.1.2.3'];
const LIMIT_MS = 60_000;

/** By the ID: at once, or by a promise that is settled when the handlers have run; and for one in eight nothing. */
const respond: Respond = (packet, length, _peer, out) => {
  const answer = echoOf(packet.subarray(0, length));
  const id = idOf(packet);
  if (id % 8 === 7) return id % 16 === 7 ? 0 : Promise.resolve(undefined);
  if (id % 4 === 0) return Promise.resolve(answer);
  out.set(answer);
  return length;
};

const client = fc.record({
  host: fc.constantFrom(...hosts),
  octets: fc.array(fc.integer({ min: 12, max: 1400 }), { maxLength: 90 }),
});

describe.each(drivers)('driver %s:', (driver) => {
  test(
    'whoever asks, from wherever, however long: each gets the answers to what it asked, and those of one kind in order',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(client, { minLength: 1, maxLength: 6 }), fc.boolean(), async (plans, isWildcard) => {
          const errors: unknown[] = [];
          // Where `dgram` listens on all addresses, it may answer from another than was asked.
          const all = isWildcard && driver === 'batch';
          const listener = await listenUdp({
            host: all ? '0.0.0.0' : '127.0.0.1',
            port: 0,
            respond,
            driver,
            onError: (error) => errors.push(error),
          });
          const run = async ({ host, octets }: (typeof plans)[number]) => {
            const { socket, received, send } = await udpClient(all ? host : '127.0.0.1', listener.address.port);
            try {
              for (const [id, length] of octets.entries()) send(message(id, length));
              const expected = octets.map((length, id) => echoOf(message(id, length))).filter((_, id) => id % 8 !== 7);
              await until(() => received.length === expected.length);
              expect(received.toSorted((a, b) => idOf(a) - idOf(b))).toEqual(expected);
              const atOnce = received.map(idOf).filter((id) => id % 4 !== 0);
              expect(atOnce).toEqual(atOnce.toSorted((a, b) => a - b));
            } finally {
              socket.close();
            }
          };
          await Promise.all(plans.map(run)).finally(() => listener.close());
          // A socket that the system reported an error of goes on (native/test-asan.sh has some reported).
          expect(errors.filter((error) => (error as { code?: string }).code !== 'ERR_TRANSPORT_SOCKET')).toEqual([]);
          expect(listener.droppedAnswers).toBe(0);
        }),
        { numRuns: 25, endOnFailure: true },
      );
    },
    LIMIT_MS,
  );
});
