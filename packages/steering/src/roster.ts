import { parseAddress } from './address.ts';
import type { Pool } from './definition.ts';
import { SteeringError } from './errors.ts';
import type { Place } from './filter.ts';
import { type CentroidOf, readLocation } from './location.ts';
import { hashId } from './rendezvous.ts';
import { Value } from './value.ts';

/** Numbers an endpoint for the health table; asked once per endpoint, when a policy is defined. */
export type SlotOf = (pool: string, endpoint: string) => number;

/** RFC 2181 8. */
export const MAX_TTL_SECONDS = 2 ** 31 - 1;

/** Makes octets of the RDATA of a type in text; what it throws is told with its place. */
export type RdataOf = (type: string, text: string) => Uint8Array;

/** Places of the types in `types`. */
export const A = 0;
export const AAAA = 1;
export const CNAME = 2;

/** In place of a family. */
export const BOTH = 0;

/**
 * The endpoints that a policy can answer, numbered: pool by pool in the order of the policy, so that the endpoints of a pool are one
 * range. Everything a filter asks at query time is an element of an array here.
 */
export class Roster {
  readonly ids: readonly string[];
  readonly poolNames: readonly string[];
  /** Endpoints of pool p: `poolStarts[p]` to `poolStarts[p + 1]` - 1. */
  readonly poolStarts: Int32Array;
  /** By pool: a number of endpoints; below 0 a share of them. */
  readonly minHealthy: Float64Array;
  /** By pool: where it stands; `undefined` when it does not say, or when that is a country and no centroids were handed in. */
  readonly places: readonly (Place | undefined)[];
  readonly slots: Int32Array;
  readonly poolOf: Int32Array;
  readonly weights: Float64Array;
  readonly hasZeroWeight: boolean;
  /** By endpoint: seconds that an answer with it may be kept at most; Infinity: it does not say. */
  readonly ttls: Float64Array;
  readonly idHashes: Int32Array;
  /** A, AAAA, CNAME, and those that endpoints have records of. All that follow are by place in it. */
  readonly types: readonly string[];
  /** By endpoint: RDATA. */
  readonly values: readonly (readonly (readonly Uint8Array[])[])[];
  /** By endpoint: 1 when it can be a candidate, as it has RDATA of the type; where there are aliases, everybody. */
  readonly members: readonly Uint8Array[];
  /** By endpoint: the family, 4 or 6, whose health counts; BOTH: it is up when both are. */
  readonly healthFamilies: readonly Uint8Array[];
  /** By endpoint: 1 when it is an alias. */
  readonly isAlias: Uint8Array;
  readonly hasAliases: boolean;
  /** RDATA as written in the definition. */
  readonly texts: ReadonlyMap<Uint8Array, string>;
  /** Two endpoints have RDATA in common, so an answer must look for duplicates (RFC 2181 5). */
  readonly sharesValues: boolean;

  /** @param pools - checked here, with the place of each as a `Value`. */
  constructor(pools: readonly (readonly [Pool, Value])[], slotOf: SlotOf | undefined, centroid: CentroidOf | undefined, rdataOf?: RdataOf) {
    const values = new ValueBook();
    const byPool = pools.map(([, at]) => readEndpoints(at, values, rdataOf));
    const entries = byPool.flatMap((endpoints, pool) =>
      endpoints.map((endpoint) => ({ ...endpoint, pool, poolName: pools[pool]![0].name })),
    );
    this.poolNames = pools.map(([pool]) => pool.name);
    this.poolStarts = Int32Array.from([0, ...byPool.map((_, pool) => entries.filter((entry) => entry.pool <= pool).length)]);
    this.minHealthy = Float64Array.from(pools, ([, at], pool) => readMinHealthy(at.at('minHealthy'), byPool[pool]!.length));
    this.places = pools.map(([, at]) => readLocation(at, centroid));
    this.ids = entries.map(({ poolName, name }) => `${poolName}/${name}`);
    this.slots = Int32Array.from(entries, ({ poolName, name }, index) => (slotOf === undefined ? index : slotOf(poolName, name)));
    this.poolOf = Int32Array.from(entries, ({ pool }) => pool);
    this.weights = Float64Array.from(entries, ({ weight }) => weight);
    this.hasZeroWeight = this.weights.includes(0);
    this.ttls = Float64Array.from(entries, ({ ttl }) => ttl);
    this.idHashes = Int32Array.from(this.ids, hashId);
    this.types = ['A', 'AAAA', 'CNAME', ...[...new Set(entries.flatMap(({ records }) => [...records.keys()]))].filter(isOther).sort()];
    this.isAlias = Uint8Array.from(entries, ({ records }) => Number(records.has('CNAME')));
    this.hasAliases = this.isAlias.includes(1);
    this.values = this.types.map((type) => entries.map(({ records }) => records.get(type) ?? []));
    // Whether a name is an alias must not hang on the type that is asked for (RFC 1034 3.6.2): where there are any, one decision is made of all endpoints.
    this.members = this.types.map((type) => Uint8Array.from(entries, ({ records }) => Number(this.hasAliases || records.has(type))));
    this.healthFamilies = this.types.map((type) =>
      Uint8Array.from(entries, ({ records }) => (this.hasAliases ? commonFamily(records) : healthFamily(records, type))),
    );
    this.texts = values.texts;
    this.sharesValues = values.areShared;
  }

  /** The place of a type; -1: no endpoint has it. */
  placeOf(type: string): number {
    return this.types.indexOf(type);
  }

  /** Endpoints of pools `from` to `to` - 1 that can be candidates for the type. */
  membersOf(from: number, to: number, type: number): Int32Array {
    const all = Int32Array.from({ length: this.poolStarts[to]! - this.poolStarts[from]! }, (_, i) => this.poolStarts[from]! + i);
    return all.filter((endpoint) => this.members[type]![endpoint] === 1);
  }

  /** Of one pool; none of pool -1. */
  poolMembers(pool: number, type: number): Int32Array {
    return pool < 0 ? new Int32Array(0) : this.membersOf(pool, pool + 1, type);
  }
}

function isOther(type: string): boolean {
  return type !== 'A' && type !== 'AAAA' && type !== 'CNAME';
}

/** The same for every type: who is up in part would be an alias for one type, and not for another. */
function commonFamily(records: ReadonlyMap<string, unknown>): number {
  if (!records.has('AAAA')) return 4;
  return records.has('A') ? BOTH : 6;
}

/** That of the type, where the endpoint has it; else that of its addresses, IPv4 first. */
function healthFamily(records: ReadonlyMap<string, unknown>, type: string): number {
  if (type === 'AAAA' && records.has('AAAA')) return 6;
  return records.has('AAAA') && !records.has('A') && type !== 'A' ? 6 : 4;
}

/**
 * What is wrong with a pool, whether or not a policy uses it; of its endpoints, and of each of its other keys, the first thing.
 *
 * @param options - `centroid` as for `definePolicy`: without it every country of two capital letters passes.
 */
export function checkPool(
  pool: Pool,
  { centroid, rdataOf }: { readonly centroid?: CentroidOf | undefined; readonly rdataOf?: RdataOf | undefined } = {},
): SteeringError[] {
  const value = new Value(pool, [], { kind: 'pool', name: String(pool?.name ?? '(without a name)') });
  const isObject = errorOf(() => value.keys());
  if (isObject !== undefined) return [isObject];
  const endpoints = Array.isArray(pool.endpoints) ? pool.endpoints.length : 0;
  const parts = [
    () => value.at('name').name('the name of a pool'),
    () => readEndpoints(value, new ValueBook(), rdataOf),
    // Without endpoints there is nothing to count.
    () => endpoints > 0 && readMinHealthy(value.at('minHealthy'), endpoints),
    () => readLocation(value, centroid),
  ];
  return parts.map(errorOf).filter((error) => error !== undefined);
}

function errorOf(read: () => unknown): SteeringError | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof SteeringError) return error;
    throw error;
  }
}

interface EndpointEntry {
  name: string;
  weight: number;
  ttl: number;
  /** RDATA by type; A and AAAA are addresses. */
  records: ReadonlyMap<string, readonly Uint8Array[]>;
}

/** Interns octets, so that equal RDATA of a type is one object. */
class ValueBook {
  readonly texts = new Map<Uint8Array, string>();
  areShared = false;
  private readonly known = new Map<string, Uint8Array>();

  intern(type: string, octets: Uint8Array, text: string): Uint8Array {
    const key = `${type} ${octets.join()}`;
    const known = this.known.get(key);
    if (known !== undefined) {
      this.areShared = true;
      return known;
    }
    this.known.set(key, octets);
    this.texts.set(octets, text);
    return octets;
  }
}

function readEndpoints(pool: Value, values: ValueBook, rdataOf?: RdataOf): EndpointEntry[] {
  const names = new Set<string>();
  return pool
    .at('endpoints')
    .filledList('endpoints')
    .map((endpoint) => {
      endpoint.keys();
      const name = endpoint.at('name').name('the name of an endpoint');
      if (names.has(name)) throw endpoint.at('name').error('ERR_STEERING_DUPLICATE', 'a name that no other endpoint of the pool has');
      names.add(name);
      const [weight, ttl] = [endpoint.at('weight'), endpoint.at('ttl')];
      return {
        name,
        weight: weight.isAbsent ? 1 : weight.number(0, 1e9, 'a weight from 0 to 1000000000'),
        ttl: ttl.isAbsent ? Number.POSITIVE_INFINITY : ttl.integer(0, MAX_TTL_SECONDS, `whole seconds from 0 to ${MAX_TTL_SECONDS}`),
        records: readAnswers(endpoint, values, rdataOf),
      };
    });
}

/** What an endpoint answers, by type: addresses, an alias, records. */
function readAnswers(endpoint: Value, values: ValueBook, rdataOf: RdataOf | undefined): Map<string, Uint8Array[]> {
  const [addresses, cname, records] = [endpoint.at('addresses'), endpoint.at('cname'), endpoint.at('records')];
  const answers = new Map<string, Uint8Array[]>();
  const add = (type: string, at: Value, octets: Uint8Array, text: string) => {
    const own = values.intern(type, octets, text);
    const all = answers.get(type) ?? [];
    if (all.includes(own))
      throw at.error('ERR_STEERING_DUPLICATE', `${isOther(type) ? 'a record' : 'an address'} that the endpoint does not have already`);
    answers.set(type, [...all, own]);
  };
  if (!cname.isAbsent) {
    const other = [addresses, records].find((each) => !each.isAbsent);
    if (other !== undefined) throw other.error('ERR_STEERING_TYPE', 'nothing beside a cname (RFC 1034 3.6.2)');
    add('CNAME', cname, cname.nameOctets(), String(cname.found));
    return answers;
  }
  // Who has neither is told of what most have.
  const list = addresses.isAbsent && !records.isAbsent ? [] : addresses.filledList('addresses');
  for (const address of list) {
    const octets = parseAddress(address.text('an IPv4 or IPv6 address'));
    if (octets === undefined) throw address.error('ERR_STEERING_ADDRESS', 'an IPv4 or IPv6 address');
    add(octets.length === 4 ? 'A' : 'AAAA', address, octets, String(address.found));
  }
  for (const type of records.isAbsent ? [] : records.keys()) {
    if (!/^[A-Z][A-Z0-9-]*$/.test(type) || NO_RECORDS.has(type))
      throw records.keyError(type, 'ERR_STEERING_TYPE', 'a type such as TXT, that is none of the zone or of an alias, and no address');
    for (const record of records.at(type).filledList('records')) add(type, record, readRdata(type, record, rdataOf), String(record.found));
  }
  return answers;
}

/** RDATA in text. @param rdataOf - left out: it is the text itself. */
export function readRdata(type: string, at: Value, rdataOf: RdataOf = (_, own) => new TextEncoder().encode(own)): Uint8Array {
  const text = at.text('RDATA in text');
  try {
    return rdataOf(type, text);
  } catch (error) {
    throw at.error('ERR_STEERING_RDATA', `RDATA of ${type}: ${(error as Error).message}`);
  }
}

/** Types that a zone is made of, that stand for all others, or that no record has (RFC 6895 3.1). */
const NO_RECORDS: ReadonlySet<string> = new Set(
  'A AAAA CNAME DNAME NS SOA DS DNSKEY CDS CDNSKEY RRSIG NSEC NSEC3 NSEC3PARAM SIG KEY NXT OPT TSIG TKEY IXFR AXFR MAILA MAILB ANY'.split(
    ' ',
  ),
);

function readMinHealthy(value: Value, endpoints: number): number {
  if (value.isAbsent) return 1;
  const expected = `a number of endpoints, from 1 to ${endpoints}, or a share such as 50%`;
  if (typeof value.found !== 'string') return value.integer(1, endpoints, expected);
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(value.found)?.[1];
  if (percent === undefined) throw value.error('ERR_STEERING_TYPE', expected);
  if (!(Number(percent) > 0 && Number(percent) <= 100)) throw value.error('ERR_STEERING_RANGE', expected);
  return -Number(percent) / 100;
}
