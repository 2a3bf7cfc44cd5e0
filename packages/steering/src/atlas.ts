import type { LocationLike, Locator } from './environment.ts';
import type { Filter } from './filter.ts';
import { wordOf } from './network-list.ts';
import { NetworkMap } from './network-map.ts';
import { mergeRuns, type NetworkRuns, RunWriter } from './network-runs.ts';
import { factsOf } from './places.ts';

// Of a filter that divides the world into more there is little to merge.
const MOST_CLASSES = 4096;
/** The number of what is divided further than it is told. */
const DIVIDED = 0;

/** Every network of a locator by where it is, to see which of them are alike to a policy. Large: to be kept while policies are defined, and no longer. */
export class Atlas {
  readonly runs4: NetworkRuns;
  readonly runs6: NetworkRuns;
  /** By value of the runs; at DIVIDED nothing. */
  readonly locations: readonly (LocationLike | undefined)[];

  private constructor(runs4: NetworkRuns, runs6: NetworkRuns, locations: readonly (LocationLike | undefined)[]) {
    this.runs4 = runs4;
    this.runs6 = runs6;
    this.locations = locations;
  }

  /** Goes over all networks; `undefined` for a locator that can't tell them. */
  static of(locator: Locator): Atlas | undefined {
    if (locator.networks === undefined) return undefined;
    const locations: (LocationLike | undefined)[] = [undefined];
    const numbers = new Map<LocationLike | undefined, number>([[undefined, DIVIDED]]);
    const byFacts = new Map<string, number>();
    const numberOf = (location: LocationLike | undefined): number => {
      let number = numbers.get(location);
      if (number === undefined) {
        const facts = factsOf(location!);
        number = byFacts.get(facts) ?? locations.push(location) - 1;
        byFacts.set(facts, number);
        numbers.set(location, number);
      }
      return number;
    };
    const [runs4, runs6] = ([4, 16] as const).map((octets) => {
      // Behind /64 nothing is told.
      const words = octets === 4 ? 1 : 2;
      const runs = new RunWriter(words, 1 << 16);
      const start = new Uint32Array(words);
      locator.networks!(octets, (address, _prefixLength, location) => {
        for (let word = 0; word < words; word++) start[word] = wordOf(address, word);
        runs.begin(start, 0, numberOf(location));
      });
      return runs.finish();
    });
    return new Atlas(runs4!, runs6!, locations);
  }
}

interface ClassRuns {
  readonly runs4: NetworkRuns;
  readonly runs6: NetworkRuns;
}

/**
 * Which networks are alike to the filters of a policy: plain data with its numbers in shared memory. By filter of the chain; `undefined`: it does not look at the place, or tells too many
 * apart.
 */
export type ScopeTable = readonly (ClassRuns | undefined)[];

export function scopeTableOf(filters: readonly Filter[], atlas: Atlas): ScopeTable {
  // `Run.placeFilters` has a bit for each.
  if (filters.length > 31) return [];
  return filters.map((filter) => (filter.reads.includes('location') ? classRuns(filter, atlas) : undefined));
}

const tablesOf = new WeakMap<Atlas, Map<string, ClassRuns>>();

/** Filters that divide the world alike share one. */
function classRuns(filter: Filter, atlas: Atlas): ClassRuns | undefined {
  const numbers = new Map<string, number>();
  const classes = new Uint32Array(atlas.locations.length);
  for (let place = DIVIDED + 1; place < classes.length; place++) {
    const location = atlas.locations[place]!;
    const text = filter.classOf?.(location) ?? factsOf(location);
    let number = numbers.get(text);
    if (number === undefined) numbers.set(text, (number = numbers.size + 1));
    if (number > MOST_CLASSES) return undefined;
    classes[place] = number;
  }
  let tables = tablesOf.get(atlas);
  if (tables === undefined) tablesOf.set(atlas, (tables = new Map()));
  const key = classes.join();
  let runs = tables.get(key);
  if (runs === undefined) {
    runs = { runs4: mergeRuns(atlas.runs4, classes), runs6: mergeRuns(atlas.runs6, classes) };
    tables.set(key, runs);
  }
  return runs;
}

/** The shortest prefixes within which filters can't tell the places of clients apart. */
export class PlaceScopes {
  readonly locator: Locator;
  private readonly maps: readonly (NetworkMap | undefined)[];

  constructor(locator: Locator, table: ScopeTable) {
    this.locator = locator;
    this.maps = table.map((runs) => (runs === undefined ? undefined : new NetworkMap(runs.runs4, runs.runs6)));
  }

  /**
   * @param filters - that looked at the place: a bit for each, by its place in the chain.
   * @param found - the prefix length that the locator gave.
   * @returns that for which the verdicts of all of them hold.
   */
  prefixLength(filters: number, address: Uint8Array, family: 4 | 6, found: number): number {
    let longest = 0;
    for (let left = filters; left !== 0; left &= left - 1) {
      const map = this.maps[31 - Math.clz32(left & -left)];
      let own = found;
      if (map !== undefined && map.find(address, family) !== DIVIDED) own = map.prefixLength;
      if (own > longest) longest = own;
    }
    return longest;
  }
}
