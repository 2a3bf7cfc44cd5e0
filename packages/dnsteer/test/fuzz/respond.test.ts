import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everyKind, type Subject } from './apps.ts';
import { Draws, drawPacket, everyDamage } from './damage.ts';
import { Judge } from './judge.ts';
import { CORPUS, FULL_OPT, RICH, sample } from './packets.ts';
import { expected } from './reference.ts';
import { structuredPacket } from './structure.ts';

// A long run: DNSTEER_FUZZ_PACKETS=10000000 npx vitest run --project unit packages/dnsteer/test/fuzz
// The same packets again: DNSTEER_FUZZ_SEED=<what the run said>.
const packets = Number(process.env['DNSTEER_FUZZ_PACKETS'] ?? 20_000);
/** Of parts that fast-check can shrink: they take longer to make. */
const structured = Math.max(6000, Math.floor(packets / 10));
const seed = Number(process.env['DNSTEER_FUZZ_SEED'] ?? 20_260_101);
/** Between two looks at whether the corpus is still answered as at first. */
const ROUND = 5000;
/** They fill caches and compile; what is held after them is the base that no later round may leave. */
const FIRST_ROUNDS = 2;
/** In the 10,000 packets behind the base of the shortest run, that is a leak of 100 octets a packet. */
const MAX_GROWN_OCTETS = 2 ** 20;
const TRANSPORTS = ['udp', 'tcp'] as const;

let subject: Subject;
let judge: Judge;
beforeAll(async () => {
  subject = await everyKind();
  judge = new Judge(subject);
});
afterAll(() => subject?.close());

/** All answers to the corpus, as text. */
async function answersToCorpus(): Promise<string[]> {
  const answers: string[] = [];
  for (const transport of TRANSPORTS) {
    for (const { packet, title } of CORPUS)
      answers.push(`${transport} ${title}: ${Buffer.from(await judge.ask(packet, transport)).toString('hex')}`);
  }
  return answers;
}

describe('every malformed packet gets FORMERR or silence, and every other one its answer', () => {
  test('RFC 1035 4.1: the corpus is well-formed', async () => {
    const replies = CORPUS.map(({ packet }) => expected(packet).reply);
    expect(replies).not.toContain('none');
    expect(replies).not.toContain('formerr');
    const answers = await answersToCorpus();
    expect(answers).toHaveLength(CORPUS.length * TRANSPORTS.length);
    // Otherwise next to nothing of the zones was asked for.
    expect(new Set(answers.map((answer) => answer.split(': ')[1])).size).toBeGreaterThan(300);
  });

  test.each(RICH.map((sample) => [sample.title, sample] as const))('truncated, flipped, looped, lengths one off: %s', async (_, sample) => {
    const before = judge.answered;
    for (const packet of everyDamage(sample)) {
      for (const transport of TRANSPORTS) {
        const reply = judge.ask(packet, transport);
        if (reply instanceof Promise) await reply;
      }
    }
    expect(judge.answered - before).toBeGreaterThan(500);
  });

  test.each(['www.signed.test', 'nx.signed.test', 'big.plain.test', 'late.signed.test'])(
    'every UDP payload size, with all that wants room in the response: %s',
    async (name) => {
      for (let payload = 500; payload <= 1300; payload++) {
        await judge.ask(sample({ name, opt: { ...FULL_OPT, payload } }).packet, 'udp');
        await judge.ask(sample({ name, type: 28, opt: { ...FULL_OPT, payload, flags: 0 } }).packet, 'udp');
      }
    },
  );

  test(`${structured} packets of structured parts, seed ${seed}`, { timeout: 60_000 + packets }, async () => {
    const replies = new Map<string, number>();
    const one = fc.asyncProperty(structuredPacket, fc.constantFrom(...TRANSPORTS), async (packet, transport) => {
      const { reply } = expected(packet);
      replies.set(reply, (replies.get(reply) ?? 0) + 1);
      await judge.ask(packet, transport);
    });
    await fc.assert(one, { numRuns: structured, seed });
    // Most are sound enough to be looked at further; and no kind of outcome is left out.
    expect(replies.get('answer')).toBeGreaterThan(structured / 3);
    expect([...replies.keys()].sort()).toEqual(['answer', 'badvers', 'cookie', 'formerr', 'none', 'notimp']);
  });

  test(`${packets} packets, seed ${seed}: and the next answers are the same as ever, in the same memory`, {
    timeout: 60_000 + packets,
  }, async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    // What a collection leaves to be done in the background is done by the next: the least of a few looks is what is held.
    const heldOctets = async () => {
      let held = Number.POSITIVE_INFINITY;
      for (let look = 0; look < 4; look++) {
        collectGarbage();
        await setImmediate();
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        held = Math.min(held, heapUsed + arrayBuffers);
      }
      return held;
    };
    const draws = new Draws(seed);
    const first = await answersToCorpus();
    const heldAfterRounds: number[] = [];
    for (let sent = 0; sent < packets; ) {
      const waiting: Promise<Uint8Array>[] = [];
      for (let i = 0; i < ROUND && sent < packets; i++, sent++) {
        const reply = judge.ask(drawPacket(draws), draws.below(8) === 0 ? 'tcp' : 'udp');
        if (reply instanceof Promise) waiting.push(reply);
        // The exchange of an answer that waits is not used for the next packet; every so often all are waited for.
        if (waiting.length === 16) await Promise.all(waiting.splice(0));
      }
      await Promise.all(waiting);
      expect(await answersToCorpus()).toEqual(first);
      heldAfterRounds.push(await heldOctets());
    }
    const [base = 0, ...later] = heldAfterRounds.slice(FIRST_ROUNDS - 1);
    // Else the base would be compared with itself.
    expect(later.length).toBeGreaterThanOrEqual(2);
    expect(later.at(-1)! - base).toBeLessThan(MAX_GROWN_OCTETS);
  });
});
