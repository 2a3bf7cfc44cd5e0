import { type Decision, type Endpoint, type LocationLike, type Pool, parseClientSubnet } from '@dnsteer/steering';
import { formatName, lowerCaseName, parseName, typeCode } from '@dnsteer/wire';
import type { PolicyCounts } from 'dnsteer';
import { type Link, linksOf } from './links.ts';
import type { LocatedBy } from './location-source.ts';
import { type Circumstances, observeAnswer, type PolicyChoice, type ServedZones } from './observed-answer.ts';
import { type ExtendedError, extendedErrors, recordText, scopePrefix } from './record-text.ts';

export interface ExplainQuestion {
  readonly name: string;
  readonly type: string;
  /** A subnet, or an address. */
  readonly client: string;
  /** The address that the query comes from, of a resolver for instance: then its ECS counts only as `clientSubnet` has it. Left out: the client's own. */
  readonly source?: string | undefined;
}

/** What the client gets. */
export interface Answer {
  /** Mnemonic. */
  readonly rcode: string;
  /** Of the answer section: `NAME TTL TYPE RDATA`. */
  readonly records: readonly string[];
  /** SCOPE PREFIX-LENGTH, bits (RFC 7871 6). */
  readonly scopePrefix: number;
  readonly extendedErrors: readonly ExtendedError[];
}

/** Why a policy answers as it does. */
export interface ExplainedDecision extends Decision {
  /** Of each address of `answers` the endpoint, `pool/endpoint`. */
  readonly answerEndpoints: readonly string[];
}

export interface Explanation {
  /** Final dot, lower case. */
  readonly name: string;
  readonly type: string;
  readonly client: string;
  /** The name itself, and what its aliases lead to; the last one answers. */
  readonly links: readonly Link[];
  readonly answer: Answer;
  /** Whether the last zone is signed here; the signatures are not among the records. */
  readonly isSigned: boolean;
  /** The policy that answers; `undefined`: the zone's own data, the same for everyone. */
  readonly policy: string | undefined;
  /** Where the policies took the client to be; `undefined` where none was asked. */
  readonly location: LocationLike | undefined;
  /** The files that say so. */
  readonly locatedBy: readonly LocatedBy[];
  /** What was drawn with. */
  readonly seed: number;
  readonly decision: ExplainedDecision | undefined;
  /** What that policy did since it runs; of a running server. */
  readonly counts?: PolicyCounts;
  /** What ANY was denied before: of a type each. */
  readonly denied: readonly Pick<PolicyChoice, 'policy' | 'type' | 'decision'>[];
}

/**
 * Says which answer a client gets and why: it asks what the workers ask, and takes down the reasons.
 *
 * @throws (rejects) WireError for a bad name, SteeringError or RouterError for a bad client, Error for an unknown type, ZoneError where an image can't be
 * made.
 */
export async function explain(
  served: ServedZones & { readonly pools: readonly Pool[] },
  { name: nameText, type: typeName, client, source }: ExplainQuestion,
  circumstances: Omit<Circumstances, 'seed'> & { readonly seed?: number },
): Promise<Explanation> {
  const { seed = 0 } = circumstances;
  const name = formatName(lowerCaseName(parseName(nameText)));
  const type = typeName.toUpperCase();
  const qtype = typeCode(type);
  if (qtype === undefined) throw new Error(`found type ${JSON.stringify(typeName)}, expected a mnemonic such as A, or TYPE65280`);
  const { prefixLength } = parseClientSubnet(client);
  const prefix = client.includes('/') ? client : `${client}/${prefixLength}`;
  // Who says nothing of itself is asked for from nowhere in particular.
  const ownAddress = prefixLength === 0 ? undefined : client.split('/')[0];
  const observed = await observeAnswer(
    source === undefined ? { ...served, clientSubnet: 'all' } : served,
    { name, type, client: prefix, source: source ?? ownAddress },
    { ...circumstances, seed },
  );
  const { message } = observed;
  const links = linksOf(observed, name, qtype);
  // A policy that chose an alias has decided, whatever that leads to.
  const decided = observed.links.findLast(
    ({ choices: own }, i) => own.length > 0 && (i === observed.links.length - 1 || links[i]?.found === 'alias'),
  );
  const choices = decided?.choices ?? [];
  const last = links.at(-1)!.found;
  const choice = last === 'steered' || links[observed.links.indexOf(decided!)]?.found === 'alias' ? choices.at(-1) : undefined;
  return {
    name,
    type,
    client,
    links,
    answer: {
      rcode: message.rcode,
      records: message.answers.map(recordText),
      scopePrefix: scopePrefix(message) ?? 0,
      extendedErrors: extendedErrors(message),
    },
    isSigned: served.zones.some(({ apex, dnssec }) => dnssec !== undefined && formatName(apex) === links.at(-1)!.zone),
    policy: choice?.policy,
    location: choices[0]?.location,
    locatedBy: choices[0]?.locatedBy ?? [],
    seed,
    decision: choice && { ...choice.decision, answerEndpoints: answerEndpoints(choice.decision, served.pools) },
    denied: choices.filter((other) => other !== choice).map(({ policy, type: own, decision }) => ({ policy, type: own, decision })),
  };
}

/** An endpoint may have many addresses, so the two lists of a decision are not of one length; a record with hints is of all. */
function answerEndpoints({ answers, endpoints, type }: Decision, pools: readonly Pool[]): string[] {
  const answersOf = ({ addresses = [], cname, records = {} }: Endpoint) =>
    type === 'CNAME' ? [cname] : type === 'A' || type === 'AAAA' ? addresses : (records[type] ?? []);
  const all = pools.flatMap((pool) =>
    pool.endpoints.map((endpoint) => ({ id: `${pool.name}/${endpoint.name}`, own: answersOf(endpoint) })),
  );
  const chosen = endpoints.map((id) => all.find((endpoint) => endpoint.id === id)!);
  return answers.map((answer) => chosen.find(({ own }) => own.includes(answer))?.id ?? endpoints.join(' '));
}
