import { HealthError } from './errors.ts';

const DEFAULT_CAPACITY = 65_536;

/** What slots are of: a HealthTable, or a FeedTable (then `pool` is the feed, and `endpoint` whose figure it is). */
export interface SlottedTable {
  readonly capacity: number;
  reset(slot: number): void;
}

interface Released {
  pool: string;
  endpoint: string;
  slot: number;
  epoch: number;
}

/**
 * Which endpoint has which slot of the table. An endpoint keeps its slot across reloads, by the names of its pool and
 * itself; the slot of one that is gone goes to another only when no reader can still mean the old one by it.
 */
export class SlotRegistry {
  readonly #table: SlottedTable | undefined;
  readonly #capacity: number;
  readonly #slots = new Map<string, Map<string, number>>();
  readonly #released = new Map<number, Released>();
  readonly #free: number[] = [];
  #next = 0;

  /** @param table - gives the capacity, and is reset where a slot becomes free. Without it: 65,536 slots. */
  constructor(table?: SlottedTable) {
    this.#table = table;
    this.#capacity = table?.capacity ?? DEFAULT_CAPACITY;
  }

  /**
   * The endpoint's slot; a new one when it has none. Bound, to be handed to a policy compiler as it is.
   *
   * @throws HealthError ERR_HEALTH_TABLE_FULL
   */
  readonly slotOf = (pool: string, endpoint: string): number => {
    const known = this.find(pool, endpoint);
    if (known !== undefined) {
      this.#released.delete(known);
      return known;
    }
    const slot = this.#free.pop() ?? this.#next;
    if (slot >= this.#capacity) {
      throw new HealthError('ERR_HEALTH_TABLE_FULL', `no slot for ${pool}/${endpoint}: the table holds ${this.#capacity} endpoints`);
    }
    if (slot === this.#next) this.#next++;
    let ofPool = this.#slots.get(pool);
    if (ofPool === undefined) this.#slots.set(pool, (ofPool = new Map()));
    ofPool.set(endpoint, slot);
    return slot;
  };

  find(pool: string, endpoint: string): number | undefined {
    return this.#slots.get(pool)?.get(endpoint);
  }

  /**
   * The endpoint is gone as of the snapshot with this epoch. Asked for again before `reclaim`, it gets its old slot back.
   *
   * @param epoch - of the first snapshot that doesn't name it.
   */
  release(pool: string, endpoint: string, epoch: number): void {
    const slot = this.find(pool, endpoint);
    if (slot !== undefined && !this.#released.has(slot)) this.#released.set(slot, { pool, endpoint, slot, epoch });
  }

  /** Releases every endpoint that is not named: what a reload calls once its snapshot is in place. */
  keep(endpoints: Iterable<readonly [pool: string, endpoint: string]>, epoch: number): void {
    const kept = new Set<number>();
    for (const [pool, endpoint] of endpoints) kept.add(this.slotOf(pool, endpoint));
    for (const [pool, ofPool] of this.#slots) {
      for (const [endpoint, slot] of ofPool) if (!kept.has(slot)) this.release(pool, endpoint, epoch);
    }
  }

  /**
   * Frees the slots that were released with an epoch that every reader has reached.
   *
   * @returns how many became free.
   */
  reclaim(epochReached: number): number {
    let freed = 0;
    for (const { pool, endpoint, slot, epoch } of this.#released.values()) {
      if (epoch > epochReached) continue;
      this.#released.delete(slot);
      const ofPool = this.#slots.get(pool)!;
      ofPool.delete(endpoint);
      if (ofPool.size === 0) this.#slots.delete(pool);
      this.#table?.reset(slot);
      this.#free.push(slot);
      freed++;
    }
    return freed;
  }
}
