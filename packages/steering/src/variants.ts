import type { CompiledPolicy } from './compile.ts';
import type { Engine } from './engine.ts';

/** All answers that a policy can give to one type, so that they can be signed ahead; or why they are not listed. */
export type Variants =
  | {
      /** Each a set of addresses, as written in the pools; no two alike. */
      readonly sets: readonly (readonly string[])[];
    }
  | { readonly reason: string };

/**
 * Whichever of its candidates are up, wherever the client is and whatever is drawn, a policy answers as many endpoints as its chain lets through, or fewer when
 * fewer are left; the pool of `allDown` stands for itself. Which of these sets really come up hangs on health, place and chance, and is not looked into.
 *
 * @param most - as many sets are listed at most.
 */
export function variantsOf({ compiled, members4, members6, fallback4, fallback6 }: Engine, family: 4 | 6, most: number): Variants {
  const limit = compiled.filters.reduce((least, filter) => Math.min(least, filter.limit), Number.POSITIVE_INFINITY);
  const groups = family === 4 ? [members4, fallback4] : [members6, fallback6];
  const count = groups.reduce((sum, members) => sum + subsetCount(members.length, limit), 0);
  if (count > most) return { reason: reasonOf(groups[0]!.length, limit, count, most) };
  const sets = new Map<string, readonly string[]>();
  for (const members of groups) {
    for (const subset of subsets(members, Math.min(limit, members.length))) {
      const texts = addressesOf(compiled, subset, family);
      sets.set(texts.join(), texts);
    }
  }
  return { sets: [...sets.values()] };
}

/** In how many ways 1 to `limit` of `count` can be taken. */
function subsetCount(count: number, limit: number): number {
  let sum = 0;
  let ways = 1;
  for (let size = 1; size <= Math.min(limit, count); size++) {
    ways = (ways * (count - size + 1)) / size;
    sum += ways;
  }
  return sum;
}

function reasonOf(endpoints: number, limit: number, count: number, most: number): string {
  const howMany = count > 1e6 ? 'more than a million' : String(Math.round(count));
  const size =
    limit === Number.POSITIVE_INFINITY
      ? 'any of which may be answered (nothing such as `first` limits its chain)'
      : `1 to ${limit} of which are answered`;
  return `${endpoints} endpoints, ${size}, make ${howMany} sets; at most ${most} are listed`;
}

function* subsets(members: Int32Array, limit: number, from = 0, taken: readonly number[] = []): Generator<readonly number[]> {
  if (taken.length > 0) yield taken;
  if (taken.length === limit) return;
  for (let i = from; i < members.length; i++) yield* subsets(members, limit, i + 1, [...taken, members[i]!]);
}

/** In one order, whichever endpoints they are of. */
function addressesOf({ roster }: CompiledPolicy, endpoints: readonly number[], family: 4 | 6): string[] {
  const octets = family === 4 ? roster.octets4 : roster.octets6;
  const own = new Set(endpoints.flatMap((endpoint) => octets[endpoint]!));
  return Array.from(own, (address) => roster.texts.get(address)!).sort();
}
