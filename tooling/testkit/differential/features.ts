import { formatName, type Name, parseName } from './names.ts';
import type { Random } from './random.ts';
import { PLAIN_TYPES, SAMPLES } from './rdata-samples.ts';
import type { ZoneDraft } from './zone.ts';

/** A zone that grows, and the chance that it grows by. */
export interface Plot {
  readonly draft: ZoneDraft;
  readonly random: Random;
  /** An owner to build below: often the apex, else one that is there, so that features meet. */
  base(): Name;
  /** Where a name in RDATA leads: to data, to nothing, under wildcards, cuts and DNAMEs, out of the zone. */
  target(): Name;
  put(owner: Name, type: string, rdata?: string): boolean;
  /** NS at a wildcard (RFC 4592 4.2): BIND refuses such a zone. */
  readonly mayDelegateWildcards: boolean;
}

/** Few and short, so that features collide. */
const LABELS = ['a', 'b', 'c', 'w', 'x', 'Mixed'];
const ODD_LABELS = [
  '\\000',
  'a\\.b',
  '\\255',
  'sp\\032ace',
  '\\"q\\"',
  '\\(p\\;',
  '\\@',
  '\\$x',
  'tab\\009',
  '\\\\back',
  '_srv',
  '-dash-',
  '**',
  '*a',
  'xn--nxasmq6b',
  '0',
  'UPPER',
  `${'l'.repeat(63)}`,
].map((text) => parseName(text)[0]!);

const label = (random: Random) => (random.chance(0.12) ? random.pick(ODD_LABELS) : random.pick(LABELS));

export function plot(draft: ZoneDraft, random: Random, others: readonly Name[], mayDelegateWildcards: boolean): Plot {
  const owners = () => draft.owners();
  const put = (owner: Name, type: string, rdata = SAMPLES[type]!(random, target())) =>
    (type !== 'NS' || owner[0] !== '*' || mayDelegateWildcards) && draft.add(owner, type, rdata, random.pick([0, 60, 300, 300, 3600]));
  const base = () => (random.chance(0.45) ? draft.origin : random.pick(owners()));
  function target(): Name {
    const near = random.pick(owners());
    return random.pick<() => Name>([
      () => near,
      () => near,
      () => near,
      () => near.slice(near.length > draft.origin.length ? 1 : 0),
      () => ['nx', ...near],
      () => [label(random), ...near],
      () => ['www', 'elsewhere', 'test'],
      () => [label(random), ...random.pick([draft.origin, ...others])],
    ])();
  }
  return { draft, random, base, target, put, mayDelegateWildcards };
}

export type Feature = (plot: Plot) => void;

const below = ({ random, base }: Plot, ...labels: readonly string[]): Name => [...labels, label(random), ...base()];

const host: Feature = (p) => {
  const owner = below(p);
  for (const type of p.random.some(['A', 'AAAA', 'TXT', 'MX', 'HTTPS'], p.random.between(1, 3))) p.put(owner, type);
  if (p.random.chance(0.3)) p.put(owner, 'A');
};

const emptyNonTerminal: Feature = (p) => {
  const between = p.random.between(1, 3);
  const labels = Array.from({ length: between + 1 }, () => label(p.random));
  p.put([...labels, ...p.base()], p.random.pick(['A', 'TXT', 'TYPE65280']));
};

/** A wildcard, and names that exist beside it, an empty non-terminal among them (RFC 4592 2.2). */
const wildcard: Feature = (p) => {
  const at = p.random.chance(0.3) ? p.base() : below(p);
  const owner = ['*', ...at];
  const kind = p.random.between(0, 9);
  if (kind < 5) for (const type of p.random.some(['A', 'TXT', 'MX', 'AAAA', 'TYPE65280'], p.random.between(1, 2))) p.put(owner, type);
  else if (kind < 7) p.put(owner, 'CNAME');
  else if (kind < 8) p.put(owner, 'DNAME');
  else if (kind < 9 && p.mayDelegateWildcards) p.put(owner, 'NS');
  else {
    p.put([label(p.random), ...owner], 'A'); // an empty wildcard
  }
  if (p.random.chance(0.6)) p.put([label(p.random), ...at], 'TXT');
  if (p.random.chance(0.6)) p.put(['d', 'ent', ...at], 'A');
  if (p.random.chance(0.3)) p.put(['x', ...owner], 'TXT');
  if (p.random.chance(0.2)) p.put(['*', ...owner], 'A');
};

const cut: Feature = (p) => {
  const owner = below(p);
  const count = p.random.between(1, 2);
  for (let i = 0; i < count; i++) {
    const server = p.random.pick<() => Name>([
      () => ['ns', ...owner],
      () => ['ns', 'deep', ...owner],
      () => owner,
      () => ['ns', 'elsewhere', 'test'],
      () => p.target(),
    ])();
    if (!p.put(owner, 'NS', formatName(server))) return;
    if (p.random.chance(0.9)) p.put(server, 'A');
    if (p.random.chance(0.4)) p.put(server, 'AAAA');
  }
  if (p.random.chance(0.5)) p.put(owner, 'DS');
  // Occluded: never shown but as glue.
  if (p.random.chance(0.4)) p.put(['hidden', ...owner], p.random.pick(['A', 'TXT', 'CNAME', 'MX']));
  if (p.random.chance(0.2)) p.put(owner, p.random.pick(['A', 'TXT', 'MX']));
  if (p.random.chance(0.2)) p.put(['*', ...owner], 'A');
  if (p.random.chance(0.2)) p.put(['sub', ...owner], 'NS');
  if (p.random.chance(0.1)) p.put(['d', ...owner], 'DNAME');
};

const siblingGlue: Feature = (p) => {
  const one = below(p);
  const other = below(p);
  const server = ['ns', ...one];
  if (p.put(one, 'NS', formatName(server))) p.put(server, 'A');
  p.put(other, 'NS', formatName(server));
};

const alias: Feature = (p) => {
  let owner = below(p);
  for (let links = p.random.between(1, 4); links > 0; links--) {
    const to = p.target();
    if (!p.put(owner, 'CNAME', formatName(to))) return;
    if (p.draft.typesAt(to).length > 0) return;
    owner = to;
  }
};

const dname: Feature = (p) => {
  const owner = below(p);
  const long = Array.from({ length: 3 }, (_, i) => `${'abc'[i]}${'9'.repeat(58)}`);
  const to = p.random.chance(0.15) ? [...long, ...p.draft.origin] : p.target();
  if (p.put(owner, 'DNAME', formatName(to)) && p.random.chance(0.5)) p.put(owner, p.random.pick(['A', 'TXT', 'MX']));
  if (p.random.chance(0.5)) p.put(['h', ...to], p.random.pick(['A', 'CNAME', 'TXT']));
};

const services: Feature = (p) => {
  const owner = below(p);
  for (const type of p.random.some(['MX', 'SRV', 'SVCB', 'HTTPS', 'KX', 'NAPTR', 'AFSDB', 'LP'], 2)) {
    const to = p.target();
    p.put(owner, type, SAMPLES[type]!(p.random, to));
    if (p.random.chance(0.5)) p.put(to, p.random.pick(['A', 'AAAA']));
  }
};

const rareTypes: Feature = (p) => {
  const owner = p.random.chance(0.2) ? p.draft.origin : below(p);
  // PowerDNS gives up on a node that has the generic form of a type that it knows, BIND compares
  // CDS and CDNSKEY with the keys, Knot ZONEMD with the zone: not at the apex.
  const types = owner === p.draft.origin ? PLAIN_TYPES.filter((type) => !/^(TYPE|CDS|CDNSKEY|ZONEMD)/.test(type)) : PLAIN_TYPES;
  for (const type of p.random.some(types, 6)) p.put(owner, type);
};

const big: Feature = (p) => {
  const owner = p.random.chance(0.2) ? below(p, '*') : below(p);
  const type = p.random.pick(['TXT', 'A', 'MX']);
  const count = p.random.pick([12, 25, 60]);
  for (let i = 0; i < count; i++) {
    if (type === 'TXT') p.put(owner, 'TXT', `"${i} ${'t'.repeat(p.random.between(10, 40))}"`);
    else p.put(owner, type);
  }
};

const oddNames: Feature = (p) => {
  for (const odd of p.random.some(ODD_LABELS, 3)) p.put([odd, ...p.base()], p.random.pick(['A', 'TXT', 'CNAME']));
};

/** A parent's many name servers: a referral that doesn't fit into 512 octets. */
const wideCut: Feature = (p) => {
  const owner = below(p);
  for (let i = 0; i < 12; i++) {
    const server = [`ns${i}-${'n'.repeat(20)}`, ...owner];
    if (!p.put(owner, 'NS', formatName(server))) return;
    p.put(server, 'A');
    if (p.random.chance(0.5)) p.put(server, 'AAAA');
  }
};

/** With its weight. */
export const FEATURES: readonly (readonly [Feature, number])[] = [
  [host, 3],
  [emptyNonTerminal, 3],
  [wildcard, 5],
  [cut, 4],
  [siblingGlue, 1],
  [alias, 4],
  [dname, 2],
  [services, 2],
  [rareTypes, 2],
  [big, 1],
  [oddNames, 2],
  [wideCut, 1],
];
