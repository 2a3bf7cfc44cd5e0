import { Branching } from '../branching.ts';
import type { FilterDefinition } from '../definition.ts';
import type { Filter, FilterKind } from '../filter.ts';
import type { Run } from '../run.ts';

/** A chain by the type that is asked for. */
export interface SplitParameters {
  A?: readonly FilterDefinition[];
  AAAA?: readonly FilterDefinition[];
}

/** Goes on with the chain of the type that is asked for; a type without one leaves the candidates as they are. */
export const split: FilterKind<'split', SplitParameters> = {
  name: 'split',
  compile(parameters, compilation) {
    if (parameters.keys(['A', 'AAAA']).length === 0) throw parameters.error('ERR_STEERING_EMPTY', 'a chain for A or AAAA');
    const chains = [parameters.at('A'), parameters.at('AAAA')].map((value) => (value.isAbsent ? [] : compilation.chain(value)));
    return new Split(chains);
  },
};

class Split extends Branching {
  constructor(chains: readonly (readonly Filter[])[]) {
    super('split', chains, []);
  }

  protected choose({ family }: Run): number {
    return family === 4 ? 0 : 1;
  }

  protected explain(_run: Run, chosen: number): string {
    return `the type that is asked for is ${chosen === 0 ? 'A' : 'AAAA'}`;
  }
}
