import type { Draw, Filter, FilterKind } from '../filter.ts';
import type { Reading } from '../reading.ts';
import { isNoLower, rendezvousDraw, writeCost } from '../rendezvous.ts';
import type { Roster } from '../roster.ts';
import type { Run } from '../run.ts';
import { BY_CHANCE, explainRendezvous, readClient, readFlag, readingsOf, refusePrefixes, type StickyKey } from '../sticky-key.ts';
import { Multi } from './multi.ts';

export interface WeightedParameters {
  /** The same client subnet meets the same endpoint for as long as it is there; otherwise every decision draws anew. */
  sticky?: boolean;
  /** Bits of an IPv4 client that count for `sticky`: 1-32, 24 when left out. */
  ipv4Prefix?: number;
  /** Bits of an IPv6 client that count for `sticky`: 1-128, 56 when left out (RFC 7871 11.1 names both). */
  ipv6Prefix?: number;
  /** Each endpoint of a tier is answered or not for itself, in w / (greatest weight of the tier) of all decisions: those of the greatest weight always. */
  multi?: boolean;
}

/**
 * Permutes each tier so that endpoints come first as often as their weights say. Endpoints of weight 0 are dropped; when all
 * candidates weigh 0, they count alike (as Route 53 does).
 */
export const weighted: FilterKind<'weighted', WeightedParameters | null> = {
  name: 'weighted',
  compile(parameters, { roster, nextLimit }) {
    if (parameters.isAbsent) return new Weighted('weighted', roster, nextLimit, BY_CHANCE);
    parameters.keys(['sticky', 'ipv4Prefix', 'ipv6Prefix', 'multi']);
    const by = readFlag(parameters.at('sticky')) ? readClient(parameters) : BY_CHANCE;
    if (by === BY_CHANCE) refusePrefixes(parameters, 'no prefix without sticky: true');
    return readFlag(parameters.at('multi')) ? new Multi(roster, by) : new Weighted('weighted', roster, nextLimit, by);
  },
};

/** Also of filters that permute without weights. */
export class Weighted implements Filter, Draw {
  readonly name: 'weighted' | 'sticky' | 'shuffle' | 'multivalue';
  readonly limit = Number.POSITIVE_INFINITY;
  /** A sticky client without a subnet gets a draw. */
  readonly reads: readonly Reading[];
  readonly draw: Draw | undefined;
  /** As many places are worth filling: what stands behind them, the next filter cuts off. */
  private readonly reach: number;
  private readonly by: StickyKey | typeof BY_CHANCE;
  private readonly hasWeight: Uint8Array;
  private readonly hasZeroWeight: boolean;
  private readonly countsWeights: boolean;
  /** 1 for every endpoint: the weights that count when all are 0. */
  private readonly equalWeights: Float64Array;
  /** By place among the candidates. */
  private readonly costs: Float64Array;
  /** What the reason tells of; filled only when there is a recorder. */
  private notes: string[] = [];

  /** @param countsWeights - else all endpoints are alike. */
  constructor(
    name: Weighted['name'],
    roster: Roster,
    reach: number,
    by: StickyKey | typeof BY_CHANCE,
    countsWeights = name === 'weighted',
  ) {
    this.name = name;
    this.countsWeights = countsWeights;
    this.reads = readingsOf(by);
    this.draw = reach === 1 ? this : undefined;
    this.reach = reach;
    this.by = by;
    this.hasWeight = Uint8Array.from(roster.weights, (weight) => (weight > 0 ? 1 : 0));
    this.hasZeroWeight = roster.hasZeroWeight;
    this.equalWeights = new Float64Array(roster.ids.length).fill(1);
    this.costs = new Float64Array(roster.ids.length);
  }

  apply(run: Run): void {
    const { candidates } = run;
    if (run.recorder !== undefined) this.notes = [];
    const weights = this.prepare(run);
    let hash = Number.NaN;
    let isHashed = false;
    for (let tier = 0, start = 0; tier < candidates.tierCount && start < this.reach; tier++) {
      const end = candidates.tierEnds[tier]!;
      const want = Math.min(end - start, this.reach - start);
      if (end - start > 1) {
        // Only a tier of two or more makes the verdict depend on the client.
        if (this.by !== BY_CHANCE && !isHashed) {
          hash = this.by.hash(run);
          isHashed = true;
        }
        if (Number.isNaN(hash)) this.drawPlaces(run, start, end, want, weights);
        else if (want === 1) candidates.swap(start, this.lead(run, candidates.endpoints, start, end, weights, hash));
        else this.rank(run, start, end, want, weights, hash);
        if (run.recorder !== undefined) this.noteOrder(run, start, want);
      }
      start = end;
    }
    if (run.recorder !== undefined) run.reason = this.explain(run, weights, isHashed, hash);
  }

  prepare(run: Run): Float64Array {
    if (!this.countsWeights) return this.equalWeights;
    if (!this.hasZeroWeight) return run.roster.weights;
    run.poolsDepend = true;
    if (!this.anyWeight(run)) return this.equalWeights;
    this.dropWeightless(run);
    return run.roster.weights;
  }

  pick(run: Run, endpoints: Int32Array, count: number, weights: Float64Array, sum: number): number {
    const hash = this.by === BY_CHANCE ? Number.NaN : this.by.hash(run);
    if (Number.isNaN(hash)) return placeOf(run.random(), sum, endpoints, 0, count, weights);
    return this.lead(run, endpoints, 0, count, weights, hash);
  }

  /** Weighted sampling without replacement: each place takes one draw; the last one of a tier needs none. */
  private drawPlaces(run: Run, start: number, end: number, want: number, weights: Float64Array): void {
    const { candidates, recorder } = run;
    const { endpoints } = candidates;
    let sum = 0;
    for (let i = start; i < end; i++) sum += weights[endpoints[i]!]!;
    for (let place = start; place < start + want && place < end - 1; place++) {
      const draw = run.random();
      const picked = placeOf(draw, sum, endpoints, place, end, weights);
      if (recorder !== undefined) this.notes.push(`draw ${((draw >>> 0) / DRAWS).toFixed(4)} of weight ${round(sum)}`);
      sum -= weights[endpoints[picked]!]!;
      candidates.swap(place, picked);
    }
  }

  /** Weighted rendezvous when one place is wanted. @returns the place of the lowest cost. */
  private lead({ roster }: Run, endpoints: Int32Array, start: number, end: number, weights: Float64Array, hash: number): number {
    const { idHashes } = roster;
    const { costs } = this;
    let best = start;
    writeCost(costs, start, rendezvousDraw(hash, idHashes[endpoints[start]!]!), weights, endpoints[start]!);
    for (let i = start + 1; i < end; i++) {
      const endpoint = endpoints[i]!;
      const draw = rendezvousDraw(hash, idHashes[endpoint]!);
      // Most can't win, and need no logarithm to know it.
      if (isNoLower(costs, best, draw, weights, endpoint)) continue;
      writeCost(costs, i, draw, weights, endpoint);
      if (costs[i]! < costs[best]!) best = i;
    }
    return best;
  }

  /** Weighted rendezvous for more places: lowest costs first. */
  private rank({ candidates, roster }: Run, start: number, end: number, want: number, weights: Float64Array, hash: number): void {
    const { endpoints } = candidates;
    const { costs } = this;
    for (let i = start; i < end; i++) {
      const endpoint = endpoints[i]!;
      writeCost(costs, i, rendezvousDraw(hash, roster.idHashes[endpoint]!), weights, endpoint);
    }
    for (let place = start; place < start + want && place < end - 1; place++) {
      let best = place;
      for (let i = place + 1; i < end; i++) if (costs[i]! < costs[best]!) best = i;
      candidates.swap(place, best);
      const cost = costs[place]!;
      costs[place] = costs[best]!;
      costs[best] = cost;
    }
  }

  private anyWeight({ candidates }: Run): boolean {
    for (let i = 0; i < candidates.count; i++) if (this.hasWeight[candidates.endpoints[i]!] !== 0) return true;
    return false;
  }

  private dropWeightless({ candidates, recorder, roster }: Run): void {
    if (recorder !== undefined) {
      const weightless = candidates.endpoints.subarray(0, candidates.count).filter((endpoint) => this.hasWeight[endpoint] === 0);
      if (weightless.length > 0)
        this.notes.push(`weight 0 dropped: ${Array.from(weightless, (endpoint) => roster.ids[endpoint]).join(', ')}`);
    }
    candidates.keepFlagged(this.hasWeight);
  }

  private noteOrder({ candidates, roster }: Run, start: number, want: number): void {
    let ids = '';
    for (let i = start; i < start + want; i++) ids += `${i === start ? '' : ', '}${roster.ids[candidates.endpoints[i]!]}`;
    this.notes.push(`-> ${ids}`);
  }

  private explain(run: Run, weights: Float64Array, isHashed: boolean, hash: number): string {
    const { notes } = this;
    if (weights === this.equalWeights && this.countsWeights) notes.unshift('all candidates weigh 0, so they count alike');
    if (!notes.some((note) => note.startsWith('->'))) notes.push('one candidate in each tier that counts: nothing to weigh');
    if (isHashed && this.by !== BY_CHANCE) notes.unshift(explainRendezvous(this.by, run, hash));
    let reason = notes[0]!;
    for (let i = 1; i < notes.length; i++) reason += `${notes[i]!.startsWith('->') ? ' ' : '; '}${notes[i]}`;
    return reason;
  }
}

// How many different draws there are.
const DRAWS = 4294967296;

/** Whose share of the weights from `start` on the draw falls into. @param sum - of them. */
function placeOf(draw: number, sum: number, endpoints: Int32Array, start: number, end: number, weights: Float64Array): number {
  let picked = start;
  for (let left = ((draw >>> 0) / DRAWS) * sum; picked < end - 1 && (left -= weights[endpoints[picked]!]!) >= 0; ) picked++;
  return picked;
}

function round(weight: number): number {
  return Math.round(weight * 1000) / 1000;
}
