import type { Decision, LocationLike } from '@dnsteer/steering';
import type { Explanation } from './explain.ts';
import type { Link } from './links.ts';

/** An explanation as lines for a terminal. */
export function explanationLines({ name, type, client, links, policy, location, decision }: Explanation): string[] {
  const last = links.at(-1)!;
  return [
    `${name} ${type} for ${client}`,
    ...links.filter(({ found }) => found === 'alias').flatMap(aliasLines),
    ...(last.zone === undefined ? [] : [`zone      ${last.zone}`]),
    ...(decision === undefined
      ? zoneLines(last, links.length > 1)
      : [`policy    ${policy}`, `location  ${locationText(location!)}`, '', ...decisionLines(decision)]),
  ];
}

function aliasLines({ name, records }: Link): string[] {
  return records.map((record) => `alias     ${name} ${record}`);
}

/** What answers when no policy does. */
function zoneLines({ found, records, negativeTtlSeconds }: Link, isAlias: boolean): string[] {
  const scope = 'scope     0: the same for every client';
  switch (found) {
    case 'outside':
      return isAlias
        ? ['answer    the alias: where it leads to, others answer', scope]
        : ['answer    REFUSED: no zone of ours encloses that name'];
    case 'no name':
      return [`answer    NXDOMAIN: there is no such name`, `ttl       ${negativeTtlSeconds}`, scope];
    case 'no data':
      return [`answer    NODATA: the name has no records of that type`, `ttl       ${negativeTtlSeconds}`, scope];
    case 'referral':
      return ['answer    a referral: the name is in a part of the zone that these servers answer for', ...indent(records), scope];
    case 'alias':
      return ['answer    the aliases: they lead on and on, and no further ones are followed', scope];
    default:
      return ['answer    what the zone has', ...indent(records), scope];
  }
}

function indent(records: readonly string[]): string[] {
  return records.map((record) => `          ${record}`);
}

function decisionLines(decision: Decision): string[] {
  const width = Math.max(...decision.trace.map(({ filter }) => filter.length));
  const steps = decision.trace.flatMap(({ filter, in: before, out: after, reason }) => [
    `  ${filter.padEnd(width)}  ${tiersText(before)} -> ${tiersText(after)}`,
    `  ${''.padEnd(width)}  ${reason}`,
  ]);
  const answer =
    decision.status === 'chosen'
      ? decision.answers.map((address, i) => `${address} (${decision.endpoints[i] ?? ''})`).join(', ')
      : 'NODATA';
  return [...steps, '', `answer    ${answer}`, `ttl       ${decision.ttlReason}`, `scope     ${decision.ecsScopeReason}`];
}

function tiersText(tiers: readonly (readonly string[])[]): string {
  return tiers.length === 0 ? 'nothing' : tiers.map((tier) => tier.join(' ')).join(' | ');
}

function locationText({ country, continent, latitude, longitude, prefixLength }: LocationLike): string {
  if (country === undefined) return `unknown, for a /${prefixLength}`;
  const place = latitude === undefined || longitude === undefined ? '' : `, ${latitude.toFixed(1)} ${longitude.toFixed(1)}`;
  return `${country}${continent === undefined ? '' : `, ${continent}`}${place}, for a /${prefixLength}`;
}
