import { resolve } from 'node:path';
import { countryCentroid } from '@dnsteer/geo';
import type { Target } from '@dnsteer/health';
import {
  checkPool,
  definePolicy,
  type FeedSlotOf,
  type Policy,
  type PolicyDefinition,
  type Pool,
  type SlotOf,
  SteeringError,
} from '@dnsteer/steering';
import { formatName, isSubdomain } from '@dnsteer/wire';
import { rdataOf } from 'dnsteer';
import type { LoadedConfig } from '../config/load.ts';
import { ConfigError } from '../config/problem.ts';
import type { Config, PoolConfig } from '../config/schema.ts';
import type { ConfigSource } from '../config/source.ts';
import { NetworkFiles, withNetworkFiles } from './network-files.ts';
import { probeTargets } from './probe-targets.ts';
import { type Misfit, ProblemList } from './problem-list.ts';
import { serviceMisfits } from './service-misfits.ts';
import { planZones, type ZonePlan } from './zone-plan.ts';

/** What a configuration means to the packages: every reference resolved, every definition proven. */
export interface Composition {
  readonly config: Config;
  /** For the places of what turns out to be wrong later. */
  readonly source: ConfigSource;
  readonly pools: readonly Pool[];
  readonly definitions: readonly PolicyDefinition[];
  readonly policies: ReadonlyMap<string, Policy>;
  readonly targets: readonly Target[];
  readonly zones: readonly ZonePlan[];
  /** Targets of aliases that no zone has: resolvers are asked for them. Final dot, lower case. */
  readonly resolvedAliases: ReadonlySet<string>;
  readonly geoDatabases: readonly string[];
  /** What operators say of endpoints; `undefined`: there is no such file. */
  readonly overrideFile: string | undefined;
  /** Where the control socket is. */
  readonly control: string;
}

/**
 * Makes the packages' definitions of a configuration. Opens nothing but the files of networks that chains name.
 *
 * @param slotOf - numbers endpoints as the health table does.
 * @param feedSlotOf - numbers figures as the table of feeds does; left out: nobody writes any.
 * @param networkFiles - those of the configuration before; what is still the same is not read again.
 * @throws ConfigError ERR_CONFIG_INVALID with the places of all that the packages refused.
 */
export function compose(
  { config, source, directory }: LoadedConfig,
  slotOf: SlotOf,
  networkFiles = new NetworkFiles(),
  feedSlotOf?: FeedSlotOf,
): Composition {
  const problems = new ProblemList(source);
  const pools = Object.entries(config.pools).map(([name, pool]) => poolDefinition(name, pool));
  networkFiles.begin();
  const definitions = Object.entries(config.policies).flatMap(([name, policy]) => {
    const chain = withNetworkFiles(policy.chain, ['policies', name, 'chain'], directory, problems, networkFiles);
    return chain === undefined ? [] : [{ name, ...policy, chain } as PolicyDefinition];
  });
  for (const pool of pools) for (const error of checkPool(pool, { centroid: countryCentroid, rdataOf })) problems.add(steeringPlace(error));
  const policies = new Map<string, Policy>();
  for (const definition of definitions) {
    const policy = problems.collect(
      () => definePolicy(definition, { pools, slotOf, feedSlotOf, rdataOf, centroid: countryCentroid, policies: definitions }),
      steeringMisfit(definition.name),
    );
    if (policy !== undefined) policies.set(definition.name, policy);
  }
  const targets = Object.entries(config.pools).flatMap(([name, pool]) => probeTargets(name, pool, slotOf, problems));
  const zones = planZones(config, directory, problems);
  for (const [name, policy] of policies) for (const misfit of serviceMisfits(name, policy, zones)) problems.add(misfit);
  const resolvedAliases = new Set(
    zones.flatMap((plan) => {
      const outside = plan.aliases.filter(({ target }) => !zones.some(({ apex }) => isSubdomain(target, apex)));
      for (const { key, target } of config.server.resolvers.length === 0 ? outside : [])
        problems.add({
          path: ['zones', plan.key, 'alias', key],
          message: `found ${formatName(target)}, which is in none of the zones: expected server.resolvers to ask for it`,
        });
      return outside.map(({ target }) => formatName(target));
    }),
  );
  // A pool that is wrong is found again by every policy that names it.
  if (problems.found.length > 0) throw new ConfigError('ERR_CONFIG_INVALID', problems.found);
  return {
    config,
    source,
    pools,
    definitions,
    policies,
    targets,
    zones,
    resolvedAliases,
    geoDatabases: config.geo.databases.map((path) => resolve(directory, path)),
    overrideFile: config.health.overrides === undefined ? undefined : resolve(directory, config.health.overrides),
    control: resolve(directory, config.server.control),
  };
}

/** As {@link compose}, where nothing is probed. */
export function composeAtRest(loaded: LoadedConfig): Composition {
  let slots = 0;
  return compose(loaded, () => slots++);
}

function poolDefinition(name: string, { endpoints, location, minHealthy }: PoolConfig): Pool {
  return {
    name,
    endpoints: endpoints.map(({ name: own, addresses, cname, records, weight, ttl }) => ({
      name: own,
      ...(addresses && { addresses }),
      ...(cname !== undefined && { cname }),
      ...(records && { records }),
      ...(weight !== undefined && { weight }),
      ...(ttl !== undefined && { ttl }),
    })),
    ...(location && { location }),
    // What is no share is refused by @dnsteer/steering, with its place.
    ...(minHealthy !== undefined && { minHealthy: minHealthy as NonNullable<Pool['minHealthy']> }),
  };
}

/** Of a policy; what is said of an argument is of a file that it names. */
function steeringMisfit(policy: string): (error: unknown) => Misfit | undefined {
  return (error) => {
    if (!(error instanceof SteeringError)) return undefined;
    return error.owner.kind === 'argument' ? { path: ['policies', policy, 'chain'], message: error.message } : steeringPlace(error);
  };
}

function steeringPlace({ owner: { kind, name }, path, problem }: SteeringError): Misfit {
  return { path: [kind === 'policy' ? 'policies' : 'pools', name, ...path], message: problem };
}
