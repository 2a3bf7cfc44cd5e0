import { CHOSEN, type ChoiceStatus, type DynamicChoice, ERROR, NODATA, type RRsetChooser, zoneAnswerer } from '@dnsteer/authority';
import { type Answerer, type AnswerStatus, DnsApp, type Exchange, NEXT_LINK } from '@dnsteer/router';
import type { Decision, FeedView, Figures, HealthView, LocationLike, Locator, Policy } from '@dnsteer/steering';
import { EDE, formatName, formatRdata, isSubdomain, parseName, TYPE, typeCode, typeText } from '@dnsteer/wire';
import { encodeRdata, type Message } from '@dnsteer/wire/records';
import type { ZoneImage } from '@dnsteer/zone';
import { rdataOf } from 'dnsteer';
import { ALIAS_MAX_TTL_SECONDS, type ZonePlan } from '../control/zone-plan.ts';
import type { HealthStates } from './health-file.ts';
import type { LocatedBy, LocationSources } from './location-source.ts';
import { scopePrefix } from './record-text.ts';

/** Zones, where the image of each of them lies, and the policies that their steered owners name. */
export interface ServedZones {
  readonly zones: readonly ZonePlan[];
  /** Called for the zones that the question comes to. */
  readonly imageOf: (plan: ZonePlan) => ZoneImage;
  readonly policies: ReadonlyMap<string, Policy>;
  /** What resolvers said of the target of an alias; `undefined`: nothing. Left out: nobody has asked them. */
  readonly resolved?: (target: string, family: 4 | 6) => ResolvedTarget | undefined;
  /** Whose ECS counts; everybody's when left out. */
  readonly clientSubnet?: 'all' | 'none' | readonly string[];
}

export interface ResolvedTarget {
  readonly addresses: readonly string[];
  /** ISO 8601. */
  readonly at: string;
}

/** What policies look at beside the client. */
export interface Circumstances {
  readonly locator: Locator;
  /** Which files say so; left out: that is not known. */
  readonly sourcesOf?: LocationSources;
  /** Left out: everything is up. */
  readonly health?: HealthView | HealthStates;
  /** Left out: no figure has come. */
  readonly feeds?: FeedView | Figures;
  readonly seed: number;
  /** Seconds since 1970; left out: now. */
  readonly nowSeconds?: number | undefined;
}

/** What a policy said of one type. */
export interface PolicyChoice {
  readonly policy: string;
  readonly type: string;
  readonly location: LocationLike;
  readonly locatedBy: readonly LocatedBy[];
  readonly decision: Decision;
}

/** One name of a chain, as the answerer of its zone came by it. */
export interface ObservedLink {
  /** Final dot, lower case. */
  readonly name: string;
  readonly zone: string;
  /** In the order in which they were asked for: ANY asks for one type after the other until there is something. */
  readonly choices: PolicyChoice[];
  /** The name whose addresses it has, and when resolvers were asked for it, if it is not ours. */
  aliasOf?: { readonly target: string; readonly resolvedAt?: string };
  /** The name that comes next. `undefined`: the chain ends here. */
  target: string | undefined;
}

export interface ObservedAnswer {
  /** In the order of the chain; empty: no zone was asked. */
  readonly links: readonly ObservedLink[];
  /** The response, as a client gets it over TCP. */
  readonly message: Message;
}

/**
 * Asks the answerers that the workers have, over the router that they have, and notes which names the answer came by and what policies said.
 *
 * @param name - with its final dot.
 * @param type - mnemonic or TYPE65280.
 * @param client - prefix in text, sent as ECS. One of length 0 says nothing of the client: the answer is for the source then.
 * @param source - the address that the query comes from; left out: 127.0.0.1.
 * @throws (rejects) what `imageOf` throws.
 */
export async function observeAnswer(
  served: ServedZones,
  { name, type, client, source }: { name: string; type: string; client: string; source?: string | undefined },
  circumstances: Circumstances,
  depth = 0,
): Promise<ObservedAnswer> {
  const links: ObservedLink[] = [];
  const failures: unknown[] = [];
  const { clientSubnet = 'all' } = served;
  const { nowSeconds } = circumstances;
  const app = new DnsApp({
    clientSubnet,
    report: ({ error, message }) => failures.push(error ?? new Error(message)),
    ...(nowSeconds !== undefined && { nowSeconds: () => nowSeconds }),
  });
  const ask = (target: string, own: string) => observeAnswer(served, { name: target, type: own, client, source }, circumstances, depth + 1);
  for (const plan of served.zones) app.mount(new ObservedZone(plan, served, circumstances, links, depth < MOST_ALIASES ? ask : undefined));
  const message = await app.query(name, type, { client, transport: 'tcp', ...(source !== undefined && { source }) });
  if (failures.length > 0) throw failures[0];
  return { links, message };
}

/** As many as a worker follows. */
const MOST_ALIASES = 4;

/** Asks for the target of an alias. */
type Ask = (target: string, type: string) => Promise<ObservedAnswer>;

/** The answerer of a zone, made when the first question comes to it. */
class ObservedZone implements Answerer {
  readonly apex: Uint8Array;
  readonly #plan: ZonePlan;
  readonly #served: ServedZones;
  readonly #chooser: RRsetChooser;
  readonly #links: ObservedLink[];
  #answerer: Answerer | undefined;

  /** @param ask - `undefined`: aliases have led to aliases for too long. */
  constructor(plan: ZonePlan, served: ServedZones, circumstances: Circumstances, links: ObservedLink[], ask: Ask | undefined) {
    this.apex = plan.apex;
    this.#plan = plan;
    this.#served = served;
    this.#chooser = {
      choose: (dynamicId, type, exchange, out) => {
        const alias = plan.aliases[dynamicId - plan.steered.length];
        if (alias !== undefined) return chooseAlias(formatName(alias.target), type, served, links.at(-1)!, ask, out);
        const policy = served.policies.get(plan.steered[dynamicId]!.policy)!;
        return choose(policy, type, exchange, circumstances, links.at(-1)!.choices, out);
      },
    };
    this.#links = links;
  }

  answer(exchange: Exchange): AnswerStatus | Promise<AnswerStatus> {
    const link: ObservedLink = { name: nameOf(exchange), zone: formatName(this.apex), choices: [], target: undefined };
    this.#links.push(link);
    // Nobody asks with DO here, so nothing is signed.
    const sign = { sign: () => [] };
    this.#answerer ??= zoneAnswerer(this.#served.imageOf(this.#plan), { dynamic: this.#chooser, sign });
    const done = (status: AnswerStatus) => {
      if (status === NEXT_LINK) link.target = nameOf(exchange);
      return status;
    };
    const status = this.#answerer.answer(exchange);
    return typeof status === 'number' ? done(status) : status.then(done);
  }
}

/** As a worker's sources of aliases do it. */
function chooseAlias(
  target: string,
  type: number,
  { resolved, zones }: ServedZones,
  link: ObservedLink,
  ask: Ask | undefined,
  out: DynamicChoice,
): ChoiceStatus | Promise<ChoiceStatus> {
  link.aliasOf = { target };
  const fail = (text: string): ChoiceStatus => {
    out.extendedErrorCode = EDE.OTHER;
    out.extendedErrorText = text;
    return ERROR;
  };
  if (!zones.some(({ apex }) => isSubdomain(parseName(target), apex))) {
    const known = resolved?.(target, type === TYPE.AAAA ? 6 : 4);
    if (known === undefined)
      return fail(
        resolved === undefined ? 'what the alias leads to is known to the running server alone (--live)' : 'the alias is not resolved yet',
      );
    link.aliasOf = { target, resolvedAt: known.at };
    for (const address of known.addresses) out.rdatas.push(encodeRdata(type, address));
    return known.addresses.length === 0 ? NODATA : CHOSEN;
  }
  if (ask === undefined) return fail('aliases lead on and on');
  return ask(target, typeText(type)).then(({ links, message }): ChoiceStatus => {
    link.choices.push(...links.flatMap(({ choices }) => choices));
    if (message.rcode !== 'NOERROR') return fail(`the alias leads to ${message.rcode}`);
    const wanted = message.answers.filter((record) => typeCode(record.type) === type);
    out.ttlSeconds = Math.min(ALIAS_MAX_TTL_SECONDS, ...message.answers.map(({ ttl }) => ttl ?? 0));
    out.scopePrefix = scopePrefix(message) ?? 0;
    for (const { data } of wanted) out.rdatas.push(encodeRdata(type, data));
    return wanted.length === 0 ? NODATA : CHOSEN;
  });
}

function nameOf({ sname }: Exchange): string {
  return formatName(sname.octets);
}

/** As a worker's source of RRsets does it, with the policy's reasons kept. */
function choose(
  policy: Policy,
  dynamicType: number,
  exchange: Exchange,
  circumstances: Circumstances,
  choices: PolicyChoice[],
  out: DynamicChoice,
): ChoiceStatus {
  let status: ChoiceStatus = NODATA;
  for (const type of askedTypes(policy, dynamicType, exchange.qtype)) {
    status = chooseType(policy, type, exchange, circumstances, choices, out);
    if (status !== NODATA) break;
  }
  return status;
}

function chooseType(
  policy: Policy,
  type: string,
  exchange: Exchange,
  { locator, sourcesOf, health, feeds, seed }: Circumstances,
  choices: PolicyChoice[],
  out: DynamicChoice,
): ChoiceStatus {
  const { nowSeconds, sname, source } = exchange;
  const client = policy.prefersSource ? source : exchange.client;
  const decide = (own: string) =>
    policy.decide(
      { client, type: own, name: formatName(sname.octets) },
      { locator, seed, now: nowSeconds * 1000, ...(health && { health }), ...(feeds && { feeds }) },
    );
  const rdata = policy.services.get(type);
  const decision = rdata === undefined ? decide(type) : serviceDecision(type, rdata, [decide('A'), decide('AAAA')]);
  const address = client.address.subarray(0, client.family === 4 ? 4 : 16);
  choices.push({
    policy: policy.name,
    type,
    location: locator.locate(address),
    locatedBy: sourcesOf?.(address) ?? [],
    decision,
  });
  out.ttlSeconds = decision.ttl;
  if (decision.status === 'none') {
    if (policy.allDown !== 'servfail' || !decision.allDown) return NODATA;
    out.extendedErrorCode = EDE.OTHER;
    out.extendedErrorText = 'every endpoint is down';
    return ERROR;
  }
  out.type = typeCode(decision.type)!;
  for (const text of decision.answers) out.rdatas.push(rdataOf(decision.type, text));
  out.scopePrefix = decision.ecsScope;
  return CHOSEN;
}

/** HTTPS or SVCB by the decisions for A and AAAA, whose addresses are its hints; their steps follow each other. */
function serviceDecision(type: string, rdata: Uint8Array, [ipv4, ipv6]: [ipv4: Decision, ipv6: Decision]): Decision {
  // Then it is for both.
  if (ipv4.type === 'CNAME') return ipv4;
  const both = [
    { own: ipv4, type: 'A', hint: 'ipv4hint' },
    { own: ipv6, type: 'AAAA', hint: 'ipv6hint' },
  ];
  const chosen = both.filter(({ own }) => own.status === 'chosen');
  const [first = ipv4, second = first] = chosen.map(({ own }) => own);
  const shorter = second.ttl < first.ttl ? second : first;
  const narrower = second.ecsScope > first.ecsScope ? second : first;
  const hints = chosen.map(({ own, hint }) => `${hint}=${own.answers.join(',')}`);
  return {
    ...first,
    type,
    answers: chosen.length === 0 ? [] : [[formatRdata(typeCode(type)!, rdata), ...hints].join(' ')],
    endpoints: [...new Set(chosen.flatMap(({ own }) => own.endpoints))],
    ttl: shorter.ttl,
    ttlReason: shorter.ttlReason,
    ecsScope: narrower.ecsScope,
    ecsScopeReason: narrower.ecsScopeReason,
    allDown: ipv4.allDown || ipv6.allDown,
    trace: both.flatMap(({ own, type: of }) => own.trace.map((step) => ({ ...step, filter: `${of}/${step.filter}` }))),
  };
}

/** Who may be an alias has the dynamic type CNAME, whatever QTYPE is; ANY gets the first type that whoever was chosen has. */
function askedTypes(policy: Policy, dynamicType: number, qtype: number): string[] {
  if (dynamicType !== TYPE.CNAME) return [typeText(dynamicType)];
  if (qtype === TYPE.ANY) return policy.types();
  const type = typeText(qtype);
  return [policy.types().includes(type) || policy.services.has(type) ? type : 'CNAME'];
}
