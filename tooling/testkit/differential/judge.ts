import type { Reply, ReplyRecord } from './message.ts';
import type { Question } from './walk.ts';

export const PEERS = ['bind', 'knot', 'nsd', 'pdns'] as const;
export type Peer = (typeof PEERS)[number];

/** What is compared of a response, each for itself. */
export const FACETS = ['rcode', 'aa', 'tc', 'header', 'question', 'edns', 'answer', 'chain', 'authority', 'additional'] as const;
export type Facet = (typeof FACETS)[number];

export type Replies = Readonly<Record<Peer | 'ours', Reply | undefined>>;

/** One row of the table of differences. */
export interface Deviation {
  /** Whose answer has no voice in these facets; `ours`: where we differ on purpose. */
  readonly who: Peer | 'ours';
  readonly facets: readonly Facet[];
  /** RFC clause, and what it does otherwise. */
  readonly rule: string;
  readonly when: (question: Question, replies: Replies) => boolean;
}

export interface Mismatch {
  readonly question: Question;
  readonly facet: Facet;
  /** `against`: two or more peers have a voice, and all of these agree with one another. `alone`: they differ, or there is one; and none is with us. */
  readonly kind: 'against' | 'alone';
  readonly replies: Replies;
}

const text = ({ owner, type, ttl, rdata }: ReplyRecord) => `${owner} ${ttl} ${type} ${rdata}`;
/** Of a peer without repetitions: Knot and NSD go around a CNAME loop more than once (RFC 2181 5: an RRset has no duplicates). */
const setOf = (records: readonly ReplyRecord[], isOurs: boolean) => {
  const lines = records.map(text).sort();
  return (isOurs ? lines : [...new Set(lines)]).join('\n');
};

/** Sections have no order, but for RRsets that lead on to the next (RFC 1034 4.3.2, RFC 6672 3.2). */
function chainOf(records: readonly ReplyRecord[]): string {
  const links = records.filter(({ type }) => type !== 'RRSIG').map(({ owner, type }) => `${owner} ${type}`);
  return [...new Set(links)].join(', ');
}

const FACT: Readonly<Record<Facet, (reply: Reply, isOurs: boolean) => string>> = {
  rcode: ({ rcode }) => rcode,
  aa: ({ flags }) => String(flags.includes('aa')),
  tc: ({ flags }) => String(flags.includes('tc')),
  header: ({ flags }) => flags.filter((flag) => flag !== 'aa' && flag !== 'tc').join(' '),
  question: ({ question }) => question,
  edns: ({ edns }) => edns,
  answer: ({ answer }, isOurs) => setOf(answer, isOurs),
  chain: ({ answer }) => chainOf(answer),
  authority: ({ authority }, isOurs) => setOf(authority, isOurs),
  additional: ({ additional }, isOurs) => setOf(additional, isOurs),
};

export const SECTIONS: readonly Facet[] = ['answer', 'chain', 'authority', 'additional'];

export interface Judgement {
  readonly mismatches: Mismatch[];
  readonly isUnanimous: boolean;
}

/** Judges one question. A deviation that is used is counted in `used`, by its place in the table. */
export function judge(question: Question, replies: Replies, table: readonly Deviation[], used: Map<Deviation, number>): Judgement {
  const { ours } = replies;
  if (ours === undefined) return { mismatches: [{ question, facet: 'rcode', kind: 'against', replies }], isUnanimous: false };
  const silenced = table.filter((row) => row.when(question, replies));
  const isSilent = (who: Peer | 'ours', facet: Facet) => {
    const rows = silenced.filter((row) => row.who === who && row.facets.includes(facet));
    for (const row of rows) used.set(row, (used.get(row) ?? 0) + 1);
    return rows.length > 0;
  };
  const mismatches: Mismatch[] = [];
  let isUnanimous = PEERS.every((peer) => replies[peer] !== undefined);
  for (const facet of FACETS) {
    // What did not fit is chosen freely once TC says so (RFC 2181 9).
    const isWhole = (reply: Reply) => !SECTIONS.includes(facet) || !reply.flags.includes('tc');
    if (!isWhole(ours)) continue;
    const own = FACT[facet](ours, true);
    const voices = PEERS.filter((peer) => replies[peer] !== undefined && isWhole(replies[peer]));
    const factOf = (peer: Peer) => FACT[facet](replies[peer]!, false);
    if (voices.every((peer) => factOf(peer) === own)) continue;
    isUnanimous = false;
    const counted = voices.filter((peer) => !isSilent(peer, facet));
    if (counted.length === 0 || counted.some((peer) => factOf(peer) === own) || isSilent('ours', facet)) continue;
    const kind = counted.length > 1 && new Set(counted.map(factOf)).size === 1 ? 'against' : 'alone';
    // A row is about what a peer gets wrong; where that peer says what we say, we are not alone.
    if (kind === 'alone' && voices.some((peer) => factOf(peer) === own)) continue;
    mismatches.push({ question, facet, kind, replies });
  }
  return { mismatches, isUnanimous };
}
