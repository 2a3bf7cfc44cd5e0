import type { HealthView } from '../environment.ts';
import { isUp } from '../family-health.ts';
import type { Filter, FilterKind } from '../filter.ts';
import type { Roster } from '../roster.ts';
import type { Run } from '../run.ts';

/** Drops endpoints that are down, and all of a pool when fewer than its `minHealthy` are up. */
export const up: FilterKind<'up', Record<string, never> | null> = {
  name: 'up',
  compile(parameters, { roster }) {
    if (!parameters.isAbsent) parameters.keys([]);
    return new Up(roster);
  },
};

/** What was learnt of one type. Kept from query to query for as long as the health view's generation stays. */
class Verdicts {
  health: HealthView | undefined;
  generation = Number.NaN;
  /** By endpoint: 1 when it may be answered. */
  readonly passes: Uint8Array;
  /** By pool: endpoints that are up; -1 when nobody has looked. */
  readonly upCounts: Int32Array;
  /** By pool: 1 when all its endpoints may be answered. */
  readonly allPass: Uint8Array;

  constructor(roster: Roster) {
    this.passes = new Uint8Array(roster.ids.length);
    this.upCounts = new Int32Array(roster.poolNames.length);
    this.allPass = new Uint8Array(roster.poolNames.length);
  }

  /** Forgets what may have changed. The generation is read before the verdicts, so that a change in between is seen next time. */
  refresh(health: HealthView): void {
    const generation = health.generation === undefined ? Number.NaN : health.generation();
    if (health === this.health && generation === this.generation) return;
    this.health = health;
    this.generation = generation;
    this.upCounts.fill(-1);
  }
}

class Up implements Filter {
  readonly name = 'up';
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads = ['health'] as const;
  /** By type. */
  private readonly verdicts: readonly Verdicts[];

  constructor(roster: Roster) {
    this.verdicts = roster.types.map(() => new Verdicts(roster));
  }

  apply(run: Run): void {
    if (run.countsAllAsUp) {
      run.reason = 'health does not count now: every endpoint passes';
      return;
    }
    const { candidates } = run;
    const { health } = run;
    const verdicts = this.verdicts[run.type]!;
    verdicts.refresh(health);
    let allPass = true;
    for (let pool = 0; pool < candidates.sizes.length; pool++) {
      if (candidates.sizes[pool] === 0) continue;
      run.healthMatters[pool] = 1;
      if (verdicts.upCounts[pool]! < 0) look(verdicts, run, pool, health);
      if (verdicts.allPass[pool] === 0) allPass = false;
    }
    if (run.recorder !== undefined) run.reason = explain(run, verdicts);
    if (!allPass) candidates.keepFlagged(verdicts.passes);
  }
}

/** A pool is judged by all its endpoints that can answer the type, whichever of them earlier filters left. */
function look(verdicts: Verdicts, run: Run, pool: number, health: HealthView): void {
  const { roster } = run;
  const members = roster.members[run.type]!;
  const families = roster.healthFamilies[run.type]!;
  const start = roster.poolStarts[pool]!;
  const end = roster.poolStarts[pool + 1]!;
  let size = 0;
  let count = 0;
  for (let endpoint = start; endpoint < end; endpoint++) {
    if (members[endpoint] === 0) continue;
    const passes = isUp(health, roster.slots[endpoint]!, families[endpoint]!);
    verdicts.passes[endpoint] = passes ? 1 : 0;
    size++;
    if (passes) count++;
  }
  verdicts.upCounts[pool] = count;
  verdicts.allPass[pool] = count === size ? 1 : 0;
  if (count < threshold(roster, pool, size)) verdicts.passes.fill(0, start, end);
}

/** A pool with fewer endpoints that answer the type than `minHealthy` can't be asked for more than it has. A share is rounded up. */
function threshold(roster: Roster, pool: number, size: number): number {
  const least = roster.minHealthy[pool]!;
  // 0.07 * 100 is a little more than 7, and 7 are enough.
  return least < 0 ? Math.max(1, Math.ceil(-least * size - 1e-9)) : Math.min(least, size);
}

function explain({ candidates, roster, type }: Run, { allPass, passes, upCounts }: Verdicts): string {
  const complaints: string[] = [];
  for (const [pool, name] of roster.poolNames.entries()) {
    if (candidates.sizes[pool] === 0 || allPass[pool] !== 0) continue;
    const count = upCounts[pool]!;
    const members = Array.from(roster.poolMembers(pool, type));
    const needed = threshold(roster, pool, members.length);
    if (count === 0) complaints.push(`pool ${name} is down (0 of ${members.length} up)`);
    else if (count < needed) complaints.push(`pool ${name} counts as down: ${count} of ${members.length} up, minHealthy is ${needed}`);
    else complaints.push(...members.filter((i) => passes[i] === 0).map((i) => `${roster.ids[i]} is down`));
  }
  return complaints.length === 0 ? `all ${candidates.count} candidates are up` : complaints.join('; ');
}
