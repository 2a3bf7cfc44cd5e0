import type { Filter, FilterKind } from '../filter.ts';
import { IPV4, IPV6, type Roster } from '../roster.ts';
import type { Run } from '../run.ts';

/** Drops endpoints that are down, and all of a pool when fewer than its `minHealthy` are up. */
export const up: FilterKind = {
  name: 'up',
  compile(parameters, { roster }) {
    if (!parameters.isAbsent) parameters.keys([]);
    return new Up(roster);
  },
};

class Up implements Filter {
  readonly name = 'up';
  readonly limit = Number.POSITIVE_INFINITY;
  /** By endpoint. */
  private readonly isUp: Uint8Array;
  /** By pool: endpoints that are up; -1 before the pool was looked at. */
  private readonly upCounts: Int32Array;

  constructor(roster: Roster) {
    this.isUp = new Uint8Array(roster.ids.length);
    this.upCounts = new Int32Array(roster.poolNames.length);
  }

  apply(run: Run): void {
    if (run.countsAllAsUp) {
      run.reason = 'health does not count now: every endpoint passes';
      return;
    }
    this.upCounts.fill(-1);
    const { candidates, roster } = run;
    for (let i = 0; i < candidates.count; i++) {
      const pool = roster.poolOf[candidates.endpoints[i]!]!;
      if (this.upCounts[pool]! < 0) this.look(run, pool);
    }
    if (run.recorder !== undefined) run.reason = this.explain(run);
    candidates.keepFlagged(this.isUp);
  }

  /** A pool is judged by all its endpoints of the family, whichever of them earlier filters left. */
  private look(run: Run, pool: number): void {
    const { roster, family } = run;
    const { health } = run.environment;
    const bit = family === 4 ? IPV4 : IPV6;
    const end = roster.poolStarts[pool + 1]!;
    let size = 0;
    let count = 0;
    let cap = Number.POSITIVE_INFINITY;
    for (let endpoint = roster.poolStarts[pool]!; endpoint < end; endpoint++) {
      if ((roster.families[endpoint]! & bit) === 0) continue;
      const slot = roster.slots[endpoint]!;
      const up = health.isUp(slot, family);
      this.isUp[endpoint] = up ? 1 : 0;
      size++;
      if (up) count++;
      cap = Math.min(cap, health.ttlCapSeconds(slot, family));
    }
    run.ttlCaps[pool] = cap;
    this.upCounts[pool] = count;
    if (count < threshold(roster, pool, size)) this.isUp.fill(0, roster.poolStarts[pool]!, end);
  }

  private explain({ candidates, roster, family }: Run): string {
    const bit = family === 4 ? IPV4 : IPV6;
    const complaints: string[] = [];
    for (const [pool, name] of roster.poolNames.entries()) {
      const count = this.upCounts[pool]!;
      if (count < 0) continue;
      const end = roster.poolStarts[pool + 1]!;
      const members = roster.ids
        .map((_, i) => i)
        .filter((i) => i >= roster.poolStarts[pool]! && i < end && (roster.families[i]! & bit) !== 0);
      const needed = threshold(roster, pool, members.length);
      if (count === 0) complaints.push(`pool ${name} is down (0 of ${members.length} up)`);
      else if (count < needed) complaints.push(`pool ${name} counts as down: ${count} of ${members.length} up, minHealthy is ${needed}`);
      else complaints.push(...members.filter((i) => this.isUp[i] === 0).map((i) => `${roster.ids[i]} is down`));
    }
    return complaints.length === 0 ? `all ${candidates.count} candidates are up` : complaints.join('; ');
  }
}

/** A pool with fewer endpoints of this family than `minHealthy` can't be asked for more than it has. */
function threshold(roster: Roster, pool: number, size: number): number {
  return Math.min(roster.minHealthy[pool]!, size);
}
