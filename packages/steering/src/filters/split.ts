import { Branching } from '../branching.ts';
import type { FilterDefinition } from '../definition.ts';
import type { Filter, FilterKind } from '../filter.ts';
import type { Run } from '../run.ts';

type Chain = readonly FilterDefinition[];

/** Chains by the type that is asked for: A, AAAA, or one that endpoints have records of (any other type, too, where a definition is data). */
export interface SplitParameters {
  A?: Chain;
  AAAA?: Chain;
  CAA?: Chain;
  CNAME?: Chain;
  HTTPS?: Chain;
  LOC?: Chain;
  MX?: Chain;
  NAPTR?: Chain;
  PTR?: Chain;
  SRV?: Chain;
  SSHFP?: Chain;
  SVCB?: Chain;
  TLSA?: Chain;
  TXT?: Chain;
  URI?: Chain;
}

/** Goes on with the chain of the type that is asked for; a type without one leaves the candidates as they are. */
export const split: FilterKind<'split', SplitParameters> = {
  name: 'split',
  compile(parameters, compilation) {
    const { hasAliases, types } = compilation.roster;
    if (hasAliases)
      throw parameters.error(
        'ERR_STEERING_TYPE',
        'no split where endpoints are aliases: a name is one for every type, or for none (RFC 1034 3.6.2)',
      );
    const keys = parameters.keys(types);
    if (keys.length === 0) throw parameters.error('ERR_STEERING_EMPTY', 'a chain for A or AAAA');
    return new Split(
      keys.map((key) => types.indexOf(key)),
      keys.map((key) => compilation.chain(parameters.at(key))),
    );
  },
};

class Split extends Branching {
  /** By chain: place of its type. */
  private readonly types: readonly number[];

  constructor(types: readonly number[], chains: readonly (readonly Filter[])[]) {
    super('split', chains, []);
    this.types = types;
  }

  protected choose({ type }: Run): number {
    return this.types.indexOf(type);
  }

  protected explain({ roster, type }: Run): string {
    return `the type that is asked for is ${roster.types[type]}`;
  }
}
