import type { Circumstances, PolicyDefinition, Pool, Question } from '../../src/index.ts';

/** What a peer's manual or test says of one decision, said again for a policy of ours. */
export interface DecisionCase {
  /** What is promised, in our words. */
  readonly rule: string;
  /** Document and section, or test file. */
  readonly source: string;
  readonly pools: readonly Pool[];
  readonly policy: Omit<PolicyDefinition, 'name' | 'pools'> & { pools?: readonly string[] };
  readonly question?: Partial<Question>;
  readonly circumstances?: Circumstances;
  readonly expect: Expectation;
  /** Why ours is another verdict than the peer's; `expect` is ours then, and a line of docs/peers.md says so. */
  readonly differs?: string;
}

export type Expectation =
  /** Ids `pool/endpoint`, best first. */
  | { readonly endpoints: readonly string[] }
  /** In any order. */
  | { readonly set: readonly string[] }
  | { readonly none: true }
  /** Pools in the order of their first endpoint. */
  | { readonly pools: readonly string[] }
  /** How often an id is in the answer, by share of many seeds, and how many are answered at least and at most. */
  | { readonly shares: Readonly<Record<string, number>>; readonly least?: number; readonly most?: number };

/** Pools of one endpoint each, `name/1`, that stand at these places (degrees, north and east positive). */
export function sites(places: Readonly<Record<string, readonly [lat: number, lon: number] | null>>): Pool[] {
  return Object.entries(places).map(([name, place], i) => ({
    name,
    ...(place && { location: { lat: place[0], lon: place[1] } }),
    endpoints: [{ name: '1', addresses: [`192.0.2.${i + 1}`, `2001:db8::${i + 1}`] }],
  }));
}

/** A pool of endpoints `1`, `2` ... with these weights. */
export function weighing(name: string, weights: readonly number[], more: Partial<Pool> = {}): Pool {
  return { name, endpoints: weights.map((weight, i) => ({ name: String(i + 1), addresses: [`198.51.100.${i + 1}`], weight })), ...more };
}

/** A pool of `count` endpoints of weight 1. */
export function pool(name: string, count: number, more: Partial<Pool> = {}): Pool {
  return weighing(name, new Array<number>(count).fill(1), more);
}

/** `down` of them down: the last ones. */
export function down(name: string, total: number, downCount: number): Record<string, 'down'> {
  return Object.fromEntries(Array.from({ length: downCount }, (_, i) => [`${name}/${total - i}`, 'down']));
}

/** Ids of the endpoints `1` to `count`. */
export function upTo(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}/${i + 1}`);
}
