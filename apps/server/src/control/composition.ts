import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { countryCentroid } from '@dnsteer/geo';
import { type CheckDefinition, defineCheck, HealthError, type Target } from '@dnsteer/health';
import { definePolicy, type Policy, type PolicyDefinition, type Pool, type SlotOf, SteeringError } from '@dnsteer/steering';
import { lowerCaseName, parseName, WireError } from '@dnsteer/wire';
import type { LoadedConfig } from '../config/load.ts';
import { ConfigError } from '../config/problem.ts';
import type { CheckConfig, Config, PoolConfig } from '../config/schema.ts';

/** A zone as configured, names and paths resolved. */
export interface ZonePlan {
  /** As the configuration has it. */
  readonly key: string;
  /** Wire name, lower case. */
  readonly apex: Uint8Array;
  readonly file: string;
  readonly steered: readonly { readonly owner: Uint8Array; readonly policy: string }[];
  readonly dnssec: { readonly algorithm: 'ECDSAP256SHA256' | 'ED25519'; readonly directory: string } | undefined;
}

/** What a configuration means to the packages: every reference resolved, every definition proven. */
export interface Composition {
  readonly config: Config;
  readonly pools: readonly Pool[];
  readonly definitions: readonly PolicyDefinition[];
  readonly policies: ReadonlyMap<string, Policy>;
  readonly targets: readonly Target[];
  readonly zones: readonly ZonePlan[];
  readonly geoDatabases: readonly string[];
  readonly controlPath: string;
}

/**
 * Makes the packages' definitions of a configuration. Opens nothing.
 *
 * @param slotOf - numbers endpoints as the health table does.
 * @throws ConfigError ERR_CONFIG_INVALID with the place of what a package refused.
 */
export function compose({ config, source, directory }: LoadedConfig, slotOf: SlotOf): Composition {
  const problems: ReturnType<typeof source.problem>[] = [];
  const collect = <T>(
    make: () => T,
    placeOf: (error: unknown) => { path: readonly PropertyKey[]; message: string } | undefined,
  ): T | undefined => {
    try {
      return make();
    } catch (error) {
      const place = placeOf(error);
      if (place === undefined) throw error;
      problems.push(source.problem(place.path, place.message));
      return undefined;
    }
  };

  const pools: Pool[] = Object.entries(config.pools).map(([name, pool]) => ({
    name,
    endpoints: pool.endpoints.map(({ name: own, addresses, weight }) => ({
      name: own,
      addresses,
      ...(weight !== undefined && { weight }),
    })),
    ...(pool.location && { location: pool.location }),
    ...(pool.minHealthy !== undefined && { minHealthy: pool.minHealthy }),
  }));
  const definitions = Object.entries(config.policies).map(([name, policy]) => ({ name, ...policy }) as PolicyDefinition);
  const policies = new Map<string, Policy>();
  for (const definition of definitions) {
    const policy = collect(() => definePolicy(definition, { pools, slotOf, centroid: countryCentroid }), steeringPlace);
    if (policy !== undefined) policies.set(definition.name, policy);
  }
  const targets = Object.entries(config.pools).flatMap(([name, pool]) => targetsOf(name, pool, slotOf, collect));
  const zones: ZonePlan[] = [];
  for (const [key, zone] of Object.entries(config.zones)) {
    const at = ['zones', key];
    const apex = collect(() => lowerCaseName(parseName(key)), wirePlace(at));
    if (apex === undefined) continue;
    const steered = Object.entries(zone.steer).flatMap(([text, policy]) => {
      const owner = collect(() => lowerCaseName(text === '@' ? apex : parseName(text, apex)), wirePlace([...at, 'steer', text]));
      return owner === undefined ? [] : [{ owner, policy }];
    });
    zones.push({
      key,
      apex,
      file: resolve(directory, zone.file),
      steered,
      dnssec: zone.dnssec === false ? undefined : { algorithm: zone.dnssec.algorithm, directory: resolve(directory, zone.dnssec.keys) },
    });
  }
  if (problems.length > 0) throw new ConfigError('ERR_CONFIG_INVALID', problems);
  return {
    config,
    pools,
    definitions,
    policies,
    targets,
    zones,
    geoDatabases: config.geo.databases.map((path) => resolve(directory, path)),
    controlPath: resolve(directory, config.server.control),
  };
}

type Collect = <T>(
  make: () => T,
  placeOf: (error: unknown) => { path: readonly PropertyKey[]; message: string } | undefined,
) => T | undefined;

function targetsOf(poolName: string, pool: PoolConfig, slotOf: SlotOf, collect: Collect): Target[] {
  return pool.endpoints.flatMap((endpoint, index) => {
    const own = ['pools', poolName, 'endpoints', index, 'check'];
    if (pool.check === undefined && endpoint.check === undefined) return [];
    const merged: CheckConfig = { ...pool.check, ...endpoint.check };
    const check = collect(
      () => {
        const definition = checkDefinition(merged);
        defineCheck(definition);
        return definition;
      },
      (error) => {
        if (!(error instanceof HealthError)) return undefined;
        const key = CONFIG_KEYS[String(error.path.at(-1))] ?? String(error.path.at(-1));
        const inherited = (endpoint.check as Record<string, unknown> | undefined)?.[key] === undefined;
        return { path: inherited ? ['pools', poolName, 'check', key] : [...own, key], message: error.message };
      },
    );
    if (check === undefined) return [];
    return ([4, 6] as const).flatMap((family) => {
      const answered = endpoint.addresses.find((address) => isIPv6(address) === (family === 6));
      if (answered === undefined) return [];
      return [
        { id: `${poolName}/${endpoint.name}`, slot: slotOf(poolName, endpoint.name), family, address: merged.address ?? answered, check },
      ];
    });
  });
}

const CONFIG_KEYS: Readonly<Record<string, string>> = { intervalMs: 'interval', timeoutMs: 'timeout' };

function checkDefinition({ address: _address, interval, timeout, ...rest }: CheckConfig): CheckDefinition {
  return {
    ...rest,
    ...(interval !== undefined && { intervalMs: interval }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
  } as CheckDefinition;
}

function steeringPlace(error: unknown): { path: readonly PropertyKey[]; message: string } | undefined {
  if (!(error instanceof SteeringError)) return undefined;
  const { kind, name } = error.owner;
  return {
    path: kind === 'argument' ? ['pools'] : [kind === 'policy' ? 'policies' : 'pools', name, ...error.path],
    message: error.problem,
  };
}

function wirePlace(path: readonly PropertyKey[]) {
  return (error: unknown) => (error instanceof WireError ? { path, message: error.message } : undefined);
}
