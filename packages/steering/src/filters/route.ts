import { Branching } from '../branching.ts';
import type { FilterDefinition } from '../definition.ts';
import type { LocationLike } from '../environment.ts';
import type { Filter, FilterKind } from '../filter.ts';
import { GEO_KEYS, GEO_PARAMETERS } from '../geo-keys.ts';
import type { Run } from '../run.ts';

type Chains = Readonly<Record<string, readonly FilterDefinition[]>>;

/** Chains by place, written as for `geotarget`. */
export interface RouteParameters {
  cities?: Chains;
  subdivisions?: Chains;
  countries?: Chains;
  continents?: Chains;
  default?: readonly FilterDefinition[];
}

interface Level {
  readonly label: string;
  /** Places of chains by key. */
  readonly chains: ReadonlyMap<string, number>;
  keyOf(location: LocationLike): string | undefined;
}

/** Goes on with the chain of the narrowest key that the client's place has, else with the default; without one the candidates stay. */
export const route: FilterKind<'route', RouteParameters> = {
  name: 'route',
  compile(parameters, compilation) {
    if (parameters.keys([...GEO_PARAMETERS, 'default']).length === 0)
      throw parameters.error('ERR_STEERING_EMPTY', 'chains by cities, subdivisions, countries or continents, or a default');
    const chains: Filter[][] = [];
    const levels = GEO_KEYS.map(({ parameter, label, pattern, expected, keyOf }): Level => {
      const value = parameters.at(parameter);
      const own = new Map<string, number>();
      for (const key of value.isAbsent ? [] : value.keys()) {
        if (!pattern.test(key)) throw value.keyError(key, 'ERR_STEERING_LOCATION', expected);
        own.set(key, chains.push(compilation.chain(value.at(key))) - 1);
      }
      return { label, chains: own, keyOf };
    });
    const fallback = parameters.at('default');
    const defaultChain = fallback.isAbsent ? -1 : chains.push(compilation.chain(fallback)) - 1;
    return new Route(
      levels.filter(({ chains: own }) => own.size > 0),
      chains,
      defaultChain,
    );
  },
};

class Route extends Branching {
  private readonly levels: readonly Level[];
  private readonly fallback: number;

  /** @param fallback - -1: there is none. */
  constructor(levels: readonly Level[], chains: readonly (readonly Filter[])[], fallback: number) {
    // Where nothing fits the candidates stay, as by an empty chain.
    super('route', fallback < 0 ? [...chains, []] : chains, levels.length > 0 ? ['location'] : []);
    this.levels = levels;
    this.fallback = fallback;
  }

  protected choose(run: Run): number {
    return this.levels.length === 0 ? this.fallback : this.chainOf(run.location());
  }

  protected explain(run: Run, chosen: number): string {
    if (this.levels.length === 0) return 'any client -> default';
    const location = run.location();
    const level = this.levels.find(({ chains, keyOf }) => chains.get(keyOf(location) ?? '') === chosen);
    const place = location.country ?? 'country unknown';
    if (level !== undefined) return `${place} -> ${level.label} ${level.keyOf(location)}`;
    return chosen < 0 ? `${place} -> no key for it; the candidates stay as they are` : `${place} -> default`;
  }

  protected override ownClassOf(location: LocationLike): string {
    return String(this.chainOf(location));
  }

  protected override chainsFor(location: LocationLike, chains: readonly (readonly Filter[])[]): readonly (readonly Filter[])[] {
    const chosen = chains[this.chainOf(location)];
    return chosen === undefined ? [] : [chosen];
  }

  private chainOf(location: LocationLike): number {
    for (let i = 0; i < this.levels.length; i++) {
      const { chains, keyOf } = this.levels[i]!;
      const key = keyOf(location);
      const chain = key === undefined ? undefined : chains.get(key);
      if (chain !== undefined) return chain;
    }
    return this.fallback;
  }
}
