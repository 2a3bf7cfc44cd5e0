import type { LocationLike } from './environment.ts';
import { type Compilation, type Filter, readPools } from './filter.ts';
import type { Reading } from './reading.ts';
import type { Run } from './run.ts';
import { explainTargets, type Tried } from './target-reason.ts';
import type { Value } from './value.ts';

export type Targets = ReadonlyMap<string, Int32Array>;

/** One way of saying where clients are, with pools by its keys. */
export interface Level {
  /** As reasons name it: 'country'. */
  readonly label: string;
  readonly targets: Targets;
  /** The key of a client there; `undefined`: not known. */
  keyOf(location: LocationLike): string | undefined;
}

/**
 * Pools by key.
 *
 * @param expected - of a key that `pattern` does not match.
 */
export function readTargets(value: Value, compilation: Compilation, pattern: RegExp, expected: string): Targets {
  const targets = new Map<string, Int32Array>();
  if (value.isAbsent) return targets;
  for (const key of value.keys()) {
    if (!pattern.test(key)) throw value.keyError(key, 'ERR_STEERING_LOCATION', expected);
    targets.set(key, readPools(value.at(key), compilation));
  }
  return targets;
}

/** Of a filter that sends clients to pools by what is known of their place: the narrowest key that leads to candidates wins, else the default. */
export class Targeting implements Filter {
  readonly name: string;
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads: readonly Reading[];
  private readonly levels: readonly Level[];
  private readonly fallback: Int32Array | undefined;
  /** What a reason calls a client's place. */
  private readonly placeOf: (location: LocationLike) => string;
  private readonly rankOf: Int32Array;
  /** By pool: named by a key that was tried, so its health has a say in which key wins. */
  private readonly wasTried: Uint8Array;

  /** @param levels - narrowest first. */
  constructor(
    name: string,
    levels: readonly Level[],
    fallback: Int32Array | undefined,
    poolCount: number,
    placeOf: (location: LocationLike) => string,
  ) {
    this.name = name;
    this.levels = levels.filter(({ targets }) => targets.size > 0);
    this.fallback = fallback;
    this.reads = this.levels.length > 0 ? ['location'] : [];
    this.placeOf = placeOf;
    this.rankOf = new Int32Array(poolCount);
    this.wasTried = new Uint8Array(poolCount);
  }

  /** Clients are alike for whom the same lists are tried in the same order, whatever key has them; a list that is tried again changes nothing. */
  classOf(location: LocationLike): string {
    const lists = new Set<string>();
    for (const { targets, keyOf } of this.levels) {
      const pools = targets.get(keyOf(location) ?? '');
      if (pools !== undefined) lists.add(pools.join());
    }
    if (this.fallback !== undefined) lists.add(this.fallback.join());
    return [...lists].join(';');
  }

  apply(run: Run): void {
    const { candidates } = run;
    // Whatever the key, this pool is what remains: the client need not be looked at.
    if (run.isDecided('place')) return;
    for (let pool = 0; pool < this.rankOf.length; pool++) {
      this.wasTried[pool] = 0;
      this.rankOf[pool] = -1;
    }

    const { sizes } = candidates;
    const location = this.reads.length > 0 ? run.location() : undefined;
    const chosen = (location === undefined ? undefined : this.tryLevels(location, sizes)) ?? this.tryPools(this.fallback, sizes);
    if (run.recorder !== undefined) run.reason = this.explain(run, location, chosen);
    // Only the first filter that targets may release pools: what it saw depended on its own pools' health alone.
    const mayRelease = !run.isTargeted;
    run.isTargeted = true;
    if (chosen === undefined) return;

    for (let rank = 0; rank < chosen.length; rank++) this.rankOf[chosen[rank]!] = rank;
    for (let pool = 0; mayRelease && pool < this.wasTried.length; pool++) if (this.wasTried[pool] === 0) run.releaseHealth(pool);
    candidates.retierByPool(this.rankOf, chosen.length);
  }

  private tryLevels(location: LocationLike, sizes: Int32Array): Int32Array | undefined {
    for (let i = 0; i < this.levels.length; i++) {
      const { targets, keyOf } = this.levels[i]!;
      const key = keyOf(location);
      const found = key === undefined ? undefined : this.tryPools(targets.get(key), sizes);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private tryPools(pools: Int32Array | undefined, sizes: Int32Array): Int32Array | undefined {
    if (pools === undefined) return undefined;
    let hasCandidates = false;
    for (let i = 0; i < pools.length; i++) {
      const pool = pools[i]!;
      this.wasTried[pool] = 1;
      if (sizes[pool] !== 0) hasCandidates = true;
    }
    return hasCandidates ? pools : undefined;
  }

  private explain(run: Run, location: LocationLike | undefined, chosen: Int32Array | undefined): string {
    const tried: Tried[] = [];
    for (const { label, targets, keyOf } of this.levels) {
      const key = location === undefined ? undefined : keyOf(location);
      if (key !== undefined) tried.push([`${label} ${key}`, targets.get(key)]);
    }
    tried.push(['default', this.fallback]);
    return explainTargets(run, location === undefined ? 'any client' : this.placeOf(location), tried, chosen, ' -> no key for it');
  }
}
