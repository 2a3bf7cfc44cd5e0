/** Candidates as tiers of ids `pool/endpoint`, best tier first. */
export type Tiers = readonly (readonly string[])[];

/**
 * Told of every step of a decision while it is made. Handing one in changes the speed and nothing else:
 * the same filters run, and they draw the same numbers.
 */
export interface Recorder {
  step(filter: string, before: Tiers, after: Tiers, reason: string): void;
  /** Once, at the end. */
  verdict(ttlReason: string, scopeReason: string): void;
}

export interface TraceStep {
  /** A filter of the chain, or `family` (no address of the type asked for) or `allDown`. */
  filter: string;
  in: Tiers;
  out: Tiers;
  /** For operators, without the filter's name. */
  reason: string;
  /** What it drew, 0 to 1, in order; of `decide`. Left out: nothing. */
  draws?: number[];
}

/** The recorder that keeps what it is told. */
export class Trace implements Recorder {
  readonly steps: TraceStep[] = [];
  /** Drawn since the last step. */
  readonly drawn: number[] = [];
  ttlReason = '';
  scopeReason = '';

  step(filter: string, before: Tiers, after: Tiers, reason: string): void {
    const draws = this.drawn.splice(0);
    this.steps.push({ filter, in: before, out: after, reason, ...(draws.length > 0 && { draws }) });
  }

  verdict(ttlReason: string, scopeReason: string): void {
    this.ttlReason = ttlReason;
    this.scopeReason = scopeReason;
  }
}
