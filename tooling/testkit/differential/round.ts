import { startDnsteer } from '../dnsteer.ts';
import { type Server, startKnot, startNamed, startNsd, startPowerDns } from '../servers.ts';
import { askAll } from './ask.ts';
import { generateZones, walkRandom } from './generate.ts';
import { type Deviation, judge, type Mismatch, PEERS, type Peer, type Replies } from './judge.ts';
import { decodeReply, formatReply, type Reply } from './message.ts';
import { formatName } from './names.ts';
import { mapZone, type Place } from './places.ts';
import { signZone } from './sign.ts';
import { formatQuestion, type Question, walk } from './walk.ts';
import type { TestZone } from './zone.ts';

/** Five servers of the same zones. */
export type Servers = Readonly<Record<Peer | 'ours', Server>>;

/** How our server is run: its driver for UDP, and how many threads answer. */
export interface OurSettings {
  readonly udpDriver: string;
  readonly workers: number;
}
const USUAL: OurSettings = { udpDriver: 'auto', workers: 1 };

/** No peer is to leave out what it may; what it does leave out stands in the table. */
export async function startAll(zones: readonly TestZone[], settings: OurSettings = USUAL): Promise<Servers & { stop(): Promise<void> }> {
  const servedBy = (peer: Peer) =>
    zones.filter((zone) => !zone.refusedBy.includes(peer)).map(({ origin, text }) => ({ origin: formatName(origin), text }));
  const starting = {
    ours: startOurs(zones, settings),
    // The NS RRset of the apex behind an answer is nothing that anybody asks for (RFC 1034 4.3.2).
    bind: startNamed({ zones: servedBy('bind'), config: 'minimal-responses no-auth; max-udp-size 1232;' }),
    knot: startKnot({ zones: servedBy('knot') }),
    nsd: startNsd({ zones: servedBy('nsd'), config: '  minimal-responses: yes\n  round-robin: no\n  ipv4-edns-size: 1232' }),
    pdns: startPowerDns({ zones: servedBy('pdns'), config: 'udp-truncation-threshold=1232\ndname-processing=yes' }),
  };
  const settled = await Promise.allSettled(Object.values(starting));
  const stop = async () => {
    await Promise.all(settled.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
  };
  const failed = settled.filter((one) => one.status === 'rejected');
  if (failed.length > 0) {
    await stop();
    throw new Error(failed.map((one) => String(one.reason)).join('\n'));
  }
  const [ours, bind, knot, nsd, pdns] = await Promise.all(Object.values(starting));
  return { ours: ours!, bind: bind!, knot: knot!, nsd: nsd!, pdns: pdns!, stop };
}

/** The built reference server with these zones from files. */
export function startOurs(zones: readonly TestZone[], { udpDriver, workers }: OurSettings = USUAL): Promise<Server> {
  const files = zones.map(({ text }, i) => [`${i}.zone`, text]);
  return startDnsteer({
    files: Object.fromEntries(files),
    config: ({ port, directory }) =>
      [
        `server: { listen: ["127.0.0.1:${port}"], control: ${directory}/c.sock, udpDriver: ${udpDriver}, workers: ${workers} }`,
        'zones:',
        ...zones.map(({ origin }, i) => `  ${formatName(origin).slice(0, -1)}: { file: ${i}.zone }`),
      ].join('\n'),
    zone: formatName(zones[0]!.origin),
  });
}

export interface Outcome {
  comparisons: number;
  /** Questions that nothing was said about: fewer than two peers answered. */
  unanswered: number;
  readonly places: Map<Place, number>;
  /** Questions that all four peers answer, and answer as we do, in everything that is compared. */
  unanimous: number;
  readonly used: Map<Deviation, number>;
  readonly mismatches: Mismatch[];
}

export function emptyOutcome(): Outcome {
  return { comparisons: 0, unanswered: 0, unanimous: 0, places: new Map(), used: new Map(), mismatches: [] };
}

export interface Round {
  readonly zones: readonly TestZone[];
  readonly questions: readonly Question[];
}

const SIGNED = ['no', 'nsec', 'no', 'nsec3', 'no', 'nsec3-opt-out'] as const;

/** The zones and the questions of round `round` of `seed`: always the same. Every other zone is signed, and every sixth may have NS at a wildcard. */
export async function prepareRound(seed: number, round: number, families: number): Promise<Round> {
  const numbers = Array.from({ length: families }, (_, i) => round * families + i);
  const zones = numbers.flatMap((number) => {
    const generated = generateZones(seed, number, { mayDelegateWildcards: number % SIGNED.length === 0 });
    return generated.map((zone) => signedAs(SIGNED[number % SIGNED.length]!, zone));
  });
  return roundOf(await Promise.all(zones), seed, round);
}

/** All questions about `zones`. */
export function roundOf(zones: readonly TestZone[], seed: number, round = 0): Round {
  return { zones, questions: walk(zones, zones.map(mapZone), walkRandom(seed, round)) };
}

function signedAs(signed: TestZone['signed'], zone: TestZone): TestZone | Promise<TestZone> {
  return signed === 'no' ? zone : signZone(zone, signed);
}

type Ask = (questions: readonly Question[]) => Promise<(Buffer | undefined)[]>;

/** From how many ports at once several workers are asked: the kernel spreads ports over them. */
const PORTS_FOR_WORKERS = 16;

/** One way of asking our server, run with `settings`. */
export function askerOfOurs({ port }: Server, { workers }: OurSettings = USUAL): Ask {
  return async (questions) => {
    const ports = workers === 1 ? 1 : PORTS_FOR_WORKERS;
    const shares = Array.from({ length: ports }, (_, i) => questions.filter((_, at) => at % ports === i));
    const replies = await Promise.all(shares.map((share) => askAll(port, share)));
    return questions.map((_, at) => replies[at % ports]![Math.floor(at / ports)]);
  };
}

/** One way of asking for each server. */
export function askersOf(servers: Servers, settings: OurSettings = USUAL): Record<Peer | 'ours', Ask> {
  const asker =
    ({ port }: Server): Ask =>
    (questions) =>
      askAll(port, questions);
  const { ours, bind, knot, nsd, pdns } = servers;
  return { ours: askerOfOurs(ours, settings), bind: asker(bind), knot: asker(knot), nsd: asker(nsd), pdns: asker(pdns) };
}

const WHO = ['ours', ...PEERS] as const;

/** Asks all five, and adds what came of it to `outcome`. */
export async function compare(
  questions: readonly Question[],
  ask: Readonly<Record<Peer | 'ours', Ask>>,
  table: readonly Deviation[],
  outcome: Outcome,
): Promise<void> {
  const lists = await Promise.all(WHO.map((who) => ask[who](questions)));
  for (const [i, question] of questions.entries()) {
    const isRefusedBy = (who: string) => question.zone?.refusedBy.some((peer) => peer === who) ?? false;
    const replyOf = (who: (typeof WHO)[number], w: number) => (isRefusedBy(who) ? undefined : decoded(lists[w]![i]));
    const replies = Object.fromEntries(WHO.map((who, w) => [who, replyOf(who, w)])) as Record<Peer | 'ours', Reply | undefined>;
    judgeInto(question, replies, table, outcome);
  }
}

function judgeInto(question: Question, replies: Replies, table: readonly Deviation[], outcome: Outcome): void {
  outcome.comparisons++;
  outcome.places.set(question.place, (outcome.places.get(question.place) ?? 0) + 1);
  if (PEERS.filter((peer) => replies[peer] !== undefined).length < 2) outcome.unanswered++;
  const { mismatches, isUnanimous } = judge(question, replies, table, outcome.used);
  outcome.mismatches.push(...mismatches);
  if (isUnanimous) outcome.unanimous++;
}

function decoded(message: Buffer | undefined): Reply | undefined {
  return message && decodeReply(message);
}

/** Everything to repeat and to judge one mismatch by: the question, all answers, the zone. */
export function formatMismatch(mismatch: Mismatch, seed: number): string {
  const { question, facet, kind, replies } = mismatch;
  return [
    `seed ${seed}: ${formatQuestion(question)}: ${facet}, ${kind === 'against' ? 'against all peers' : 'as no peer'}`,
    ...WHO.map((who) => `${who}: ${formatReply(replies[who])}`),
    question.zone === undefined ? '' : `zone (${question.zone.signed}):\n${question.zone.text.slice(0, 6000)}`,
  ].join('\n');
}

/** One mismatch of every kind (place, facet) whole, the others counted; empty when there is none. */
export function formatOutcome({ mismatches }: Outcome, seed: number): string {
  const kinds = new Map<string, Mismatch[]>();
  for (const mismatch of mismatches) {
    const kind = `${mismatch.question.place} ${mismatch.facet} ${mismatch.kind}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), mismatch]);
  }
  return [...kinds.values()].map((alike) => `${alike.length} of this kind, such as\n${formatMismatch(alike[0]!, seed)}`).join('\n\n');
}
