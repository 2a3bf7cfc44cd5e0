import { FEATURES, type Plot, plot } from './features.ts';
import type { Peer } from './judge.ts';
import { formatName, type Name } from './names.ts';
import { type Random, randomOf } from './random.ts';
import { formatZone, type TestZone, ZoneDraft } from './zone.ts';

const FEATURE_LIST = FEATURES.flatMap(([feature, weight]) => Array.from({ length: weight }, () => feature));

/**
 * Small nasty zones: the same for the same `seed`. One in four comes with a child zone that the same servers serve, so that a cut lies between two zones of
 * theirs.
 *
 * @param index - makes the origin: `z<index>.test.`
 * @param mayDelegateWildcards - with NS at wildcards (RFC 4592 4.2), which BIND serves no zone with, and does not sign.
 */
export function generateZones(seed: number, index: number, { mayDelegateWildcards = false } = {}): TestZone[] {
  const random = randomOf(seed * 100_003 + index);
  const origin: Name = [`z${index}`, 'test'];
  const parent = new ZoneDraft(origin);
  const p = plot(parent, random, [[`z${index > 0 ? index - 1 : 1}`, 'test']], mayDelegateWildcards);
  apex(p);
  if (random.chance(0.05)) p.put(origin, 'DNAME', formatName(['z', 'elsewhere', 'test']));
  const childOrigin = random.chance(0.25) ? ['child', ...(random.chance(0.5) ? ['ent'] : []), ...origin] : undefined;
  const hasCut = childOrigin !== undefined && delegate(p, childOrigin);
  if (mayDelegateWildcards) p.put(['*', 'w', ...origin], 'NS');
  const features = random.between(4, 9);
  for (let i = 0; i < features; i++) random.pick(FEATURE_LIST)(p);
  const drafts = [parent];
  if (hasCut) {
    const child = new ZoneDraft(childOrigin);
    const c = plot(child, random, [origin], mayDelegateWildcards);
    apex(c);
    for (let i = 0; i < 3; i++) random.pick(FEATURE_LIST)(c);
    drafts.push(child);
  }
  return drafts.map((draft) => {
    const records = draft.records();
    const refusedBy: Peer[] = records.some(({ owner, type }) => owner[0] === '*' && type === 'NS') ? ['bind'] : [];
    return { origin: draft.origin, records, signed: 'no', text: formatZone(records), refusedBy };
  });
}

function apex(p: Plot): void {
  const { origin } = p.draft;
  const [ttl, minimum] = p.random.pick([
    [300, 300],
    [300, 60],
    [60, 3600],
    [0, 300],
  ]);
  const soa = `${formatName(['ns', ...origin])} ${formatName(['host.master', ...origin])} 1 3600 600 86400 ${minimum}`;
  p.draft.add(origin, 'SOA', soa, ttl!);
  p.put(origin, 'NS', formatName(['ns', ...origin]));
  p.put(['ns', ...origin], 'A');
  if (p.random.chance(0.5)) p.put(['ns', ...origin], 'AAAA');
  if (p.random.chance(0.3)) p.put(origin, 'NS', formatName(['ns', 'elsewhere', 'test']));
  for (const type of p.random.some(['MX', 'TXT', 'A', 'CAA', 'TYPE65280', 'HTTPS'], p.random.between(0, 3))) p.put(origin, type);
}

function delegate(p: Plot, child: Name): boolean {
  const server = ['ns', ...child];
  if (!p.put(child, 'NS', formatName(server))) return false;
  p.put(server, 'A');
  if (p.random.chance(0.5)) p.put(child, 'DS');
  return true;
}

/** For the walk's own choices, apart from those that made the zones. */
export function walkRandom(seed: number, index: number): Random {
  return randomOf(seed * 100_003 + index + 50_000);
}
