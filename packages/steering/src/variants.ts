import type { CompiledPolicy } from './compile.ts';
import type { Engine } from './engine.ts';
import { CNAME } from './roster.ts';

/** All answers that a policy can give to one type, so that they can be signed ahead; or why they are not listed. */
export type Variants =
  | {
      /** Each a set of RDATA (of A and AAAA addresses), as written in the pools; no two alike. */
      readonly sets: readonly (readonly string[])[];
    }
  | { readonly reason: string };

/**
 * Whichever of its candidates are up, wherever the client is and whatever is drawn, a policy answers as many endpoints as its chain lets through, or fewer when
 * fewer are left; the pool of `allDown` stands for itself. Which of these sets really come up hangs on health, place and chance, and is not looked into.
 *
 * @param most - as many sets are listed at most.
 */
export function variantsOf({ compiled, members, fallback }: Engine, type: number, most: number): Variants {
  const limit = type === CNAME ? 1 : compiled.filters.reduce((least, filter) => Math.min(least, filter.limit), Number.POSITIVE_INFINITY);
  const { values } = compiled.roster;
  // Aliases are RRsets of CNAME, each alone, whatever type was asked for.
  const groups = [members[type]!, fallback[type]!].map((own) => own.filter((endpoint) => values[type]![endpoint]!.length > 0));
  const count = groups.reduce((sum, members) => sum + subsetCount(members.length, limit), 0);
  if (count > most) return { reason: reasonOf(groups[0]!.length, limit, count, most) };
  const sets = new Map<string, readonly string[]>();
  for (const group of groups) {
    for (const subset of subsets(group, Math.min(limit, group.length))) {
      const texts = textsOf(compiled, subset, type);
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
function textsOf({ roster }: CompiledPolicy, endpoints: readonly number[], type: number): string[] {
  const own = new Set(endpoints.flatMap((endpoint) => roster.values[type]![endpoint]!));
  return Array.from(own, (value) => roster.texts.get(value)!).sort();
}
