import { applyFilters } from './chain.ts';
import type { LocationLike } from './environment.ts';
import type { Filter } from './filter.ts';
import { factsOf } from './places.ts';
import type { Reading } from './reading.ts';
import type { Run } from './run.ts';

/** Of a filter that applies one of several chains. */
export abstract class Branching implements Filter {
  readonly name: string;
  readonly isBranching = true;
  readonly limit: number;
  readonly reads: readonly Reading[];
  private readonly chains: readonly (readonly Filter[])[];

  /** @param own - what `choose` looks at. */
  constructor(name: string, chains: readonly (readonly Filter[])[], own: readonly Reading[]) {
    this.name = name;
    this.chains = chains;
    const limitOf = (chain: readonly Filter[]) => Math.min(...chain.map(({ limit }) => limit), Number.POSITIVE_INFINITY);
    this.limit = chains.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...chains.map(limitOf));
    this.reads = [...new Set([...own, ...chains.flat().flatMap(({ reads }) => reads)])];
  }

  apply(run: Run, within: string): void {
    const chosen = this.choose(run);
    const { recorder } = run;
    if (recorder !== undefined) {
      const tiers = run.tiers();
      recorder.step(`${within}${this.name}`, tiers, tiers, this.explain(run, chosen));
    }
    const chain = this.chains[chosen];
    if (chain === undefined) return;
    applyFilters(run, chain, 0, chain.length, recorder === undefined ? '' : `${within}${this.name}/`, run.filterPlace);
  }

  classOf(location: LocationLike): string {
    const inner = this.chainsFor(location, this.chains)
      .flat()
      .filter(({ reads }) => reads.includes('location'));
    return [this.ownClassOf(location), ...inner.map((filter) => filter.classOf?.(location) ?? factsOf(location))].join(';');
  }

  /** The chains that a client there can come to. */
  protected chainsFor(_location: LocationLike, chains: readonly (readonly Filter[])[]): readonly (readonly Filter[])[] {
    return chains;
  }

  /** @returns the index of a chain; another number: none. */
  protected abstract choose(run: Run): number;
  protected abstract explain(run: Run, chosen: number): string;
  /** As `classOf` of a filter, for what `choose` looks at. */
  protected ownClassOf(_location: LocationLike): string {
    return '';
  }
}
