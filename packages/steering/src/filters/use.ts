import { Branching } from '../branching.ts';
import { type Filter, type FilterKind, readPools } from '../filter.ts';
import type { Run } from '../run.ts';

/** The name of another policy. */
export type UseParameters = string;

/** Keeps the candidates of another policy's pools, and goes on with its chain. Its TTLs and its `allDown` are its own and don't count here. */
export const use: FilterKind<'use', UseParameters> = {
  name: 'use',
  compile(parameters, compilation) {
    const { definition, compilation: inner } = compilation.nested(parameters);
    const pools = readPools(definition.at('pools'), compilation);
    const keeps = Uint8Array.from(compilation.roster.poolOf, (pool) => (pools.includes(pool) ? 1 : 0));
    return new Nested(String(parameters.found), keeps, inner.chain(definition.at('chain')));
  },
};

class Nested extends Branching {
  private readonly policy: string;
  /** By endpoint. */
  private readonly keeps: Uint8Array;

  constructor(name: string, keeps: Uint8Array, chain: readonly Filter[]) {
    super('use', [chain], []);
    this.policy = name;
    this.keeps = keeps;
  }

  protected choose({ candidates }: Run): number {
    candidates.keepFlagged(this.keeps);
    return 0;
  }

  protected explain({ candidates }: Run): string {
    return `the pools of ${this.policy} have ${candidates.count} of the candidates`;
  }
}
