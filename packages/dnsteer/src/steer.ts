import { CHOSEN, type ChoiceStatus, DynamicChoice, ERROR, NODATA, PreparedRdatas } from '@dnsteer/authority';
import type { Context, Exchange } from '@dnsteer/router';
import {
  Choice,
  type ClientSubnet,
  type Decision,
  type FeedView,
  CHOSEN as HAS_CHOSEN,
  type HealthView,
  type Locator,
  type Policy,
  seededDraws,
  seededRandom,
} from '@dnsteer/steering';
import { checkRdata, EDE, formatName, parseRdata, RCODE, rdataTokens, TYPE, typeCode, typeText } from '@dnsteer/wire';
import { decodeRdata } from '@dnsteer/wire/records';
import type { DynamicSource } from './dynamic-source.ts';
import { DnsteerError } from './errors.ts';
import { allDownField, count, ownCounts } from './policy-counters.ts';
import { ServiceRdata } from './service-rdata.ts';
import { SharedDraws } from './shared-draws.ts';

/** What a policy looks at beside the client. */
export interface SteerOptions {
  /** Default: everything is up. */
  health?: HealthView;
  /** Figures from outside, such as loads, numbered as the policy was told by `feedSlotOf`. Default: there are none. */
  feeds?: FeedView;
  /** Default: the country database that ships with @dnsteer/geo. */
  locator?: Locator;
}

/** A policy at an owner name; made by {@link steer}. */
export interface SteeredHandler {
  (c: Context): void;
  readonly source: SteeredSource;
}

/** RFC 2181 8. */
const MAX_TTL = 2 ** 31 - 1;

/** A decision that was taken down for who is told why. */
export class ToldDecision {
  /** The name that was answered, with its final dot: behind aliases, another than was asked for. */
  readonly name: string;
  /** That was asked for. */
  readonly type: string;
  readonly policy: Policy;
  /** What `explain` draws the same with. */
  readonly seed: number;
  readonly decision: Decision;

  constructor({ name, type, policy, seed, decision }: ToldDecision) {
    this.name = name;
    this.type = type;
    this.policy = policy;
    this.seed = seed;
    this.decision = decision;
  }
}

const ALL_UP: HealthView = { revision: () => 0, isUp: () => true, ttlCapSeconds: () => Number.POSITIVE_INFINITY };
const NOWHERE: Locator = { generation: () => 0, locate: () => ({ prefixLength: 0 }) };

/** Answers an owner from a policy: addresses, aliases, and other records that endpoints have. */
export class SteeredSource implements DynamicSource {
  readonly policy: Policy;
  readonly #counts: Float64Array;
  readonly #allDownField: number;
  readonly #fails: boolean;
  readonly #hasAliases: boolean;
  /** By type: as `policy.choose` knows it. */
  readonly #kinds: ReadonlyMap<number, number>;
  readonly #aliasKind: number;
  /** By type: HTTPS, SVCB. */
  readonly #services: ReadonlyMap<number, ServiceRdata>;
  readonly #choice = new Choice();
  /** Of AAAA, where A is in the other. */
  readonly #choice6 = new Choice();
  readonly #rdatas: Uint8Array[] = [];
  readonly #random: () => number;
  /** Of queries that take more than one decision. */
  readonly #draws: SharedDraws;
  /** Of such a query, where somebody wants to know why; -1: of another. */
  #seed = -1;
  readonly #environment: {
    readonly health: HealthView;
    readonly feeds: FeedView | undefined;
    locator: Locator;
    nowMs: number;
    random: () => number;
    qname: Uint8Array | undefined;
  };

  /**
   * @param counts - a row of PolicyCounters.
   * @throws DnsteerError ERR_DNSTEER_OPTION for records that are no RDATA.
   */
  constructor(policy: Policy, options: SteerOptions, random: () => number, counts = ownCounts()) {
    const types = policy.types();
    checkRecords(policy, types);
    this.policy = policy;
    this.#counts = counts;
    this.#allDownField = allDownField(policy.allDown);
    this.#fails = policy.allDown === 'servfail';
    this.#hasAliases = types.includes('CNAME');
    this.#kinds = new Map(types.map((type) => [typeCode(type)!, policy.kindOf(type)]));
    this.#aliasKind = policy.kindOf('CNAME');
    this.#services = new Map(
      Array.from(policy.services, ([type, rdata]) => [typeCode(type)!, new ServiceRdata(rdata, `policy ${policy.name}, services.${type}`)]),
    );
    this.#random = random;
    this.#draws = new SharedDraws(random);
    const { health = ALL_UP, feeds, locator = NOWHERE } = options;
    this.#environment = { health, feeds, locator, nowMs: 0, random, qname: undefined };
  }

  /** Whether nobody has said where clients are. */
  get needsLocator(): boolean {
    return this.#environment.locator === NOWHERE;
  }

  set locator(locator: Locator) {
    this.#environment.locator = locator;
  }

  choose(type: number, exchange: Exchange, out: DynamicChoice): ChoiceStatus {
    const environment = this.#environment;
    environment.nowMs = exchange.nowSeconds * 1000;
    environment.qname = exchange.sname.octets;
    const client = this.policy.prefersSource ? exchange.source : exchange.client;
    if (this.#hasAliases && exchange.qtype === TYPE.ANY) return this.#chooseAny(client, exchange, out);
    // The dynamic type of an owner that may be an alias is CNAME, whatever QTYPE is.
    return this.#chooseType(this.#hasAliases && type === TYPE.CNAME ? exchange.qtype : type, client, exchange, out);
  }

  #chooseType(asked: number, client: ClientSubnet, exchange: Exchange, out: DynamicChoice): ChoiceStatus {
    const choice = this.#choice;
    const service = this.#services.get(asked);
    if (service !== undefined) return this.#serve(service, client, asked, exchange, out);
    this.#decide(client, this.#kinds.get(asked) ?? this.#aliasKind, exchange, choice);
    out.ttlSeconds = choice.ttlSeconds;
    if (choice.status !== HAS_CHOSEN) {
      if (this.#hasAliases) out.typesNow = typesNow(this.policy, asked);
      return this.#fails && choice.allDown ? failed(out) : NODATA;
    }
    out.type = choice.isAlias ? TYPE.CNAME : asked;
    out.scopePrefix = choice.ecsScope;
    const { remembered } = choice;
    if (remembered !== undefined) {
      out.prepared = (remembered.attachment ??= new PreparedRdatas(choice.addresses.slice(0, choice.addressCount))) as PreparedRdatas;
      return CHOSEN;
    }
    const rdatas = this.#rdatas;
    for (let i = 0; i < choice.addressCount; i++) rdatas[i] = choice.addresses[i]!;
    if (rdatas.length > choice.addressCount) rdatas.length = choice.addressCount;
    out.rdatas = rdatas;
    return CHOSEN;
  }

  /** ANY of an owner that may be an alias gets that, or the first type that whoever was chosen has (RFC 8482 4.1). */
  #chooseAny(client: ClientSubnet, exchange: Exchange, out: DynamicChoice): ChoiceStatus {
    let status: ChoiceStatus = NODATA;
    this.#shareDraws(exchange);
    for (const type of this.#kinds.keys()) {
      this.#draws.restart();
      status = this.#chooseType(type, client, exchange, out);
      if (status !== NODATA) break;
    }
    this.#endShare();
    return status;
  }

  /** Answers with the hints that A and AAAA would be, each as it would be answered now. */
  #serve(service: ServiceRdata, client: ClientSubnet, type: number, exchange: Exchange, out: DynamicChoice): ChoiceStatus {
    const [choice, choice6] = [this.#choice, this.#choice6];
    // Where endpoints have both families, the same draws lead to the same endpoint.
    this.#shareDraws(exchange);
    this.#decide(client, 4, exchange, choice);
    this.#draws.restart();
    this.#decide(client, 6, exchange, choice6);
    this.#endShare();
    // A family that no endpoint has will not have one soon.
    const [ttl4, ttl6] = [this.#kinds.has(TYPE.A) ? choice.ttlSeconds : MAX_TTL, this.#kinds.has(TYPE.AAAA) ? choice6.ttlSeconds : MAX_TTL];
    out.ttlSeconds = Math.min(ttl4, ttl6);
    // Then it is for both families.
    if (choice.isAlias) {
      out.type = TYPE.CNAME;
      out.scopePrefix = choice.ecsScope;
      out.rdatas.push(choice.addresses[0]!);
      return CHOSEN;
    }
    if (choice.addressCount + choice6.addressCount === 0) {
      if (this.#hasAliases) out.typesNow = typesNow(this.policy, type);
      return this.#fails && (choice.allDown || choice6.allDown) ? failed(out) : NODATA;
    }
    out.type = type;
    out.scopePrefix = Math.max(choice.ecsScope, choice6.ecsScope);
    out.prepared = service.of(choice, choice6);
    return CHOSEN;
  }

  /** All decisions until `#endShare` draw the same, each from the start. */
  #shareDraws({ reasons }: Exchange): void {
    if (reasons !== undefined) this.#seed = this.#newSeed();
    this.#draws.begin();
    this.#environment.random = this.#draws.next;
  }

  #endShare(): void {
    this.#seed = -1;
    this.#environment.random = this.#random;
  }

  /** As many values as --seed takes. */
  #newSeed(): number {
    return (this.#random() >>> 0) % 1_000_000_000;
  }

  /** Chooses; where somebody wants to know, with a draw of its own that can be repeated, and takes down why. */
  #decide(client: ClientSubnet, kind: number, exchange: Exchange, choice: Choice): void {
    const { policy } = this;
    const environment = this.#environment;
    if (exchange.reasons === undefined) {
      policy.choose(client, kind, environment, choice);
      count(this.#counts, choice.allDown, this.#allDownField);
      return;
    }
    const seed = this.#seed < 0 ? this.#newSeed() : this.#seed;
    exchange.reasons.push(this.#told(kind, exchange, seed));
    policy.choose(client, kind, { ...environment, random: seededRandom(seed) }, choice);
  }

  #told(kind: number, { client, source, sname }: Exchange, seed: number): ToldDecision {
    const { policy } = this;
    const { health, feeds, locator, nowMs } = this.#environment;
    const name = formatName(sname.octets);
    // Of addresses, even where no endpoint has any: an HTTPS record asks for both.
    const type = ['A', 'AAAA', ...policy.types()].find((own) => policy.kindOf(own) === kind)!;
    const circumstances = { health, ...(feeds && { feeds }), locator, now: nowMs, seed };
    return new ToldDecision({ name, type, policy, seed, decision: policy.decide({ client, source, type, name }, circumstances) });
  }
}

/** Of an owner that is no alias now: what else it has than the type that it lacks. */
function typesNow(policy: Policy, lacking: number): number[] {
  return [...policy.types(), ...policy.services.keys()]
    .map((type) => typeCode(type)!)
    .filter((type) => type !== TYPE.CNAME && type !== lacking);
}

function checkRecords(policy: Policy, types: readonly string[]): void {
  for (const type of types) {
    const code = typeCode(type);
    const wrong =
      code === undefined
        ? 'no known type'
        : policy.records(type).every((rdata) => checkRdata(code, rdata, 0, rdata.length))
          ? ''
          : 'not in wire form';
    if (wrong !== '')
      throw new DnsteerError(
        'ERR_DNSTEER_OPTION',
        `policy ${policy.name}: records of ${type} are ${wrong}: expected a type such as TXT, and rdataOf of dnsteer among the options of definePolicy`,
      );
  }
}

/** RDATA in text, for `definePolicy`: what endpoints have in `records`. Names are absolute. @throws WireError, Error for a type that is not known. */
export function rdataOf(type: string, text: string): Uint8Array {
  const code = typeCode(type);
  if (code === undefined) throw new Error(`found type ${JSON.stringify(type)}, expected a mnemonic such as TXT, or TYPE65280`);
  return parseRdata(code, rdataTokens(text));
}

/** Resolvers ask another server, or serve what they have (RFC 8767), and don't keep it as long as a denial. */
function failed(out: DynamicChoice): ChoiceStatus {
  out.rcode = RCODE.SERVFAIL;
  out.extendedErrorCode = EDE.OTHER;
  out.extendedErrorText = 'every endpoint is down';
  return ERROR;
}

/**
 * Has a policy answer: `app.on('www.example.com', ['A', 'AAAA'], steer(www))`.
 *
 * @param policy - of `definePolicy`. A policy holds scratch space: give it to one app only.
 */
export function steer(policy: Policy, options: SteerOptions = {}): SteeredHandler {
  const source = new SteeredSource(policy, options, randomDraws());
  return Object.assign((c: Context) => answerFrom(source, c), { source });
}

/** Outside a zone, or under a pattern, a policy answers as a handler does. */
function answerFrom(source: SteeredSource, c: Context): void {
  const choice = new DynamicChoice();
  const owned = source.policy.ownerTypes();
  for (const own of c.type === 'ANY' ? owned : owned.filter((type) => type === 'CNAME' || type === c.type)) {
    choice.reset();
    const type = typeCode(own)!;
    const status = source.choose(type, c.exchange, choice);
    if (status === ERROR) {
      c.res.rcode = choice.rcode;
      c.res.extendedError = { code: choice.extendedErrorCode, text: choice.extendedErrorText };
      break;
    }
    if (status !== CHOSEN) continue;
    const chosen = choice.type === 0 ? type : choice.type;
    for (const rdata of choice.prepared?.rdatas ?? choice.rdatas)
      c.answer({ type: typeText(chosen), ttl: choice.ttlSeconds, data: decodeRdata(chosen, rdata) } as Parameters<Context['answer']>[0]);
    c.res.ecsScope = Math.max(c.res.ecsScope ?? 0, choice.scopePrefix);
  }
  // Nothing for this client or type is NODATA, and not a name of nobody's.
  c.res.send();
}

/** Draws for shares of traffic, another row of them in every thread and after every start. */
export function randomDraws(): () => number {
  return seededDraws(crypto.getRandomValues(new Uint32Array(1))[0]!);
}
