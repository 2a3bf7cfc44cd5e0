import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batchError } from '../../../../../packages/transport/src/index.ts';
import { askAll } from '../../../../../tooling/testkit/differential/ask.ts';
import { DIFFERENCES, KNOWN_OPEN } from '../../../../../tooling/testkit/differential/differences.ts';
import { keyOf } from '../../../../../tooling/testkit/differential/names.ts';
import { PLACES, type Place } from '../../../../../tooling/testkit/differential/places.ts';
import { readZone } from '../../../../../tooling/testkit/differential/read-zone.ts';
import {
  askerOfOurs,
  askersOf,
  compare,
  emptyOutcome,
  formatOutcome,
  type OurSettings,
  type Outcome,
  prepareRound,
  type Round,
  roundOf,
  type Servers,
  startAll,
  startOurs,
} from '../../../../../tooling/testkit/differential/round.ts';
import { signZone } from '../../../../../tooling/testkit/differential/sign.ts';
import type { Question } from '../../../../../tooling/testkit/differential/walk.ts';
import type { TestZone } from '../../../../../tooling/testkit/differential/zone.ts';
import { needing } from '../../../../../tooling/testkit/index.ts';
import { childrenOf, wildcardsOverEmptyNonTerminals, withoutCuts } from './mutants.ts';

// The same zones served by BIND, Knot, NSD, PowerDNS and by us: where they agree, we agree; where they differ, we agree with one of them.

const wanted = Number(process.env['DNSTEER_DIFFERENTIAL_COMPARISONS'] ?? 20_000);
const seed = Number(process.env['DNSTEER_DIFFERENTIAL_SEED'] ?? 1);
/** How our server is run when all is asked; CI runs what is in `OTHERWISE` in a shorter form. */
const settings: OurSettings = {
  udpDriver: process.env['DNSTEER_DIFFERENTIAL_DRIVER'] ?? 'auto',
  workers: Number(process.env['DNSTEER_DIFFERENTIAL_WORKERS'] ?? 1),
};
const OTHERWISE: readonly OurSettings[] = [
  { udpDriver: 'dgram', workers: 1 },
  ...(batchError() === undefined ? [{ udpDriver: 'batch', workers: 2 }] : []),
];
/** One question in so many is asked then. */
const SHARE = 3;
const FAMILIES = 30;
const TIGHT = { payloadOctets: 512, dnssecOk: true };
const TABLE = [...DIFFERENCES, ...KNOWN_OPEN];

const zoneFile = (zone: string) => readZone(zone, fileURLToPath(new URL(`../zones/${zone}.zone`, import.meta.url)));

needing(['named', 'knotd', 'nsd', 'pdns_server', 'pdnsutil', 'dnssec-signzone'], 'BIND, Knot, NSD and PowerDNS', () => {
  let servers: Servers & { stop(): Promise<void> };
  let first: Round;
  let byHand: Round;
  const outcome = emptyOutcome();

  beforeAll(async () => {
    first = await prepareRound(seed, 0, FAMILIES);
    const [plain, cuts, signed] = await Promise.all(['plain.test', 'cuts.test', 'signed.test'].map(zoneFile));
    const { zones, questions } = roundOf([plain!, cuts!, await signZone(signed!, 'nsec')], seed);
    // Whatever the seed, what is signed is asked for with little room as well.
    const tight = questions.filter(({ zone }) => zone?.signed === 'nsec').map((question) => ({ ...question, mode: TIGHT }));
    byHand = { zones, questions: [...questions, ...tight] };
    servers = await startAll([...first.zones, ...byHand.zones], settings);
  });
  afterAll(() => servers?.stop());

  test('zones written by hand', async () => {
    await compare(byHand.questions, askersOf(servers, settings), TABLE, outcome);
    expect(formatOutcome(outcome, seed)).toBe('');
  });

  test(`zones made by seed ${seed}: ${wanted} comparisons or more`, { timeout: 60_000 + wanted * 5 }, async () => {
    await compare(first.questions, askersOf(servers, settings), TABLE, outcome);
    for (let round = 1; outcome.comparisons < wanted && outcome.mismatches.length < 100; round++) {
      const { zones, questions } = await prepareRound(seed, round, FAMILIES);
      const more = await startAll(zones, settings);
      await compare(questions, askersOf(more, settings), TABLE, outcome).finally(() => more.stop());
      if (wanted > 100_000) console.log(`round ${round}: ${outcome.comparisons} comparisons, ${outcome.unanimous} with all four as we`);
    }
    expect(formatOutcome(outcome, seed)).toBe('');
    expect(outcome.comparisons).toBeGreaterThanOrEqual(wanted);
  });

  test.each(OTHERWISE)('the same by $udpDriver, workers: $workers', { timeout: 120_000 }, async (otherwise) => {
    const ours = await startOurs([...first.zones, ...byHand.zones], otherwise);
    try {
      expect(ours.output()).not.toContain('server.workers');
      const again = emptyOutcome();
      const asked = [...byHand.questions, ...first.questions].filter((_, i) => i % SHARE === 0);
      await compare(asked, { ...askersOf(servers), ours: askerOfOurs(ours, otherwise) }, TABLE, again);
      expect(formatOutcome(again, seed)).toBe('');
      expect(again.unanimous).toBeGreaterThan(asked.length / 2);
    } finally {
      await ours.stop();
    }
  });

  test('the comparison was one: peers answered, most questions alike, and every kind of place was asked about', () => {
    expect(outcome.unanswered).toBe(0);
    expect(outcome.unanimous).toBeGreaterThan(outcome.comparisons / 2);
    const places = Object.keys(PLACES) as Place[];
    expect(places.filter((place) => (outcome.places.get(place) ?? 0) < 5)).toEqual([]);
  });

  test('what is known to be open is still open: take the row out when it is not', () => {
    expect(KNOWN_OPEN.filter((row) => !outcome.used.has(row)).map(({ rule }) => rule)).toEqual([]);
  });

  describe('a known bug is found, and its rule named', () => {
    const unsigned = () => first.zones.filter(({ signed }) => signed === 'no');

    /** What the comparison says when our answers come from a server of `zones`, for the questions that `isAsked`. */
    async function withZones(zones: readonly TestZone[], isAsked: (question: Question) => boolean): Promise<Outcome> {
      const mutant = await startOurs(zones);
      try {
        const found = emptyOutcome();
        const ask = { ...askersOf(servers, settings), ours: (questions: readonly Question[]) => askAll(mutant.port, questions) };
        await compare(first.questions.filter(isAsked), ask, TABLE, found);
        return found;
      } finally {
        await mutant.stop();
      }
    }

    const isOf = (zones: readonly TestZone[]) => {
      const origins = new Set(zones.map(({ origin }) => keyOf(origin)));
      return (question: Question) => question.zone !== undefined && origins.has(keyOf(question.zone.origin));
    };

    test('a wildcard over an empty non-terminal', async () => {
      const zones = wildcardsOverEmptyNonTerminals(unsigned());
      const found = await withZones(zones, isOf(zones));
      expect(placesOf(found)).toContain('emptyNonTerminal');
      expect(formatOutcome(found, seed)).toContain('RFC 4592 2.2.2: an empty non-terminal exists]: answer, against all peers');
    });

    test('glue answered with AA', async () => {
      const zones = unsigned();
      const found = await withZones(withoutCuts(zones), isOf(zones));
      expect(placesOf(found)).toEqual(expect.arrayContaining(['cut', 'belowCut']));
      expect(formatOutcome(found, seed)).toContain('RFC 1034 4.3.2 3b: below a cut]: aa, against all peers');
    });

    test('DS answered by the child', async () => {
      const zones = childrenOf(first.zones);
      const origins = new Set(zones.map(({ origin }) => keyOf(origin)));
      const found = await withZones(zones, ({ name, type }) => type === 'DS' && origins.has(keyOf(name)));
      expect(placesOf(found)).toEqual(['dsAtCut']);
      expect(formatOutcome(found, seed)).toContain("RFC 4035 3.1.4.1: DS is the parent's]: authority, against all peers");
    });

    test('a referral with AA', async () => {
      const found = emptyOutcome();
      const askers = askersOf(servers, settings);
      const withAa = async (questions: readonly Question[]) => (await askers.ours(questions)).map(setAaOfReferral);
      const questions = first.questions.filter(({ place }) => place === 'cut' || place === 'belowCut');
      await compare(questions, { ...askers, ours: withAa }, TABLE, found);
      expect(new Set(found.mismatches.map(({ facet }) => facet))).toEqual(new Set(['aa']));
      expect(formatOutcome(found, seed)).toContain('RFC 1034 4.3.2 3b: at a cut]: aa, against all peers');
    });
  });
});

function placesOf({ mismatches }: Outcome): Place[] {
  return [...new Set(mismatches.map(({ question }) => question.place))];
}

/** AA on whatever has neither AA nor an answer, but authority records. */
function setAaOfReferral(message: Buffer | undefined): Buffer | undefined {
  if (message === undefined || message.readUInt16BE(6) > 0 || message.readUInt16BE(8) === 0) return message;
  const changed = Buffer.from(message);
  changed[2] = changed[2]! | 0x04;
  return changed;
}
