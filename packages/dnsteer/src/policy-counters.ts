import type { AllDown } from '@dnsteer/steering';

/** How a policy with no candidate left answers; `pool`: from the pool that it names. */
export const ALL_DOWN_KINDS = ['all', 'last', 'none', 'servfail', 'pool'] as const;
export type AllDownKind = (typeof ALL_DOWN_KINDS)[number];

/** What a policy did. */
export interface PolicyCounts {
  /** Those of clients that are told why are not counted. An answer may take more than one: HTTPS one for each family. */
  readonly decisions: number;
  /** Those for which no candidate was left, by how they were answered. */
  readonly allDown: Readonly<Record<AllDownKind, number>>;
}

/** As many octets as a line of the processor's cache, so that no two workers write to one. */
const FIELDS = 8;
const DECISIONS = 0;
const FIRST_KIND = 1;
const DEFAULT_ROWS = 16_384;

/**
 * Decisions of policies, in shared memory: each worker counts in rows of its own, without atomic operations, and the control plane adds them up. Memory of rows that nobody counts in is
 * never touched.
 */
export class PolicyCounters {
  readonly shared: SharedArrayBuffer;
  readonly workers: number;
  /** Rows of each worker. */
  readonly capacity: number;
  readonly #counts: Float64Array;

  /**
   * @param workers - how many count.
   * @param shared - of another thread's PolicyCounters of as many workers; left out: made.
   */
  constructor(workers: number, shared?: SharedArrayBuffer) {
    this.workers = workers;
    this.shared = shared ?? new SharedArrayBuffer(workers * DEFAULT_ROWS * FIELDS * 8);
    this.#counts = new Float64Array(this.shared);
    this.capacity = this.#counts.length / FIELDS / workers;
  }

  /** Where one worker counts for one policy: `count` adds to it. */
  row(worker: number, row: number): Float64Array {
    const at = (worker * this.capacity + row) * FIELDS;
    return this.#counts.subarray(at, at + FIELDS);
  }

  /** Of all workers. What they count meanwhile may be in it or not. */
  sum(row: number): PolicyCounts {
    const rows = Array.from({ length: this.workers }, (_, worker) => this.row(worker, row));
    const total = (field: number) => rows.reduce((sum, own) => sum + own[field]!, 0);
    const allDown = Object.fromEntries(ALL_DOWN_KINDS.map((kind, i) => [kind, total(FIRST_KIND + i)]));
    return { decisions: total(DECISIONS), allDown: allDown as Record<AllDownKind, number> };
  }

  /** Nobody counts there any more. */
  reset(row: number): void {
    for (let worker = 0; worker < this.workers; worker++) this.row(worker, row).fill(0);
  }
}

/** A row that nobody looks at. */
export function ownCounts(): Float64Array {
  return new Float64Array(FIELDS);
}

/** The field of a row for verdicts of a policy that had no candidate left. */
export function allDownField(allDown: AllDown): number {
  return FIRST_KIND + ALL_DOWN_KINDS.indexOf(typeof allDown === 'object' ? 'pool' : allDown);
}

/** Counts a decision. @param field - of `allDownField`, where no candidate was left. */
export function count(counts: Float64Array, isAllDown: boolean, field: number): void {
  counts[DECISIONS]!++;
  if (isAllDown) counts[field]!++;
}
