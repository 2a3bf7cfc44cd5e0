import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
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
      parsed.error.issues.flatMap((issue) => problemsOf(issue, source)),
    );
  }
  const problems = crossReferences(parsed.data, source);
  if (problems.length > 0) throw new ConfigError('ERR_CONFIG_INVALID', problems);
  return { config: parsed.data, source, directory };
}

function problemsOf(issue: z.core.$ZodIssue, source: ConfigSource): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => source.problem([...issue.path, key], `unknown key${knownKeys(issue.path)}`, true));
  }
  // Of a choice between shapes, the one that came furthest says most.
  if (issue.code === 'invalid_union' && issue.errors.length > 0 && issue.message === 'Invalid input') {
    const deepest = issue.errors.flat().sort((a, b) => b.path.length - a.path.length)[0];
    if (deepest !== undefined) return problemsOf({ ...deepest, path: [...issue.path, ...deepest.path] }, source);
  }
  const found = valueAt(source.value, issue.path);
  return [source.problem(issue.path, `found ${found === undefined ? 'nothing' : JSON.stringify(found)}, ${lowerFirst(issue.message)}`)];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], value);
}

/** The keys that are known where an unknown one was found. */
function knownKeys(path: readonly PropertyKey[]): string {
  let schema: unknown = CONFIG_SCHEMA;
  for (const step of path)
    schema = typeof step === 'number' ? unwrap(schema).element : (unwrap(schema).shape?.[String(step)] ?? unwrap(schema).valueType);
  const shape = unwrap(schema).shape;
  return shape === undefined ? '' : `; expected one of ${Object.keys(shape).join(', ')}`;
}

interface SchemaParts {
  shape?: Record<string, unknown>;
  element?: unknown;
  valueType?: unknown;
}

/** Looks through defaults, optionals and unions, to the object, array or record inside. */
function unwrap(schema: unknown): SchemaParts {
  const { def } = (schema as { def?: SchemaParts & { innerType?: unknown; options?: unknown[] } } | undefined) ?? {};
  if (def === undefined) return {};
  if (def.innerType !== undefined) return unwrap(def.innerType);
  if (def.options !== undefined) return def.options.map(unwrap).find((option) => option.shape !== undefined) ?? {};
  return def;
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
