import type { LocationLike } from './environment.ts';
import { isUp } from './family-health.ts';
import type { Filter } from './filter.ts';
import type { Reading } from './reading.ts';
import type { Run } from './run.ts';

/** A candidate as a function of one's own sees it. */
export interface CustomCandidate {
  /** `pool/endpoint`. */
  readonly id: string;
  readonly pool: string;
  readonly weight: number;
  /** Its tier, the best is 0. */
  readonly tier: number;
}

/** What a function of one's own may look at, if it said so in `reads`. */
export interface CustomView {
  /** Best first. */
  readonly candidates: readonly CustomCandidate[];
  /** The type that is asked for: `A`. */
  readonly type: string;
  /** `location`: where the client is; the answer then holds for the prefix of that place. */
  location(): LocationLike;
  /** `subnet`: an int32 of the client's subnet of so many bits; NaN for a client that gave none. */
  subnetHash(ipv4Prefix: number, ipv6Prefix: number): number;
  /** `qname`: an int32 of the name that is asked for; NaN where it is not known. */
  qnameHash(): number;
  /** `health`. */
  isUp(candidate: CustomCandidate): boolean;
  /** `time`: of the query, milliseconds since 1970. */
  nowMs(): number;
  /** `random`: a number from 0 up to 1. */
  random(): number;
  /** The reason that traces have. */
  because(reason: string): void;
}

/** Those that stay, best first: in one tier, or in tiers. What is not among the candidates is left out; what is named twice counts once. */
export type CustomChoice = readonly CustomCandidate[] | readonly (readonly CustomCandidate[])[];

const DRAWS = 4294967296;

/** A filter of a chain that is a function, made by `custom`. */
export class CustomFilter {
  readonly name: string;
  readonly reads: readonly Reading[];
  readonly choose: (view: CustomView) => CustomChoice;

  constructor(name: string, reads: readonly Reading[], choose: (view: CustomView) => CustomChoice) {
    this.name = name;
    this.reads = reads;
    this.choose = choose;
  }

  compile(): Filter {
    return new Custom(this);
  }
}

/**
 * A filter of one's own, for a chain: the way out where no other does it. It makes objects for every decision, so it is not for what others can do, and it is no
 * data: a chain with one can't be written in YAML or sent to a thread.
 *
 * @param reads - what `choose` looks at besides the candidates; another door throws.
 * @param choose - same view, same choice: it keeps no state.
 */
export function custom(name: string, reads: readonly Reading[], choose: (view: CustomView) => CustomChoice): CustomFilter {
  return new CustomFilter(name, reads, choose);
}

class Custom implements Filter {
  readonly name: string;
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads: readonly Reading[];
  private readonly choose: (view: CustomView) => CustomChoice;

  constructor({ name, reads, choose }: CustomFilter) {
    this.name = name;
    this.reads = reads;
    this.choose = choose;
  }

  apply(run: Run): void {
    const candidates = candidatesOf(run);
    let reason = '';
    const chosen = this.choose({ ...this.doors(run, candidates), because: (text) => (reason = text) });
    const tiers = (chosen.every((one) => Array.isArray(one)) ? chosen : [chosen]) as readonly (readonly CustomCandidate[])[];
    const left = new Map(candidates.map((candidate, i) => [candidate, run.candidates.endpoints[i]!]));
    const endpoints = tiers.map((tier) => tier.flatMap((candidate) => take(left, candidate)));
    // What became of one pool may hang on another: nobody knows.
    run.poolsDepend = true;
    run.candidates.arrange(endpoints.filter((tier) => tier.length > 0));
    if (run.recorder !== undefined) run.reason = reason === '' ? `${run.candidates.count} of ${candidates.length} candidates` : reason;
  }

  private doors(run: Run, candidates: readonly CustomCandidate[]): Omit<CustomView, 'because'> {
    const expect = (reading: Reading): void => {
      if (!this.reads.includes(reading))
        throw new TypeError(`filter ${this.name}: expected '${reading}' among what it reads, found [${this.reads.join(', ')}]`);
    };
    const { roster } = run;
    return {
      candidates,
      type: roster.types[run.type]!,
      location: () => {
        expect('location');
        return run.location();
      },
      subnetHash: (ipv4Prefix, ipv6Prefix) => {
        expect('subnet');
        return run.subnetHash(ipv4Prefix, ipv6Prefix);
      },
      qnameHash: () => {
        expect('qname');
        return run.qnameHash();
      },
      isUp: ({ id, pool }) => {
        expect('health');
        run.healthMatters[roster.poolNames.indexOf(pool)] = 1;
        const endpoint = roster.ids.indexOf(id);
        return run.countsAllAsUp || isUp(run.health, roster.slots[endpoint]!, run.healthFamily(endpoint));
      },
      nowMs: () => {
        expect('time');
        return run.nowMs();
      },
      random: () => {
        expect('random');
        return (run.random() >>> 0) / DRAWS;
      },
    };
  }
}

function candidatesOf({ candidates, roster }: Run): CustomCandidate[] {
  const list: CustomCandidate[] = [];
  for (let tier = 0; tier < candidates.tierCount; tier++) {
    for (let i = candidates.tierStart(tier); i < candidates.tierEnds[tier]!; i++) {
      const endpoint = candidates.endpoints[i]!;
      list.push({ id: roster.ids[endpoint]!, pool: roster.poolNames[roster.poolOf[endpoint]!]!, weight: roster.weights[endpoint]!, tier });
    }
  }
  return list;
}

function take(left: Map<CustomCandidate, number>, candidate: CustomCandidate): number[] {
  const endpoint = left.get(candidate);
  left.delete(candidate);
  return endpoint === undefined ? [] : [endpoint];
}
