import type { SearchName } from '@dnsteer/wire';
import type { Handler } from './context.ts';
import { matchesPattern, type Pattern } from './pattern.ts';

/** A handler and what it answers for. */
export interface Route {
  readonly pattern: Pattern;
  /** TYPE codes; undefined = all of them, ANY as it came. */
  readonly types: readonly number[] | undefined;
  readonly handler: Handler;
}

const TYPE_ANY = 255;

/** Routes by the hash of their literal suffix: one probe per label of the name asked for. */
export class RouteTable {
  readonly #bySuffix = new Map<number, Route[]>();
  #maxLiteralLabels = -1;

  add(route: Route): void {
    const { suffixHash, literalLabels } = route.pattern;
    const same = this.#bySuffix.get(suffixHash);
    if (same) {
      same.push(route);
      // What stands for fewer names is looked at first; equals keep the order in which they were added.
      same.sort((a, b) => Number(a.pattern.open) - Number(b.pattern.open) || b.pattern.params.length - a.pattern.params.length);
    } else this.#bySuffix.set(suffixHash, [route]);
    this.#maxLiteralLabels = Math.max(this.#maxLiteralLabels, literalLabels);
  }

  /** All routes, in no order. */
  *all(): Iterable<Route> {
    for (const routes of this.#bySuffix.values()) yield* routes;
  }

  /** True while there is nothing to look for. */
  get isEmpty(): boolean {
    return this.#maxLiteralLabels < 0;
  }

  /**
   * The route with the longest literal suffix, of at least `minLabels` labels, that answers `type` for `sname`.
   *
   * @param found - `found.nameMatched` is set when a pattern matched the name, whatever its types.
   */
  find(sname: SearchName, type: number, minLabels: number, found: { nameMatched: boolean }): Route | undefined {
    found.nameMatched = false;
    for (let labels = Math.min(sname.labelCount, this.#maxLiteralLabels); labels >= minLabels; labels--) {
      const routes = this.#bySuffix.get(sname.suffixHashes[sname.labelCount - labels]!);
      if (routes === undefined) continue;
      for (let i = 0; i < routes.length; i++) {
        const route = routes[i]!;
        if (route.pattern.literalLabels !== labels || !matchesPattern(route.pattern, sname)) continue;
        found.nameMatched = true;
        if (route.types === undefined || route.types.includes(type) || type === TYPE_ANY) return route;
      }
    }
    return undefined;
  }
}
