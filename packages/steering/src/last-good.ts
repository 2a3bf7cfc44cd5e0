import { downSinceMs } from './family-health.ts';
import type { Run } from './run.ts';

/** What takes many down at once takes this long: probes come one after the other. */
const TOGETHER_MS = 60_000;

export const LAST_REASON = 'those that went down last, within a minute, count as up';

/** The last state that was good: the endpoints that were up for longest. */
export class LastGood {
  private readonly flags: Uint8Array;

  constructor(endpoints: number) {
    this.flags = new Uint8Array(endpoints);
  }

  /** Drops the candidates that went down more than a minute before the last one. @returns false when nobody knows who that was: all stay. */
  keep(run: Run): boolean {
    const { candidates, health, roster } = run;
    if (health.downSinceMs === undefined) return false;
    let last = 0;
    for (let i = 0; i < candidates.count; i++) {
      const endpoint = candidates.endpoints[i]!;
      last = Math.max(last, downSinceMs(health, roster.slots[endpoint]!, run.healthFamily(endpoint)));
    }
    if (last === 0) return false;
    for (let i = 0; i < candidates.count; i++) {
      const endpoint = candidates.endpoints[i]!;
      const since = downSinceMs(health, roster.slots[endpoint]!, run.healthFamily(endpoint));
      this.flags[endpoint] = since > 0 && last - since <= TOGETHER_MS ? 1 : 0;
    }
    candidates.keepFlagged(this.flags);
    return true;
  }
}
