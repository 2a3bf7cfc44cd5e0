import { continentOf, countryCentroid } from '@dnsteer/geo';
import type { Policy } from '@dnsteer/steering';
import type { Problem } from '../config/problem.ts';
import type { PoolConfig } from '../config/schema.ts';
import type { Composition } from '../control/composition.ts';

/** What is right, but likely not meant; the README has the table of these codes. */
export type LintCode =
  | 'canary-without-health'
  | 'check-slower-than-ttl'
  | 'health-ignored'
  | 'ttl-longer-than-failover'
  | 'unreachable-filter'
  | 'unreachable-key'
  | 'unreachable-pool'
  | 'unused-policy'
  | 'unserved-countries'
  | 'unused-pool'
  | 'weights-zero';

export interface Lint {
  readonly code: LintCode;
  /** With its place; the message says what to do. */
  readonly problem: Problem;
}

type Path = readonly PropertyKey[];
type Tell = (code: LintCode, path: Path, message: string) => void;

/** Of filters with lists of pools by key: those keys that a database of countries knows nothing of. */
const FINE_KEYS = ['cities', 'subdivisions'] as const;

/** Looks for rules that can't have an effect, in the order of the file. */
export function lint(composition: Composition): Lint[] {
  const { config, source } = composition;
  const found: Lint[] = [];
  const tell: Tell = (code, path, message) => found.push({ code, problem: { ...source.problem(path, `${message} [${code}]`) } });
  for (const [name, pool] of Object.entries(config.pools)) lintPool(name, pool, composition, tell);
  for (const [name, policy] of Object.entries(config.policies)) {
    const path = ['policies', name];
    if (!isUsed(name, composition)) tell('unused-policy', path, 'no name is steered by it: name it under zones.*.steer, or delete it');
    lintChain(policy.chain, [...path, 'chain'], policy.pools, config.geo.databases.length > 0, false, tell);
    lintTiming(name, composition, tell);
    lintCountries(composition.policies.get(name)!, [...path, 'chain'], tell);
  }
  return found;
}

function lintPool(name: string, { endpoints }: PoolConfig, { config }: Composition, tell: Tell): void {
  const isNamed = Object.values(config.policies).some(
    ({ pools, allDown }) => pools.includes(name) || (typeof allDown === 'object' && allDown.pool === name),
  );
  if (!isNamed) tell('unused-pool', ['pools', name], 'no policy names it: add it to the pools of one, or delete it');
  if (endpoints.every(({ weight }) => weight === 0))
    tell('weights-zero', ['pools', name], 'all weights are 0, which counts as if all were alike: give one of them a weight');
}

function isUsed(policy: string, { config }: Composition): boolean {
  const steered = Object.values(config.zones).some(({ steer }) => Object.values(steer).includes(policy));
  const isNested = (chain: unknown): boolean =>
    typeof chain === 'object' &&
    chain !== null &&
    Object.entries(chain).some(
      ([key, value]) => (key === 'use' && JSON.stringify(value).includes(JSON.stringify(policy))) || isNested(value),
    );
  return steered || Object.values(config.policies).some(({ chain }) => isNested(chain));
}

/** @param isChecked - a filter before has looked at the health of the candidates. */
function lintChain(
  chain: readonly unknown[],
  path: Path,
  pools: readonly string[],
  hasDatabases: boolean,
  isChecked: boolean,
  tell: Tell,
): void {
  const one = chain.findIndex((item) => isTaking(item, 1));
  if (one >= 0 && one < chain.length - 1)
    tell(
      'unreachable-filter',
      [...path, one + 1],
      'the filter before leaves one endpoint, so this and all behind it change nothing: move it up, or delete it',
    );
  for (const [i, item] of chain.entries()) {
    if (typeof item !== 'object' || item === null) continue;
    const [name = '', value] = Object.entries(item)[0] ?? [];
    const at = [...path, i, name];
    const own = value as Record<string, unknown> | null;
    if (typeof own !== 'object' || own === null) continue;
    if (!hasDatabases) lintKeys(name, own, at, tell);
    if (name === 'geotarget' || name === 'asn') lintTargets(own, at, pools, tell);
    const isCheckedHere = isChecked || chain.slice(0, i).some((before) => nameOf(before) === 'up');
    for (const [inner, place] of chainsIn(name, own, at)) lintChain(inner, place, pools, hasDatabases, isCheckedHere, tell);
    if (name === 'canary' && !isCheckedHere)
      tell('canary-without-health', at, 'clients are moved to a canary whose health nobody looks at: put up before it');
  }
}

/** The chains that lie in a filter, with their places: of `when`, `split`, and by place of `route`. */
function chainsIn(name: string, own: Record<string, unknown>, path: Path): [chain: readonly unknown[], path: Path][] {
  if (name !== 'when' && name !== 'split' && name !== 'route') return [];
  return Object.entries(own).flatMap(([key, value]): [readonly unknown[], Path][] => {
    if (Array.isArray(value)) return key === 'days' ? [] : [[value, [...path, key]]];
    if (name !== 'route' || typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([place, chain]): [readonly unknown[], Path][] =>
      Array.isArray(chain) ? [[chain, [...path, key, place]]] : [],
    );
  });
}

/** Of an ISO 3166-1 country that nobody serves although everything is up, its clients get what `allDown` says. */
function lintCountries(policy: Policy, path: Path, tell: Tell): void {
  const type = policy.types()[0];
  if (type === undefined) return;
  const unserved = COUNTRIES.filter(({ country, continent }) => {
    const { lat: latitude, lon: longitude } = countryCentroid(country) ?? {};
    const locate = { country, continent, ...(latitude !== undefined && { latitude, longitude }) };
    return policy.decide({ client: '192.0.2.0/24', type }, { locate }).allDown;
  }).map(({ country }) => country);
  if (unserved.length === 0) return;
  const most = 5;
  const more = unserved.length > most ? ` and ${unserved.length - most} other countries` : '';
  tell(
    'unserved-countries',
    path,
    `no candidate is left for clients of ${unserved.slice(0, most).join(', ')}${more}, even when everything is up, so they get what allDown says: give them pools, or a default`,
  );
}

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const COUNTRIES = LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).flatMap((country) => {
  const continent = continentOf(country);
  return continent === undefined ? [] : [{ country, continent }];
});

function isTaking(item: unknown, count: number): boolean {
  const { first, multivalue } = (typeof item === 'object' && item !== null ? item : {}) as { first?: unknown; multivalue?: unknown };
  return first === count || multivalue === count;
}

function nameOf(item: unknown): string | undefined {
  return typeof item === 'string' ? item : typeof item === 'object' && item !== null ? Object.keys(item)[0] : undefined;
}

/** What a database of countries never finds, of filters that look for places. */
function lintKeys(name: string, own: Record<string, unknown>, path: Path, tell: Tell): void {
  const needsMore = 'the database that ships with @dnsteer/geo knows countries only: name one that knows more under geo.databases';
  if (name === 'asn') tell('unreachable-key', [...path, 'networks'], `no client has an AS number: ${needsMore}`);
  const fences = Object.entries((name === 'geofence' && own['pools']) || {});
  const places: [keys: unknown, at: Path][] = fences.map(([pool, fence]) => [fence, [...path, 'pools', pool]]);
  if (name === 'geotarget' || name === 'route') places.push([own, path]);
  for (const [keys, at] of places)
    for (const key of FINE_KEYS)
      if (typeof keys === 'object' && keys !== null && key in keys)
        tell('unreachable-key', [...at, key], `no client is ever found there: ${needsMore}`);
}

function lintTargets(own: Record<string, unknown>, path: Path, pools: readonly string[], tell: Tell): void {
  if (!Array.isArray(own['default'])) return;
  const listed = new Set(listsIn(own));
  pools.forEach((pool) => {
    if (!listed.has(pool))
      tell(
        'unreachable-pool',
        path,
        `pool ${pool} is in none of its lists, so it is reached only when all pools of the default are down: add it to a list, or take it from the policy`,
      );
  });
}

function listsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(listsIn) : [];
}

/** Whether there is an `up` in a chain, in those within it, and in those of the policies that it uses. What leads back to itself has been refused. */
function looksAtHealth(chain: unknown, policies: Composition['config']['policies']): boolean {
  if (chain === 'up') return true;
  if (typeof chain !== 'object' || chain === null) return false;
  return Object.entries(chain).some(([key, value]) =>
    key === 'up' || (key === 'use' && typeof value === 'string')
      ? key === 'up' || looksAtHealth(policies[value as string]?.chain, policies)
      : looksAtHealth(value, policies),
  );
}

/** What probes find out should reach clients before what they keep is stale. */
function lintTiming(name: string, { config }: Composition, tell: Tell): void {
  const { pools, chain, ttl } = config.policies[name]!;
  const { max = 60, min = Math.min(5, max) } = ttl ?? {};
  const path = ['policies', name];
  const checked = pools.flatMap((pool) => {
    const check = config.pools[pool]?.check;
    return check === undefined ? [] : [{ pool, intervalMs: check.interval ?? 10_000, fall: check.fall ?? 3 }];
  });
  if (checked.length > 0 && !looksAtHealth(chain, config.policies)) {
    const names = checked.map(({ pool }) => pool).join(', ');
    tell('health-ignored', [...path, 'chain'], `${names}: probed, but nothing in the chain looks at their health: begin it with up`);
    return;
  }
  const soonest = Math.min(...checked.map(({ intervalMs, fall }) => intervalMs * fall));
  for (const { pool, intervalMs, fall } of checked) {
    const failoverSeconds = (intervalMs / 1000) * fall;
    // Said once, of the pool that is found down first.
    if (min > failoverSeconds && pool === checked.find((other) => other.intervalMs * other.fall === soonest)!.pool)
      tell(
        'ttl-longer-than-failover',
        [...path, 'ttl', 'min'],
        `answers are kept for ${min} s at least, and pool ${pool} is found down in ${failoverSeconds} s (fall x interval): lower ttl.min`,
      );
    if (intervalMs / 1000 > max)
      tell(
        'check-slower-than-ttl',
        [...path, 'ttl', 'max'],
        `pool ${pool} is probed every ${intervalMs / 1000} s only, answers are kept for ${max} s at most: probe more often`,
      );
  }
}
