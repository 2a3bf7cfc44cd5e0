/**
 * Ranks pools by a number each, least first: what is no more than `within` above the first of its rank shares it. Insertion sort: pools are few.
 *
 * @param sizes - by pool: how many candidates it has; those without any are left out.
 * @param numbers - by pool, from `at` on.
 * @param order - filled: the pools that count, least first.
 * @param rankOf - filled, by pool.
 * @returns how many pools count, and how many ranks there are, as `pools + ranks * 65536`: two numbers would be an object.
 */
export function rankByBand(
  sizes: Int32Array,
  numbers: Float64Array,
  at: number,
  within: number,
  order: Int32Array,
  rankOf: Int32Array,
): number {
  let pools = 0;
  for (let pool = 0; pool < sizes.length; pool++) {
    if (sizes[pool] === 0) continue;
    let to = pools++;
    for (; to > 0 && numbers[at + order[to - 1]!]! > numbers[at + pool]!; to--) order[to] = order[to - 1]!;
    order[to] = pool;
  }
  let rank = 0;
  let first = order[0]!;
  for (let i = 0; i < pools; i++) {
    const pool = order[i]!;
    if (numbers[at + pool]! > numbers[at + first]! + within) {
      rank++;
      first = pool;
    }
    rankOf[pool] = rank;
  }
  return pools + (rank + 1) * 65_536;
}

/**
 * Equal texts: `rankByBand` ranks by these numbers alike, whichever pools have candidates. That hangs on nothing but, for each two, which is ahead by more than `within`: where the least of
 * a band is another one, it shares with the same.
 */
export function bandClass(numbers: Float64Array, within: number): string {
  return Array.from(numbers, (own) => Array.from(numbers, (other) => (other <= own + within ? '1' : '0')).join('')).join();
}
