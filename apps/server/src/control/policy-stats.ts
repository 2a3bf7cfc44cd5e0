import { SlotRegistry } from '@dnsteer/health';
import { PolicyCounters, type PolicyCounts } from 'dnsteer';

/** What a policy did since the server started, or since the policy was new. */
export interface PolicyRow extends PolicyCounts {
  readonly policy: string;
}

const ROWS = 'policy';

/** Which row of the workers' counters is of which policy. A policy keeps its row, and its counts, across reloads. */
export class PolicyStats {
  readonly counters: PolicyCounters;
  readonly #rows: SlotRegistry;
  #policies: readonly string[] = [];

  /** @param workers - how many count. */
  constructor(workers: number) {
    this.counters = new PolicyCounters(workers);
    this.#rows = new SlotRegistry(this.counters);
  }

  /** Rows by policy. @throws HealthError where there are more policies than rows. */
  rowsOf(policies: Iterable<string>): Record<string, number> {
    return Object.fromEntries(Array.from(policies, (policy) => [policy, this.#rows.slotOf(ROWS, policy)]));
  }

  /** The policies that are answered by from now on. @param epoch - of the snapshot that has them. @param reached - epoch that all workers have reached. */
  adopt(policies: Iterable<string>, epoch: number, reached: number): void {
    this.#policies = [...policies];
    this.#rows.keep(
      this.#policies.map((policy) => [ROWS, policy] as const),
      epoch,
    );
    this.#rows.reclaim(reached);
  }

  /** `undefined`: there is no such policy. */
  of(policy: string): PolicyCounts | undefined {
    const row = this.#policies.includes(policy) ? this.#rows.find(ROWS, policy) : undefined;
    return row === undefined ? undefined : this.counters.sum(row);
  }

  list(): PolicyRow[] {
    return this.#policies.map((policy) => ({ policy, ...this.of(policy)! }));
  }
}
