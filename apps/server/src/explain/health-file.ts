import type { Pool } from '@dnsteer/steering';
import { ConfigError, type Problem } from '../config/problem.ts';
import { ConfigSource } from '../config/source.ts';
import { readConfig, shownPath } from '../config/text.ts';

/** By pool ('eu') or endpoint ('eu/fra1', which wins). */
export type HealthStates = Readonly<Record<string, 'up' | 'down'>>;

/**
 * Reads states of pools and endpoints from YAML (or JSON): `eu: down`, `us/iad1: up`. What is not in it is up.
 *
 * @throws ConfigError with every problem by line and column.
 */
export function readHealthFile(path: string, pools: readonly Pool[]): HealthStates {
  return parseHealth(new ConfigSource(shownPath(path), readConfig(path)), pools);
}

/** As {@link readHealthFile}, of what is there already. */
export function parseHealth(source: ConfigSource, pools: readonly Pool[]): HealthStates {
  const { value } = source;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigError('ERR_CONFIG_INVALID', [source.problem([], 'expected states by pool or endpoint, such as "eu: down"')]);
  const names = new Set(pools.flatMap(({ name, endpoints }) => [name, ...endpoints.map((endpoint) => `${name}/${endpoint.name}`)]));
  const problems: Problem[] = [];
  for (const [name, state] of Object.entries(value)) {
    if (!names.has(name)) problems.push(source.problem([name], `expected one of ${[...names].join(', ')}`, true));
    else if (state !== 'up' && state !== 'down')
      problems.push(source.problem([name], `found ${JSON.stringify(state)}, expected up or down`));
  }
  if (problems.length > 0) throw new ConfigError('ERR_CONFIG_INVALID', problems);
  return value as HealthStates;
}
