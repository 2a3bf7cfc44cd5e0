import type { Decision, DecisionClient, LocationLike } from '@dnsteer/steering';
import { EDE } from '@dnsteer/wire';
import type { PolicyCounts } from 'dnsteer';
import type { Answer, ExplainedDecision, Explanation } from './explain.ts';
import type { Link } from './links.ts';
import type { LocatedBy } from './location-source.ts';

/** An explanation as lines for a terminal. */
export function explanationLines(explanation: Explanation): string[] {
  const { name, type, client, links, answer, isSigned, policy, location, locatedBy, decision, denied, counts } = explanation;
  const last = links.at(-1)!;
  const asked = policy ?? denied[0]?.policy;
  return [
    `${name} ${type} for ${client}`,
    ...aliasLines(links, answer),
    ...(last.zone === undefined ? [] : [`zone      ${last.zone}${isSigned ? ' (signed; its signatures are not shown)' : ''}`]),
    ...(last.aliasOf === undefined ? [] : [`has       the addresses of ${last.aliasOf.target}${resolvedText(last.aliasOf)}`]),
    ...(asked === undefined
      ? []
      : [
          `policy    ${asked}`,
          `client    ${clientText((decision ?? denied[0]!.decision).client)}`,
          `location  ${locationText(location!)}`,
          ...locatedBy.map((source) => `          ${sourceText(source)}`),
          ...seedLines(explanation),
          '',
        ]),
    ...denied.flatMap(({ type: own, decision: denial }) => [own, ...stepLines(denial), '']),
    ...(decision === undefined
      ? zoneLines(last, links.length > 1, answer, denied.length > 0)
      : [...(denied.length === 0 ? [] : [last.steered!.type]), ...stepLines(decision), '', ...decisionLines(decision, last, answer)]),
    ...(counts === undefined ? [] : [`counted   ${countsText(counts)}`]),
    ...answer.extendedErrors.map(({ code, text }) => `error     ${errorText(code, text)}`),
  ];
}

function resolvedText({ resolvedAt }: NonNullable<Link['aliasOf']>): string {
  return resolvedAt === undefined ? '' : `, resolved at ${resolvedAt}`;
}

/** Aliases stand at the front of the answer, a DNAME under a name of its own. */
function aliasLines(links: readonly Link[], { records }: Answer): string[] {
  const count = links.filter(({ found }) => found === 'alias').reduce((sum, link) => sum + link.records.length, 0);
  return records.slice(0, count).map((record) => `alias     ${record}`);
}

/** What answers when no policy does. */
function zoneLines({ found, records, negativeTtlSeconds }: Link, isAlias: boolean, { rcode }: Answer, isDenied: boolean): string[] {
  const scope = isDenied ? 'scope     0: no record was chosen for the client' : 'scope     0: the same for every client';
  switch (found) {
    case 'outside':
      return isAlias
        ? ['answer    the alias: where it leads to, others answer', scope]
        : ['answer    REFUSED: no zone of ours encloses that name'];
    case 'refused':
      return [`answer    ${rcode}: such questions are not answered here`];
    case 'no name':
      return ['answer    NXDOMAIN: there is no such name', `ttl       ${negativeTtlSeconds}`, scope];
    case 'no data':
      return ['answer    NODATA: the name has no records of that type', `ttl       ${negativeTtlSeconds}`, scope];
    case 'referral':
      return ['answer    a referral: the name is in a part of the zone that these servers answer for', ...indent(records), scope];
    case 'alias':
      return rcode === 'YXDOMAIN'
        ? ['answer    YXDOMAIN: the DNAME leads to a name of more than 255 octets', scope]
        : ['answer    the aliases: they lead on and on, and no further ones are followed', scope];
    default:
      return ['answer    what the zone has', ...indent(records), scope];
  }
}

function indent(records: readonly string[]): string[] {
  return records.map((record) => `          ${record}`);
}

function stepLines({ trace }: Decision): string[] {
  const width = Math.max(...trace.map(({ filter }) => filter.length));
  return trace.flatMap(({ filter, in: before, out: after, reason }) => [
    `  ${filter.padEnd(width)}  ${tiersText(before)} -> ${tiersText(after)}`,
    `  ${''.padEnd(width)}  ${reason}`,
  ]);
}

function decisionLines(decision: ExplainedDecision, { negativeTtlSeconds }: Link, { scopePrefix }: Answer): string[] {
  const { status, answers, answerEndpoints, ttl, ttlReason, ecsScope, ecsScopeReason } = decision;
  const chosen = answers.map((address, i) => `${address} (${answerEndpoints[i]})`).join(', ');
  const isLess = negativeTtlSeconds !== undefined && negativeTtlSeconds < ttl;
  // The scope of a policy goes out as it is, but to those who ask for none.
  const isUnscoped = scopePrefix !== ecsScope;
  return [
    `answer    ${status === 'chosen' ? chosen : 'NODATA'}`,
    `ttl       ${isLess ? `${negativeTtlSeconds} s: the zone's negative TTL, less than ${ttlReason}` : ttlReason}`,
    `scope     ${isUnscoped ? `/${scopePrefix}: the query says nothing of its client, so its answer has no other scope (RFC 7871 7.2.1)` : ecsScopeReason}`,
  ];
}

function tiersText(tiers: readonly (readonly string[])[]): string {
  return tiers.length === 0 ? 'nothing' : tiers.map((tier) => tier.join(' ')).join(' | ');
}

function clientText({ subnet, reason }: DecisionClient): string {
  return `${subnet}: ${reason}`;
}

function sourceText({ file, type, built, facts }: LocatedBy): string {
  return `${facts.join(', ')} by ${file ?? 'the database that ships with dnsteer'} (${type}, built ${built})`;
}

/** Only where chance had a say. */
function seedLines({ seed, decision, denied }: Explanation): string[] {
  const steps = [decision, ...denied.map((own) => own.decision)].flatMap((own) => own?.trace ?? []);
  return steps.some(({ draws }) => draws !== undefined) ? [`seed      ${seed}: what is drawn hangs on it`] : [];
}

function locationText({ country, continent, latitude, longitude, prefixLength }: LocationLike): string {
  if (country === undefined) return `unknown, for a /${prefixLength}`;
  const place = latitude === undefined || longitude === undefined ? '' : `, ${latitude.toFixed(1)} ${longitude.toFixed(1)}`;
  return `${country}${continent === undefined ? '' : `, ${continent}`}${place}, for a /${prefixLength}`;
}

function countsText({ decisions, allDown }: PolicyCounts): string {
  const kinds = Object.entries(allDown).filter(([, times]) => times > 0);
  const total = kinds.reduce((sum, [, times]) => sum + times, 0);
  const how = total === 0 ? '' : ` (answered then: ${kinds.map(([kind, times]) => `${kind} ${times}`).join(', ')})`;
  return `of ${decisions} decisions of this policy, all was down in ${total}${how}`;
}

/** An Extended DNS Error: its INFO-CODE, the name of that, and what was said of it. */
function errorText(code: number, text: string): string {
  const name = Object.entries(EDE).find(([, own]) => own === code)?.[0];
  return `${code}${name === undefined ? '' : ` ${name}`}${text === '' ? '' : `: ${text}`}`;
}
