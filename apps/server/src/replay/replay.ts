import type { Decision, Locator, Policy } from '@dnsteer/steering';
import { formatName, typeText } from '@dnsteer/wire';
import type { HealthStates } from '../explain/health-file.ts';
import { policyOf, type SteeredName } from '../simulate/steered-name.ts';
import { familyOf, type LoggedQuery } from './query-log.ts';

/** A configuration that is asked again. */
export interface Candidate {
  readonly names: readonly SteeredName[];
  readonly locator: Locator;
  readonly health: HealthStates;
  /** Whether ECS of this source counts. */
  readonly trusts: (source: LoggedQuery['source']) => boolean;
}

export interface ReplayReport {
  readonly queries: number;
  /** For names and types that a policy of either configuration answers. */
  readonly steered: number;
  readonly changed: number;
  /** Most first. */
  readonly groups: readonly ChangeGroup[];
}

/** Changes that have one reason: the same step of the chain is the first to differ, and sends them from the same pools to the same. */
export interface ChangeGroup {
  readonly name: string;
  readonly type: string;
  /** The filter that made the difference; `policy`: the name is steered in one of them only; `candidates`: it had others to begin with. */
  readonly filter: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly queries: number;
  readonly example: {
    readonly client: string;
    readonly before: string;
    readonly after: string;
    readonly answers: readonly (readonly string[])[];
  };
}

/**
 * Asks two configurations the same queries, at their times and with the same draws; answers differ where their addresses do, in whatever order.
 *
 * @param onProgress - told now and then how many queries are done.
 */
export function replay(
  queries: readonly LoggedQuery[],
  before: Candidate,
  after: Candidate,
  { seed = 0, onProgress }: { seed?: number; onProgress?: (done: number) => void } = {},
): ReplayReport {
  const groups = new Map<string, { -readonly [Key in keyof ChangeGroup]: ChangeGroup[Key] }>();
  let steered = 0;
  let changed = 0;
  for (const [i, query] of queries.entries()) {
    if (i % 1024 === 0) onProgress?.(i);
    const family = familyOf(query.qtype);
    if (family === undefined) continue;
    const [one, other] = [before, after].map((candidate) => decide(candidate, query, family, seed + i));
    if (one === undefined && other === undefined) continue;
    steered++;
    if (sameAnswers(one, other)) continue;
    changed++;
    const group = groupOf(query, one, other);
    const key = JSON.stringify([group.name, group.type, group.filter, group.from, group.to]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, group);
    else known.queries++;
  }
  onProgress?.(queries.length);
  return { queries: queries.length, steered, changed, groups: [...groups.values()].sort((a, b) => b.queries - a.queries) };
}

function decide(candidate: Candidate, query: LoggedQuery, family: 4 | 6, seed: number): Decision | undefined {
  const policy: Policy | undefined = policyOf(candidate.names, query.qname);
  if (policy === undefined) return undefined;
  const { ecs, source } = query;
  const client = ecs !== undefined && candidate.trusts(source) ? ecs : source;
  const question = { client, source, type: family === 4 ? 'A' : 'AAAA', name: formatName(query.qname) } as const;
  const ids = new Set(policy.endpoints.flatMap(({ id, pool }) => [id, pool]));
  const health = Object.fromEntries(Object.entries(candidate.health).filter(([id]) => ids.has(id)));
  return policy.decide(question, { locator: candidate.locator, health, now: query.timeMs, seed });
}

function sameAnswers(one: Decision | undefined, other: Decision | undefined): boolean {
  return one !== undefined && other !== undefined && one.answers.toSorted().join() === other.answers.toSorted().join();
}

function groupOf(query: LoggedQuery, one: Decision | undefined, other: Decision | undefined): ChangeGroup {
  const [before, after] = one === undefined || other === undefined ? [] : firstDifference(one, other);
  const isAfter = one !== undefined && other !== undefined && madeByAfter(one, before, other, after);
  const reason = (decision: Decision | undefined, step: Step | undefined) =>
    decision === undefined ? 'not steered' : (step?.reason ?? decision.trace.at(-1)?.reason ?? '');
  return {
    name: formatName(query.qname),
    type: typeText(query.qtype),
    filter: one === undefined || other === undefined ? 'policy' : ((isAfter ? after : before)?.filter ?? 'candidates'),
    from: poolsOf(one),
    to: poolsOf(other),
    queries: 1,
    example: {
      client: (other ?? one)!.client.subnet,
      before: reason(one, before),
      after: reason(other, after),
      answers: [one?.answers ?? [], other?.answers ?? []],
    },
  };
}

type Step = Decision['trace'][number] & { readonly index: number };

/** Of each the first step that leads elsewhere; what changes nothing makes no difference. Where both chains end alike, they had other candidates to begin with. */
function firstDifference(one: Decision, other: Decision): [Step | undefined, Step | undefined] {
  const [before, after] = [one, other].map(({ trace }) =>
    trace.map((step, index) => ({ ...step, index })).filter((step) => JSON.stringify(step.in) !== JSON.stringify(step.out)),
  ) as [Step[], Step[]];
  let at = 0;
  while (before[at] !== undefined && after[at] !== undefined && JSON.stringify(before[at]!.out) === JSON.stringify(after[at]!.out)) at++;
  return [before[at], after[at]];
}

/** A filter that only one of them has made the difference; else the one that comes first in its chain. */
function madeByAfter(one: Decision, before: Step | undefined, other: Decision, after: Step | undefined): boolean {
  if (before === undefined || after === undefined) return after !== undefined;
  const has = ({ trace }: Decision, { filter }: Step) => trace.some((step) => step.filter === filter);
  if (has(one, after) !== has(other, before)) return has(other, before);
  return after.index <= before.index;
}

function poolsOf(decision: Decision | undefined): string[] {
  return [...new Set((decision?.endpoints ?? []).map((id) => id.slice(0, id.indexOf('/'))))].sort();
}
