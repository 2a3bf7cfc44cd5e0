import { CHOSEN, Choice } from './choice.ts';
import { type ClientSubnet, formatSubnet, parseClientSubnet } from './client.ts';
import type { Environment, FeedView, HealthView, LocationLike, Locator } from './environment.ts';
import { SteeringError } from './errors.ts';
import { type Figures, feedView } from './given-figures.ts';
import { parseName } from './name.ts';
import type { Policy } from './policy.ts';
import { seededRandom } from './random.ts';
import type { Roster } from './roster.ts';
import { Trace, type TraceStep } from './trace.ts';

export interface Question {
  /** A subnet in text (`81.2.69.0/24`), an address, or what `parseClientSubnet` gave. */
  client: string | ClientSubnet;
  /** The address that the query came from; a policy that prefers it (`client.prefer`) takes it instead of `client`. */
  source?: string | ClientSubnet;
  /** `A`, `AAAA`, or one that endpoints have records of. */
  type: string;
  /** The name that is asked for: `www.example.com`. */
  name?: string;
}

/** What is so, for one decision. What is left out: all up and stable, nothing known of the client's place, time 0, seed 0. */
export interface Circumstances {
  /** By pool (`eu`) or endpoint (`eu/fra1`, which wins); or a live view. */
  health?: Readonly<Record<string, 'up' | 'down'>> | HealthView;
  /** Figures by feed, then by pool (`eu`), endpoint (`eu/fra1`) or, for a pool, network of the client (`192.0.2.0/24 eu`), come just now; or a live view. */
  feeds?: Figures | FeedView;
  /** Looks the client up; `locate` is the short way for tests. */
  locator?: Locator;
  /** Facts about this client. They hold for its whole subnet, unless a `prefixLength` says otherwise. */
  locate?: Partial<LocationLike>;
  /** Milliseconds. */
  now?: number;
  seed?: number;
}

/** By whom it was steered. */
export interface DecisionClient {
  /** `81.2.69.0/24`. */
  subnet: string;
  from: 'ecs' | 'source';
  reason: string;
}

export interface Decision {
  client: DecisionClient;
  status: 'chosen' | 'none';
  /** Of the answers: the type that was asked for, or CNAME where an alias stands for it. */
  type: string;
  /** Addresses, or RDATA, as written in the pools, best first. */
  answers: string[];
  /** Ids `pool/endpoint`, best first. */
  endpoints: string[];
  /** Seconds. */
  ttl: number;
  ttlReason: string;
  ecsScope: number;
  ecsScopeReason: string;
  allDown: boolean;
  trace: TraceStep[];
}

export function decide(
  policy: Policy,
  roster: Roster,
  knownPools: ReadonlySet<string>,
  question: Question,
  circumstances: Circumstances,
): Decision {
  const { type } = question;
  const kind = policy.kindOf(type);
  if (kind < 0)
    throw new SteeringError('ERR_STEERING_TYPE', { kind: 'argument', name: 'type' }, [], type, `one of ${roster.types.join(', ')}`);
  const client = clientOf(policy, question);
  const random = seededRandom(circumstances.seed ?? 0);
  const trace = new Trace();
  const environment: Environment = {
    health: healthView(circumstances.health, policy, knownPools),
    locator: locatorOf(circumstances, client),
    nowMs: circumstances.now ?? 0,
    feeds: feedView(circumstances.feeds, policy, circumstances.now ?? 0),
    random: () => {
      const draw = random();
      trace.drawn.push(draw / 2 ** 32);
      return draw;
    },
    qname: question.name === undefined ? undefined : parseName(question.name),
  };
  const choice = new Choice();
  policy.choose(client, kind, environment, choice, trace);
  return {
    client: describeClient(policy, client),
    status: choice.status === CHOSEN ? 'chosen' : 'none',
    type: choice.isAlias ? 'CNAME' : type,
    answers: choice.addresses.slice(0, choice.addressCount).map((octets) => roster.texts.get(octets)!),
    endpoints: Array.from(choice.endpoints.subarray(0, choice.endpointCount), (endpoint) => roster.ids[endpoint]!),
    ttl: choice.ttlSeconds,
    ttlReason: trace.ttlReason,
    ecsScope: choice.ecsScope,
    ecsScopeReason: trace.scopeReason,
    allDown: choice.allDown,
    trace: trace.steps,
  };
}

function clientOf({ prefersSource }: Policy, { client, source }: Question): ClientSubnet {
  const read = (own: string | ClientSubnet, fromEcs: boolean) => (typeof own === 'string' ? parseClientSubnet(own, fromEcs) : own);
  return prefersSource ? { ...read(source ?? client, false), fromEcs: false } : read(client, true);
}

function describeClient({ prefersSource }: Policy, { address, family, prefixLength, fromEcs }: ClientSubnet): DecisionClient {
  const subnet = formatSubnet(address, family, prefixLength);
  if (fromEcs) return { subnet, from: 'ecs', reason: 'the query named it (ECS)' };
  const reason = prefersSource ? 'the policy prefers it to what a query says of its client' : 'the query named no client (ECS) that counts';
  return { subnet, from: 'source', reason: `the source address: ${reason}` };
}

function locatorOf({ locator, locate }: Circumstances, client: ClientSubnet): Locator {
  if (locator !== undefined) return locator;
  const location = locate === undefined ? { prefixLength: 0 } : { prefixLength: client.prefixLength, ...locate };
  return { locate: () => location };
}

function healthView(health: Circumstances['health'], policy: Policy, knownPools: ReadonlySet<string>): HealthView {
  if (health !== undefined && isView(health)) return health;
  const states = health ?? {};
  const ids = new Set(policy.endpoints.map(({ id }) => id));
  for (const key of Object.keys(states)) {
    const fail = (
      code: 'ERR_STEERING_UNKNOWN_POOL' | 'ERR_STEERING_UNKNOWN_ENDPOINT' | 'ERR_STEERING_TYPE',
      found: unknown,
      expected: string,
    ) => {
      throw new SteeringError(code, { kind: 'argument', name: 'health' }, [key], found, expected);
    };
    // A pool of another policy is no mistake: one set of states may serve many tests.
    const [pool] = key.split('/');
    if (!knownPools.has(pool!)) fail('ERR_STEERING_UNKNOWN_POOL', key, `one of the pools ${[...knownPools].join(', ')}`);
    const isOurs = policy.endpoints.some((endpoint) => endpoint.pool === pool);
    if (key.includes('/') && isOurs && !ids.has(key))
      fail('ERR_STEERING_UNKNOWN_ENDPOINT', key, `one of the endpoints ${[...ids].join(', ')}`);
    if (states[key] !== 'up' && states[key] !== 'down') fail('ERR_STEERING_TYPE', states[key], 'up or down');
  }
  const down = new Set(policy.endpoints.filter(({ id, pool }) => (states[id] ?? states[pool]) === 'down').map(({ slot }) => slot));
  return { isUp: (slot) => !down.has(slot), ttlCapSeconds: () => Number.POSITIVE_INFINITY };
}

function isView(health: NonNullable<Circumstances['health']>): health is HealthView {
  return typeof (health as HealthView).isUp === 'function';
}
