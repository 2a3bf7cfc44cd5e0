import type { Run } from './run.ts';

/** A decision half made: the candidates, and what is noted of them, so that it can be gone on with again and again. */
export class Checkpoint {
  private readonly type: number;
  private readonly endpoints: Int32Array;
  private readonly tierEnds: Int32Array;
  private readonly sizes: Int32Array;
  private readonly healthMatters: Uint8Array;
  private readonly isLastResort: boolean;
  private readonly countsAllAsUp: boolean;
  private readonly poolsDepend: boolean;
  private readonly isTargeted: boolean;

  constructor(run: Run) {
    const { candidates } = run;
    this.type = run.type;
    this.endpoints = candidates.endpoints.slice(0, candidates.count);
    this.tierEnds = candidates.tierEnds.slice(0, candidates.tierCount);
    this.sizes = candidates.sizes.slice();
    this.healthMatters = run.healthMatters.slice();
    this.isLastResort = run.isLastResort;
    this.countsAllAsUp = run.countsAllAsUp;
    this.poolsDepend = run.poolsDepend;
    this.isTargeted = run.isTargeted;
  }

  /** Puts `run` there, of the same policy; its client stays. */
  restore(run: Run): void {
    const { candidates, healthMatters } = run;
    const { endpoints, sizes, tierEnds } = this;
    run.type = this.type;
    run.recorder = undefined;
    run.isLastResort = this.isLastResort;
    run.countsAllAsUp = this.countsAllAsUp;
    run.poolsDepend = this.poolsDepend;
    run.isTargeted = this.isTargeted;
    candidates.count = endpoints.length;
    candidates.tierCount = tierEnds.length;
    for (let i = 0; i < endpoints.length; i++) candidates.endpoints[i] = endpoints[i]!;
    for (let tier = 0; tier < tierEnds.length; tier++) candidates.tierEnds[tier] = tierEnds[tier]!;
    for (let pool = 0; pool < sizes.length; pool++) {
      candidates.sizes[pool] = sizes[pool]!;
      healthMatters[pool] = this.healthMatters[pool]!;
    }
  }
}
