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

/** Bits of `families`. */
export const IPV4 = 1;
export const IPV6 = 2;

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
  /** IPV4, IPV6 or both: which families the endpoint has an address of. */
  readonly families: Uint8Array;
  readonly octets4: readonly (readonly Uint8Array[])[];
  readonly octets6: readonly (readonly Uint8Array[])[];
  /** Addresses as written in the definition. */
  readonly texts: ReadonlyMap<Uint8Array, string>;
  /** Two endpoints have an address in common, so an answer must look for duplicates (RFC 2181 5). */
  readonly sharesAddresses: boolean;

  /** @param pools - checked here, with the place of each as a `Value`. */
  constructor(pools: readonly (readonly [Pool, Value])[], slotOf: SlotOf | undefined, centroid: CentroidOf | undefined) {
    const addresses = new AddressBook();
    const byPool = pools.map(([, at]) => readEndpoints(at, addresses));
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
    this.octets4 = entries.map(({ octets }) => octets.filter(({ length }) => length === 4));
    this.octets6 = entries.map(({ octets }) => octets.filter(({ length }) => length === 16));
    this.families = Uint8Array.from(entries, (_, i) => (this.octets4[i]!.length > 0 ? IPV4 : 0) | (this.octets6[i]!.length > 0 ? IPV6 : 0));
    this.texts = addresses.texts;
    this.sharesAddresses = addresses.areShared;
  }

  /** Endpoints of pools `from` to `to` - 1 that have an address of the family. */
  members(from: number, to: number, family: 4 | 6): Int32Array {
    const bit = family === 4 ? IPV4 : IPV6;
    const all = Int32Array.from({ length: this.poolStarts[to]! - this.poolStarts[from]! }, (_, i) => this.poolStarts[from]! + i);
    return all.filter((endpoint) => (this.families[endpoint]! & bit) !== 0);
  }

  /** Of one pool; none of pool -1. */
  poolMembers(pool: number, family: 4 | 6): Int32Array {
    return pool < 0 ? new Int32Array(0) : this.members(pool, pool + 1, family);
  }
}

/**
 * What is wrong with a pool, whether or not a policy uses it; of its endpoints, and of each of its other keys, the first thing.
 *
 * @param options - `centroid` as for `definePolicy`: without it every country of two capital letters passes.
 */
export function checkPool(pool: Pool, { centroid }: { readonly centroid?: CentroidOf | undefined } = {}): SteeringError[] {
  const value = new Value(pool, [], { kind: 'pool', name: String(pool?.name ?? '(without a name)') });
  const isObject = errorOf(() => value.keys());
  if (isObject !== undefined) return [isObject];
  const endpoints = Array.isArray(pool.endpoints) ? pool.endpoints.length : 0;
  const parts = [
    () => value.at('name').name('the name of a pool'),
    () => readEndpoints(value, new AddressBook()),
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
  octets: Uint8Array[];
}

/** Interns octets, so that equal addresses are one object. */
class AddressBook {
  readonly texts = new Map<Uint8Array, string>();
  areShared = false;
  private readonly known = new Map<string, Uint8Array>();

  intern(octets: Uint8Array, text: string): Uint8Array {
    const key = octets.join();
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

function readEndpoints(pool: Value, addresses: AddressBook): EndpointEntry[] {
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
      const octets: Uint8Array[] = [];
      for (const address of endpoint.at('addresses').filledList('addresses')) {
        const parsed = parseAddress(address.text('an IPv4 or IPv6 address'));
        if (parsed === undefined) throw address.error('ERR_STEERING_ADDRESS', 'an IPv4 or IPv6 address');
        const own = addresses.intern(parsed, String(address.found));
        if (octets.includes(own)) throw address.error('ERR_STEERING_DUPLICATE', 'an address that the endpoint does not have already');
        octets.push(own);
      }
      return {
        name,
        weight: weight.isAbsent ? 1 : weight.number(0, 1e9, 'a weight from 0 to 1000000000'),
        ttl: ttl.isAbsent ? Number.POSITIVE_INFINITY : ttl.integer(0, MAX_TTL_SECONDS, `whole seconds from 0 to ${MAX_TTL_SECONDS}`),
        octets,
      };
    });
}

function readMinHealthy(value: Value, endpoints: number): number {
  if (value.isAbsent) return 1;
  const expected = `a number of endpoints, from 1 to ${endpoints}, or a share such as 50%`;
  if (typeof value.found !== 'string') return value.integer(1, endpoints, expected);
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(value.found)?.[1];
  if (percent === undefined) throw value.error('ERR_STEERING_TYPE', expected);
  if (!(Number(percent) > 0 && Number(percent) <= 100)) throw value.error('ERR_STEERING_RANGE', expected);
  return -Number(percent) / 100;
}
