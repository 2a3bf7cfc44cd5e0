import { dirname, resolve } from 'node:path';
import { mismatches } from './mismatch.ts';
import { ConfigError, type Problem } from './problem.ts';
import { CONFIG_SCHEMA, type Config } from './schema.ts';
import { ConfigSource } from './source.ts';
import { readConfig, shownPath } from './text.ts';

export interface LoadedConfig {
  readonly config: Config;
  readonly source: ConfigSource;
  /** What paths in the file are relative to. */
  readonly directory: string;
}

/**
 * Reads a configuration file.
 *
 * @throws ConfigError with every problem by line and column.
 */
export function loadConfig(path: string): LoadedConfig {
  return parseConfig(readConfig(path), shownPath(path), dirname(resolve(path)));
}

/** As {@link loadConfig}, for text that is already there. */
export function parseConfig(text: string, file: string, directory: string): LoadedConfig {
  const source = new ConfigSource(file, text);
  const parsed = CONFIG_SCHEMA.safeParse(source.value);
  if (!parsed.success) {
    throw new ConfigError(
      'ERR_CONFIG_INVALID',
      parsed.error.issues.flatMap((issue) => mismatches(issue, source)),
    );
  }
  const problems = crossReferences(parsed.data, source);
  if (problems.length > 0) throw new ConfigError('ERR_CONFIG_INVALID', problems);
  return { config: parsed.data, source, directory };
}

/** Names that stand for something else in the file. */
function crossReferences(config: Config, source: ConfigSource): Problem[] {
  const problems: Problem[] = listenedTwice(config, source);
  const pools = Object.keys(config.pools);
  const policies = Object.keys(config.policies);
  for (const [policy, { pools: named }] of Object.entries(config.policies)) {
    named.forEach((pool, i) => {
      if (!pools.includes(pool))
        problems.push(source.problem(['policies', policy, 'pools', i], `found ${JSON.stringify(pool)}, expected ${oneOf('pool', pools)}`));
    });
  }
  for (const [zone, { steer }] of Object.entries(config.zones)) {
    for (const [owner, policy] of Object.entries(steer)) {
      if (!policies.includes(policy))
        problems.push(
          source.problem(['zones', zone, 'steer', owner], `found ${JSON.stringify(policy)}, expected ${oneOf('policy', policies)}`),
        );
    }
  }
  return problems;
}

/** A port is one socket's; who asks the system for it twice is told of another program. */
function listenedTwice({ server: { listen } }: Config, source: ConfigSource): Problem[] {
  const urls = listen.map((address) => new URL(`ws://${address}`));
  return urls.flatMap(({ host, port, hostname }, i) => {
    const other = urls.findIndex((earlier) => earlier.host === host || (earlier.port === port && holdsBoth(earlier.hostname, hostname)));
    if (other >= i || port === '0') return [];
    return [
      source.problem(
        ['server', 'listen', i],
        `found ${JSON.stringify(listen[i])}, but ${JSON.stringify(listen[other])} listens there already`,
      ),
    ];
  });
}

/** One of them stands for all addresses of the family of both. */
function holdsBoth(one: string, other: string): boolean {
  return one.startsWith('[') === other.startsWith('[') && [one, other].some((name) => name === '0.0.0.0' || name === '[::]');
}

function oneOf(what: string, names: readonly string[]): string {
  return names.length === 0 ? `a ${what}, but none is configured` : `one of ${names.join(', ')}`;
}
