import type { Run } from './run.ts';

/** A list of pools, and what led to it; `undefined`: nothing did. */
export type Tried = readonly [what: string, pools: Int32Array | undefined];

/**
 * Why a filter chose that list of pools.
 *
 * @param tried - lists in the order in which they were tried, of which the last may be the chosen one.
 * @param chosen - `undefined`: none of them has a candidate.
 * @param nothing - behind the client where nothing led to a list.
 */
export function explainTargets(
  { candidates, roster }: Run,
  client: string,
  tried: readonly Tried[],
  chosen: Int32Array | undefined,
  nothing: string,
): string {
  const { poolNames } = roster;
  let path = client;
  let isKnown = false;
  for (const [what, pools] of tried) {
    if (pools === undefined) continue;
    isKnown = true;
    path += ` -> ${what} -> pools [${namesOf(pools, poolNames)}]`;
    if (pools === chosen) break;
    path += ', which have no candidate left';
  }
  if (chosen === undefined) return `${path}${isKnown ? '' : nothing}; the candidates stay as they are`;
  let dropped = '';
  for (let pool = 0; pool < poolNames.length; pool++) {
    if (candidates.sizes[pool] !== 0 && !chosen.includes(pool)) dropped += `${dropped === '' ? '' : ', '}${poolNames[pool]}`;
  }
  return dropped === '' ? path : `${path}; ${dropped} dropped`;
}

/** Loops, as explanations are made by the million where a population is simulated. */
function namesOf(pools: Int32Array, poolNames: readonly string[]): string {
  let names = '';
  for (let i = 0; i < pools.length; i++) names += `${i === 0 ? '' : ', '}${poolNames[pools[i]!]}`;
  return names;
}
