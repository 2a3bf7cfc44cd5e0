import { type Figures, type Policy, parseClientSubnet } from '@dnsteer/steering';
import { ConfigError, type Problem } from '../config/problem.ts';
import { ConfigSource } from '../config/source.ts';
import { readConfig, shownPath } from '../config/text.ts';

/**
 * Reads figures of feeds from YAML (or JSON): `load: { eu: 70, us/iad1: 85 }`, `rtt: { 192.0.2.0/24: { eu: 12 } }`. All of them came just now.
 *
 * @throws ConfigError with every problem by line and column.
 */
export function readFiguresFile(path: string, policies: ReadonlyMap<string, Policy>): Figures {
  return parseFigures(new ConfigSource(shownPath(path), readConfig(path)), policies);
}

/** As {@link readFiguresFile}, of what is there already. */
export function parseFigures(source: ConfigSource, policies: ReadonlyMap<string, Policy>): Figures {
  const { value } = source;
  const expected = 'expected figures by feed, such as "load: { eu: 70 }"';
  if (!isMap(value)) throw new ConfigError('ERR_CONFIG_INVALID', [source.problem([], expected)]);
  const slots = [...policies.values()].flatMap(({ feeds }) => feeds);
  const problems: Problem[] = [];
  for (const [feed, own] of Object.entries(value)) {
    const ids = new Set(slots.filter((slot) => slot.feed === feed).map(({ id }) => id));
    if (ids.size === 0)
      problems.push(
        source.problem(
          [feed],
          `expected a feed that a policy looks at: ${[...new Set(slots.map((slot) => slot.feed))].sort().join(', ') || 'none does'}`,
          true,
        ),
      );
    else if (!isMap(own)) problems.push(source.problem([feed], expected));
    else for (const [id, figure] of Object.entries(own)) problems.push(...figureProblems(source, [feed, id], figure, ids));
  }
  if (problems.length > 0) throw new ConfigError('ERR_CONFIG_INVALID', problems);
  return value as Figures;
}

/** @param path - the feed, and whose figure it is: a pool, an endpoint, or a network with figures of pools. */
function figureProblems(source: ConfigSource, path: [feed: string, id: string], figure: unknown, ids: ReadonlySet<string>): Problem[] {
  if (isMap(figure)) {
    if (!isNetwork(path[1])) return [source.problem(path, 'expected a network such as 192.0.2.0/24', true)];
    return Object.entries(figure).flatMap(([pool, own]) => figureOf(source, [...path, pool], own, ids));
  }
  return figureOf(source, path, figure, ids);
}

function figureOf(source: ConfigSource, path: readonly string[], figure: unknown, ids: ReadonlySet<string>): Problem[] {
  if (!ids.has(path.at(-1)!)) return [source.problem(path, `expected one of ${[...ids].join(', ')}`, true)];
  return typeof figure === 'number' ? [] : [source.problem(path, `found ${JSON.stringify(figure)}, expected a number`)];
}

function isNetwork(text: string): boolean {
  try {
    return text.includes('/') && parseClientSubnet(text) !== undefined;
  } catch {
    return false;
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
