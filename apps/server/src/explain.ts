import { type Decision, type HealthView, type LocationLike, type Locator, parseClientSubnet } from '@dnsteer/steering';
import { equalNames, formatName, isSubdomain, lowerCaseName, parseName } from '@dnsteer/wire';
import type { Composition, ZonePlan } from './control/composition.ts';

export interface Explanation {
  /** Final dot, lower case. */
  readonly name: string;
  readonly type: string;
  readonly client: string;
  /** The zone that answers; `undefined`: none of ours. */
  readonly zone: string | undefined;
  /** The policy; `undefined`: the zone's own data answer, the same for everyone. */
  readonly policy: string | undefined;
  readonly location: LocationLike | undefined;
  readonly decision: Decision | undefined;
}

/**
 * Says which answer a client gets and why, by the function that the answering thread runs.
 *
 * @param circumstances - health left out: everything is up.
 * @throws WireError for a bad name, SteeringError for a bad client.
 */
export function explain(
  composition: Composition,
  nameText: string,
  type: string,
  client: string,
  circumstances: { health?: HealthView; locator: Locator; seed?: number },
): Explanation {
  const name = lowerCaseName(parseName(nameText));
  const subnet = parseClientSubnet(client);
  const zone = longestZone(composition.zones, name);
  const steered = zone && steeredOwner(zone, name);
  const question = { name: formatName(name), type: type.toUpperCase(), client, zone: zone && formatName(zone.apex) };
  if (steered === undefined || (question.type !== 'A' && question.type !== 'AAAA'))
    return { ...question, policy: undefined, location: undefined, decision: undefined };
  const { locator, health, seed = 0 } = circumstances;
  const policy = composition.policies.get(steered.policy)!;
  return {
    ...question,
    policy: policy.name,
    location: locator.locate(subnet.address.subarray(0, subnet.family === 4 ? 4 : 16)),
    decision: policy.decide({ client: subnet, type: question.type }, { locator, seed, now: Date.now(), ...(health && { health }) }),
  };
}

function longestZone(zones: readonly ZonePlan[], name: Uint8Array): ZonePlan | undefined {
  return zones.filter(({ apex }) => isSubdomain(name, apex)).sort((a, b) => b.apex.length - a.apex.length)[0];
}

/** The owner itself, or the wildcard next above it (RFC 4592 3.3.1), as far as owners are steered. */
function steeredOwner({ steered, apex }: ZonePlan, name: Uint8Array): ZonePlan['steered'][number] | undefined {
  const exact = steered.find(({ owner }) => equalNames(owner, name));
  if (exact !== undefined) return exact;
  for (let at = name[0]! + 1; name.length - at >= apex.length; at += name[at]! + 1) {
    const wildcard = new Uint8Array(2 + name.length - at);
    wildcard.set([1, 0x2a]);
    wildcard.set(name.subarray(at), 2);
    const found = steered.find(({ owner }) => equalNames(owner, wildcard));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The explanation as lines for a terminal. */
export function explanationLines({ name, type, client, zone, policy, location, decision }: Explanation): string[] {
  const lines = [`${name} ${type} for ${client}`];
  if (zone === undefined) return [...lines, 'no zone of ours encloses that name: REFUSED'];
  lines.push(`zone      ${zone}`);
  if (decision === undefined) return [...lines, 'not steered: the data of the zone answer, the same for every client, with ECS scope 0'];
  lines.push(`policy    ${policy}`, `location  ${locationText(location!)}`, '');
  const width = Math.max(...decision.trace.map(({ filter }) => filter.length));
  for (const step of decision.trace) {
    lines.push(`  ${step.filter.padEnd(width)}  ${tiersText(step.in)} -> ${tiersText(step.out)}`, `  ${''.padEnd(width)}  ${step.reason}`);
  }
  const answer =
    decision.status === 'chosen'
      ? decision.answers.map((address, i) => `${address} (${decision.endpoints[i] ?? ''})`).join(', ')
      : 'NODATA';
  lines.push('', `answer    ${answer}`, `ttl       ${decision.ttlReason}`, `scope     ${decision.ecsScopeReason}`);
  return lines;
}

function tiersText(tiers: readonly (readonly string[])[]): string {
  return tiers.length === 0 ? 'nothing' : tiers.map((tier) => tier.join(' ')).join(' | ');
}

function locationText(location: LocationLike): string {
  const { country, continent, latitude, longitude, prefixLength } = location;
  if (country === undefined) return `unknown, for a /${prefixLength}`;
  const place = latitude === undefined || longitude === undefined ? '' : `, ${latitude.toFixed(1)} ${longitude.toFixed(1)}`;
  return `${country}${continent === undefined ? '' : `, ${continent}`}${place}, for a /${prefixLength}`;
}
