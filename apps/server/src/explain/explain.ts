import { type Decision, type HealthView, type LocationLike, type Locator, type Policy, parseClientSubnet } from '@dnsteer/steering';
import { formatName, lowerCaseName, parseName, typeCode } from '@dnsteer/wire';
import { followLinks, type Link, type ZoneImages } from './links.ts';

export interface ExplainQuestion {
  readonly name: string;
  readonly type: string;
  /** A subnet, or an address. */
  readonly client: string;
}

export interface Explanation {
  /** Final dot, lower case. */
  readonly name: string;
  readonly type: string;
  readonly client: string;
  /** The name itself, and what its aliases lead to; the last one answers. */
  readonly links: readonly Link[];
  /** The policy that answers; `undefined`: the zone's own data, the same for everyone. */
  readonly policy: string | undefined;
  readonly location: LocationLike | undefined;
  readonly decision: Decision | undefined;
}

/**
 * Says which answer a client gets and why, by the functions that the answering thread runs.
 *
 * @param circumstances - health left out: everything is up.
 * @throws WireError for a bad name, SteeringError for a bad client, Error for an unknown type, ZoneError where an image can't be made.
 */
export function explain(
  served: ZoneImages & { readonly policies: ReadonlyMap<string, Policy> },
  { name: nameText, type: typeName, client }: ExplainQuestion,
  { locator, health, seed = 0 }: { health?: HealthView; locator: Locator; seed?: number },
): Explanation {
  const name = lowerCaseName(parseName(nameText));
  const type = typeName.toUpperCase();
  const qtype = typeCode(type);
  if (qtype === undefined) throw new Error(`found type ${JSON.stringify(typeName)}, expected a mnemonic such as A, or TYPE65280`);
  const subnet = parseClientSubnet(client);
  const links = followLinks(served, name, qtype);
  const question = { name: formatName(name), type, client, links };
  const steered = links.at(-1)!.steered;
  if (steered === undefined) return { ...question, policy: undefined, location: undefined, decision: undefined };
  const policy = served.policies.get(steered.policy)!;
  const family = steered.type === 'AAAA' ? 'AAAA' : 'A';
  return {
    ...question,
    policy: policy.name,
    location: locator.locate(subnet.address.subarray(0, subnet.family === 4 ? 4 : 16)),
    decision: policy.decide({ client: subnet, type: family }, { locator, seed, now: Date.now(), ...(health && { health }) }),
  };
}
