import type { Location } from './location.ts';

/** Leaves of one database below those of the databases before it; Locations by prefix length below the last. */
interface Branch {
  readonly next: Map<number, Branch>;
  readonly byPrefix: (Location | undefined)[];
}

const branch = (): Branch => ({ next: new Map(), byPrefix: [] });

/**
 * Locations by the leaves of all databases and the prefix length. It holds two generations: when the young one is full, the old one
 * is forgotten, and what is asked for again comes back from it as the same object.
 */
export class LocationCache {
  readonly #mostYoung: number;
  #young = branch();
  #youngCount = 0;
  #old = branch();

  /** @param most - Locations held, at most. */
  constructor(most: number) {
    this.#mostYoung = Math.max(1, most >> 1);
  }

  get(leaves: readonly number[], prefixLength: number): Location | undefined {
    const found = lookUp(this.#young, leaves, prefixLength);
    if (found !== undefined) return found;
    const aged = lookUp(this.#old, leaves, prefixLength);
    if (aged !== undefined) this.set(leaves, prefixLength, aged);
    return aged;
  }

  set(leaves: readonly number[], prefixLength: number, location: Location): void {
    if (this.#youngCount >= this.#mostYoung) {
      this.#old = this.#young;
      this.#young = branch();
      this.#youngCount = 0;
    }
    let at = this.#young;
    for (const leaf of leaves) {
      let below = at.next.get(leaf);
      if (below === undefined) at.next.set(leaf, (below = branch()));
      at = below;
    }
    at.byPrefix[prefixLength] = location;
    this.#youngCount++;
  }
}

function lookUp(root: Branch, leaves: readonly number[], prefixLength: number): Location | undefined {
  let at: Branch | undefined = root;
  for (let i = 0; i < leaves.length; i++) {
    at = at.next.get(leaves[i]!);
    if (at === undefined) return undefined;
  }
  return at.byPrefix[prefixLength];
}
