import { Checkpoint } from './checkpoint.ts';
import { Choice, type Remembered } from './choice.ts';
import type { Stage } from './engine.ts';
import type { Run } from './run.ts';

/** What one pick leads to. */
export class Outcome implements Remembered {
  attachment: unknown = undefined;
  readonly choice = new Choice();
  /** The filters that relied on where the client is, as `Run.placeFilters`. */
  readonly placeFilters: number;

  constructor(choice: Choice, placeFilters: number) {
    copyChoice(choice, this.choice);
    this.placeFilters = placeFilters;
  }
}

/** How far a decision has come by the filters that all clients of a class share. */
export class Situation {
  readonly stage: Stage;
  readonly checkpoint: Checkpoint;
  readonly placeFilters: number;
  /** One of `topTier` is picked, and the rest hangs on it alone. */
  readonly isPicked: boolean;
  readonly topTier: Int32Array;
  readonly weights: Float64Array;
  readonly weightSum: number;
  /** By place in `topTier`; filled as they are picked. */
  readonly outcomes: (Outcome | undefined)[] = [];

  /** @param weights - by endpoint, where one of `topCount` candidates is picked (0 or 1: there is nothing to pick). */
  constructor(run: Run, stage: Stage, placeFilters: number, topCount: number, weights: Float64Array | undefined) {
    this.stage = stage;
    this.checkpoint = new Checkpoint(run);
    this.placeFilters = placeFilters;
    this.isPicked = weights !== undefined;
    this.topTier = run.candidates.endpoints.slice(0, topCount);
    this.weights = weights ?? run.roster.weights;
    let sum = 0;
    for (const endpoint of this.topTier) sum += this.weights[endpoint]!;
    this.weightSum = sum;
  }
}

export function copyChoice(from: Choice, to: Choice): void {
  const { addressCount, endpointCount } = from;
  to.status = from.status;
  to.isAlias = from.isAlias;
  to.addressCount = addressCount;
  for (let i = 0; i < addressCount; i++) to.addresses[i] = from.addresses[i]!;
  if (to.endpoints.length < endpointCount) to.endpoints = new Int32Array(endpointCount);
  to.endpointCount = endpointCount;
  for (let i = 0; i < endpointCount; i++) to.endpoints[i] = from.endpoints[i]!;
  to.ttlSeconds = from.ttlSeconds;
  to.allDown = from.allDown;
  to.ecsScope = from.ecsScope;
}
