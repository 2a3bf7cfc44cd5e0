import { CHOSEN, Choice, type HealthView, type Locator, type Policy } from '@dnsteer/steering';
import type { HealthStates } from '../explain/health-file.ts';
import type { Population } from './population.ts';

/** A configuration's way with a name. */
export interface Side {
  /** As the report calls it. */
  readonly label: string;
  readonly policy: Policy;
  readonly locator: Locator;
  /** By pool or endpoint; what is left out is up. */
  readonly health: HealthStates;
}

export interface SimulationOptions {
  /** 4 for A, 6 for AAAA. */
  readonly family: 4 | 6;
  readonly qname: Uint8Array;
  readonly nowMs: number;
  readonly seed: number;
  /** Told now and then how many clients are done. */
  readonly onProgress?: (done: number) => void;
}

/** Where the load of a side goes. Of an answer with several endpoints each gets the same part: clients take one of them. */
export interface SideLoad {
  readonly label: string;
  readonly endpoints: ReadonlyMap<string, number>;
  readonly pools: ReadonlyMap<string, number>;
  /** By country, then by pool; '' where there was no answer. */
  readonly countries: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly none: number;
  readonly allDown: number;
}

export interface Simulation {
  readonly total: number;
  readonly sides: readonly SideLoad[];
  /** Between two sides: from pool to pool ('' for no answer), by weight; endpoints of one pool are alike. Empty for one side. */
  readonly moves: readonly { readonly from: string; readonly to: string; readonly load: number }[];
  /** Of all load: what goes to another endpoint than before. */
  readonly moved: number;
}

const PROGRESS_STEP = 16_384;

/** Decides for every client of a population, for each side with the same draws, by `policy.choose` as the answer plane does. */
export function simulate(population: Population, sides: readonly Side[], options: SimulationOptions): Simulation {
  const tallies = sides.map((side) => new Tally(side, population.countries.length, options));
  const [before, after] = tallies;
  const client = { address: new Uint8Array(16), family: 4 as 4 | 6, prefixLength: 0, fromEcs: true };
  const moves = new Map<string, number>();
  let total = 0;
  let moved = 0;
  for (let i = 0; i < population.count; i++) {
    if (i % PROGRESS_STEP === 0) options.onProgress?.(i);
    for (let octet = 0; octet < 16; octet++) client.address[octet] = population.addresses[i * 16 + octet]!;
    client.family = population.families[i] === 4 ? 4 : 6;
    client.prefixLength = population.prefixLengths[i]!;
    const weight = population.weights[i]!;
    total += weight;
    for (const tally of tallies) tally.decide(client, i, population.countryOf[i]!, weight);
    if (before === undefined || after === undefined) continue;
    const share = after.shareOutside(before);
    if (share === 0) continue;
    moved += share * weight;
    const key = `${before.firstPool}\0${after.firstPool}`;
    moves.set(key, (moves.get(key) ?? 0) + share * weight);
  }
  options.onProgress?.(population.count);
  return {
    total,
    sides: tallies.map((tally) => tally.load(population.countries)),
    moves: Array.from(moves, ([key, load]) => ({ from: key.split('\0')[0]!, to: key.split('\0')[1]!, load })).sort(
      (a, b) => b.load - a.load,
    ),
    moved,
  };
}

/** One side's decisions, counted. */
class Tally {
  readonly #side: Side;
  readonly #options: SimulationOptions;
  readonly #choice = new Choice();
  readonly #environment: { health: HealthView; locator: Locator; nowMs: number; random: () => number; qname: Uint8Array };
  readonly #endpointLoad: Float64Array;
  readonly #pools: string[];
  readonly #poolOf: Int32Array;
  /** By country and pool; the last column is for no answer. */
  readonly #byCountry: Float64Array;
  #state = 0;
  #none = 0;
  #allDown = 0;

  constructor(side: Side, countries: number, options: SimulationOptions) {
    this.#side = side;
    this.#options = options;
    const { endpoints } = side.policy;
    this.#pools = [...new Set(endpoints.map(({ pool }) => pool))];
    this.#poolOf = Int32Array.from(endpoints, ({ pool }) => this.#pools.indexOf(pool));
    this.#endpointLoad = new Float64Array(endpoints.length);
    this.#byCountry = new Float64Array(countries * (this.#pools.length + 1));
    this.#environment = {
      health: healthOf(side),
      locator: side.locator,
      nowMs: options.nowMs,
      random: () => this.#draw(),
      qname: options.qname,
    };
  }

  decide(client: Parameters<Policy['choose']>[0], index: number, country: number, weight: number): void {
    const choice = this.#choice;
    // A client draws the same on every side, whatever the others drew.
    this.#state = Math.imul(index + 1, 0x9e3779b1) ^ this.#options.seed;
    const { policy } = this.#side;
    if (policy.prefersSource) client.fromEcs = false;
    policy.choose(client, this.#options.family, this.#environment, choice);
    client.fromEcs = true;
    if (choice.allDown) this.#allDown += weight;
    const row = country * (this.#pools.length + 1);
    const count = choice.status === CHOSEN ? choice.endpointCount : 0;
    if (count === 0) {
      this.#none += weight;
      this.#byCountry[row + this.#pools.length]! += weight;
    }
    for (let i = 0; i < count; i++) {
      const endpoint = choice.endpoints[i]!;
      this.#endpointLoad[endpoint]! += weight / count;
      this.#byCountry[row + this.#poolOf[endpoint]!]! += weight / count;
    }
  }

  /** The pool of the first endpoint of the last decision; '' where there was none. */
  get firstPool(): string {
    return this.#count === 0 ? '' : this.#pools[this.#poolOf[this.#choice.endpoints[0]!]!]!;
  }

  /** How much of the last decision goes elsewhere than in `before`: 0 to 1. */
  shareOutside(before: Tally): number {
    if (this.#count === 0 || before.#count === 0) return this.#count === before.#count ? 0 : 1;
    const ids = this.#side.policy.endpoints;
    const others = before.#side.policy.endpoints;
    let common = 0;
    for (let i = 0; i < this.#count; i++) {
      const { id } = ids[this.#choice.endpoints[i]!]!;
      for (let j = 0; j < before.#count; j++)
        if (others[before.#choice.endpoints[j]!]!.id === id) common += 1 / Math.max(this.#count, before.#count);
    }
    return common > 1 - 1e-9 ? 0 : 1 - common;
  }

  load(countries: readonly string[]): SideLoad {
    const { policy, label } = this.#side;
    const pools = new Map(this.#pools.map((name) => [name, 0]));
    const endpoints = new Map<string, number>();
    policy.endpoints.forEach(({ id, pool }, i) => {
      endpoints.set(id, this.#endpointLoad[i]!);
      pools.set(pool, pools.get(pool)! + this.#endpointLoad[i]!);
    });
    const columns = [...this.#pools, ''];
    const rows = countries.map((country, row): [string, Map<string, number>] => {
      const loads = columns.map((pool, column): [string, number] => [pool, this.#byCountry[row * columns.length + column]!]);
      return [country, new Map(loads.filter(([, load]) => load > 0))];
    });
    return { label, endpoints, pools, countries: new Map(rows), none: this.#none, allDown: this.#allDown };
  }

  get #count(): number {
    return this.#choice.status === CHOSEN ? this.#choice.endpointCount : 0;
  }

  /** Tommy Ettinger's mulberry32: 32 bits of state, so that each client may have its own. */
  #draw(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}

/** Constant, so that decisions are remembered as they are where nothing changes. */
function healthOf({ policy, health }: Side): HealthView {
  const down = new Set(policy.endpoints.filter(({ id, pool }) => (health[id] ?? health[pool]) === 'down').map(({ slot }) => slot));
  return {
    generation: () => 0,
    revision: () => 0,
    isUp: (slot) => !down.has(slot),
    ttlCapSeconds: () => Number.POSITIVE_INFINITY,
  };
}
