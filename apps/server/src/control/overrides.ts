import type { HealthOverride, HealthTable } from '@dnsteer/health';
import type { Pool, SlotOf } from '@dnsteer/steering';

/** What the operator says of pools and endpoints, against what probes say. It holds until the operator says otherwise, or the server stops. */
export class Overrides {
  readonly #table: HealthTable;
  readonly #slotOf: SlotOf;
  readonly #downPools = new Set<string>();

  constructor(table: HealthTable, slotOf: SlotOf) {
    this.#table = table;
    this.#slotOf = slotOf;
  }

  /**
   * @param target - a pool ('eu'), or one endpoint of it ('eu/fra1').
   * @returns how many endpoints that were.
   */
  set(pools: readonly Pool[], target: string, override: HealthOverride): number {
    let count = 0;
    for (const { name, endpoints } of pools) {
      if (target === name && override === 'down') this.#downPools.add(name);
      if (target === name && override !== 'down') this.#downPools.delete(name);
      for (const endpoint of endpoints) {
        if (target !== name && target !== `${name}/${endpoint.name}`) continue;
        this.#write(name, endpoint.name, override);
        count++;
      }
    }
    return count;
  }

  /** An endpoint that joins a pool which was taken down is down with it. Before it can be answered. */
  join(before: readonly Pool[], after: readonly Pool[]): void {
    for (const { name, endpoints } of after) {
      if (!this.#downPools.has(name)) continue;
      const known = before.find((pool) => pool.name === name)?.endpoints ?? [];
      for (const endpoint of endpoints) {
        if (!known.some((other) => other.name === endpoint.name)) this.#write(name, endpoint.name, 'down');
      }
    }
  }

  #write(pool: string, endpoint: string, override: HealthOverride): void {
    const slot = this.#slotOf(pool, endpoint);
    for (const family of [4, 6] as const) this.#table.override(slot, family, override);
  }
}
