import type { CanaryPlan } from './canary-guard.ts';
import { CustomFilter } from './custom.ts';
import type { AllDown, PolicyDefinition, Pool } from './definition.ts';
import { type FeedSlot, type FeedSlotOf, FeedSlots } from './feed-slots.ts';
import type { Compilation, Filter } from './filter.ts';
import { FILTER_NAMES, FILTERS } from './filters/registry.ts';
import type { CentroidOf } from './location.ts';
import { MAX_TTL_SECONDS, type RdataOf, Roster, readRdata, type SlotOf } from './roster.ts';
import { Value } from './value.ts';

export interface PolicyOptions {
  /** All pools there are; those that the policy does not name are left alone. */
  readonly pools: readonly Pool[];
  /** Numbers endpoints as the health view does. Without it: 0, 1, 2 ... in the order of `policy.endpoints`. */
  readonly slotOf?: SlotOf | undefined;
  /** Numbers figures as the feed view does: those of an endpoint (`eu/fra1`), of a pool (`eu`). Without it: 0, 1, 2 ... in the order of `policy.feeds`. */
  readonly feedSlotOf?: FeedSlotOf | undefined;
  /** Makes RDATA of the `records` of endpoints: what a choice has of them. Without it: their text in UTF-8. */
  readonly rdataOf?: RdataOf | undefined;
  /** Degrees of the middle of a country, for pools and clients of which only the country is known. */
  readonly centroid?: CentroidOf | undefined;
  /** Policies that a chain can name. */
  readonly policies?: readonly PolicyDefinition[] | undefined;
}

/** All that is decided when a policy is defined, so that a query finds arrays. */
export interface CompiledPolicy {
  readonly name: string;
  readonly roster: Roster;
  /** The first so many pools of the roster are candidates; one more may follow, the pool of `allDown`. */
  readonly candidatePools: number;
  /** Pool index; -1 when `allDown` names no pool. */
  readonly fallbackPool: number;
  readonly filters: readonly Filter[];
  readonly minTtlSeconds: number;
  readonly maxTtlSeconds: number;
  readonly allDown: AllDown;
  /** ECS does not count. */
  readonly prefersSource: boolean;
  /** RDATA without hints, by type: HTTPS, SVCB. */
  readonly services: ReadonlyMap<string, Uint8Array>;
  /** What filters may ask of feeds. */
  readonly feeds: readonly FeedSlot[];
  readonly canaries: readonly CanaryPlan[];
}

type Base = Omit<Compilation, 'nextLimit' | 'chain' | 'nested' | 'policy'> & { readonly policies: ReadonlyMap<string, PolicyDefinition> };

export function compilePolicy(definition: PolicyDefinition, options: PolicyOptions): CompiledPolicy {
  const root = new Value(definition, [], { kind: 'policy', name: String(definition?.name ?? '(without a name)') });
  root.keys(['name', 'pools', 'chain', 'ttl', 'allDown', 'services', 'client']);
  const name = root.at('name').text('the name of the policy');
  const known = indexPools(options.pools, root);
  const names: string[] = [];
  for (const value of root.at('pools').filledList('pools')) {
    const pool = readKnownPool(value, known);
    if (names.includes(pool)) throw value.error('ERR_STEERING_DUPLICATE', 'each pool once');
    names.push(pool);
  }
  const poolIndex = new Map(names.map((pool, index) => [pool, index]));
  const { allDown, fallbackPool } = readAllDown(root.at('allDown'), known, names);
  const pools = names.map((pool) => [known.get(pool)!, new Value(known.get(pool), [], { kind: 'pool', name: pool })] as const);
  const roster = new Roster(pools, options.slotOf, options.centroid, options.rdataOf);
  const policies = new Map((options.policies ?? []).map((policy) => [policy.name, policy]));
  const feeds = new FeedSlots(options.feedSlotOf);
  const canaries: CanaryPlan[] = [];
  const onCanary = (plan: CanaryPlan) => void canaries.push(plan);
  const base = { roster, pools, poolIndex, centroid: options.centroid, policies, feedSlot: feeds.slotOf, onCanary };
  const filters = compileChain(root.at('chain'), base, [name]);
  const { minTtlSeconds, maxTtlSeconds } = readTtl(root.at('ttl'));
  return {
    name,
    roster,
    candidatePools: poolIndex.size,
    fallbackPool,
    filters,
    minTtlSeconds,
    maxTtlSeconds,
    allDown,
    prefersSource: readPrefersSource(root.at('client')),
    services: readServices(root.at('services'), roster, options.rdataOf),
    feeds: feeds.all,
    canaries,
  };
}

function indexPools(pools: readonly Pool[], root: Value): ReadonlyMap<string, Pool> {
  const known = new Map<string, Pool>();
  const list = new Value(pools, [], { kind: 'argument', name: `pools of ${root.owner.kind} ${root.owner.name}` });
  for (const value of list.list('pools')) {
    value.keys();
    const name = value.at('name').name('the name of a pool');
    if (known.has(name)) throw value.at('name').error('ERR_STEERING_DUPLICATE', 'a name that no other pool has');
    known.set(name, value.found as Pool);
  }
  return known;
}

function readKnownPool(value: Value, known: ReadonlyMap<string, Pool>): string {
  const name = value.text('the name of a pool');
  if (!known.has(name)) throw value.error('ERR_STEERING_UNKNOWN_POOL', `one of the pools ${[...known.keys()].join(', ')}`);
  return name;
}

/** Appends a fallback pool to `names`, unless the policy has it anyway. */
function readAllDown(value: Value, known: ReadonlyMap<string, Pool>, names: string[]): { allDown: AllDown; fallbackPool: number } {
  const { found } = value;
  if (value.isAbsent) return { allDown: 'all', fallbackPool: -1 };
  if (found === 'all' || found === 'last' || found === 'none' || found === 'servfail') return { allDown: found, fallbackPool: -1 };
  if (typeof found !== 'object') throw value.error('ERR_STEERING_TYPE', 'all, last, none, servfail or { pool: NAME }');
  value.keys(['pool']);
  const pool = readKnownPool(value.at('pool'), known);
  const listed = names.indexOf(pool);
  return { allDown: { pool }, fallbackPool: listed >= 0 ? listed : names.push(pool) - 1 };
}

function readServices(value: Value, roster: Roster, rdataOf: RdataOf | undefined): Map<string, Uint8Array> {
  const services = value.isAbsent ? [] : value.keys(['HTTPS', 'SVCB']);
  const twice = services.find((type) => roster.placeOf(type) >= 0);
  if (twice !== undefined) throw value.keyError(twice, 'ERR_STEERING_DUPLICATE', 'a type that no endpoint has records of');
  return new Map(services.map((type) => [type, readRdata(type, value.at(type), rdataOf)]));
}

function readPrefersSource(client: Value): boolean {
  if (client.isAbsent) return false;
  client.keys(['prefer']);
  const prefer = client.at('prefer');
  if (prefer.isAbsent) return false;
  if (prefer.found !== 'ecs' && prefer.found !== 'source') throw prefer.error('ERR_STEERING_TYPE', 'ecs or source');
  return prefer.found === 'source';
}

function readTtl(value: Value): { minTtlSeconds: number; maxTtlSeconds: number } {
  if (value.isAbsent) return { minTtlSeconds: 5, maxTtlSeconds: 60 };
  value.keys(['min', 'max']);
  const expected = `whole seconds from 0 to ${MAX_TTL_SECONDS}`;
  const [min, max] = [value.at('min'), value.at('max')];
  const minGiven = min.isAbsent ? undefined : min.integer(0, MAX_TTL_SECONDS, expected);
  const maxTtlSeconds = max.isAbsent ? Math.max(60, minGiven ?? 0) : max.integer(0, MAX_TTL_SECONDS, expected);
  const minTtlSeconds = minGiven ?? Math.min(5, maxTtlSeconds);
  if (minTtlSeconds > maxTtlSeconds) throw min.error('ERR_STEERING_RANGE', `no more than max, which is ${maxTtlSeconds}`);
  return { minTtlSeconds, maxTtlSeconds };
}

/** What chains within chains need, wherever they lie. @param within - policies that lead here, the outermost first. */
function withChains(base: Base, nextLimit: number, within: readonly string[]): Compilation {
  const compilation: Compilation = {
    ...base,
    policy: within.at(-1)!,
    nextLimit,
    chain: (value) => compileChain(value, base, within, nextLimit),
    nested: (value) => {
      const name = value.text('the name of a policy');
      const definition = base.policies.get(name);
      if (definition === undefined)
        throw value.error('ERR_STEERING_UNKNOWN_POLICY', `one of the policies ${[...base.policies.keys()].join(', ')}`);
      if (within.includes(name))
        throw value.error('ERR_STEERING_DUPLICATE', `a policy that does not lead back here: ${[...within, name].join(' -> ')}`);
      const root = new Value(definition, [], { kind: 'policy', name });
      return { definition: root, compilation: withChains(base, nextLimit, [...within, name]) };
    },
  };
  return compilation;
}

/** Compiles from the end, because a filter may save work when it knows how much the next one takes. */
function compileChain(chain: Value, base: Base, within: readonly string[], lastLimit = Number.POSITIVE_INFINITY): Filter[] {
  const filters: Filter[] = [];
  let nextLimit = lastLimit;
  for (const item of chain.list('filters').reverse()) {
    if (item.found instanceof CustomFilter) {
      filters.unshift(item.found.compile());
      nextLimit = Number.POSITIVE_INFINITY;
      continue;
    }
    const { name, parameters } = readItem(item);
    const kind = FILTERS.get(name);
    if (kind === undefined) throw item.error('ERR_STEERING_UNKNOWN_FILTER', `one of the filters ${FILTER_NAMES.join(', ')}`);
    const filter = kind.compile(parameters, withChains(base, nextLimit, within));
    nextLimit = filter.limit;
    filters.unshift(filter);
  }
  return filters;
}

/** `up`, or `{ up: ... }` with one key. */
function readItem(item: Value): { name: string; parameters: Value } {
  if (typeof item.found === 'string') return { name: item.found, parameters: new Value(undefined, item.path, item.owner) };
  const names = item.keys();
  const name = names[0];
  if (name === undefined || names.length > 1) throw item.error('ERR_STEERING_TYPE', 'a filter: its name, or one key with its parameters');
  if (!FILTERS.has(name)) throw item.keyError(name, 'ERR_STEERING_UNKNOWN_FILTER', `one of the filters ${FILTER_NAMES.join(', ')}`);
  return { name, parameters: item.at(name) };
}
