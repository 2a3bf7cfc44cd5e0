import { type FilterKind, readPools } from '../filter.ts';
import { readTargets, Targeting } from '../targeting.ts';

export interface AsnParameters {
  /** Pools by the number of the autonomous system. */
  networks: Readonly<Record<string, readonly string[]>>;
  default?: readonly string[];
}

/** Sends clients to pools by the autonomous system (RFC 1930) that announces their address, as the geo database has it; else it is as geotarget. */
export const asn: FilterKind<'asn', AsnParameters> = {
  name: 'asn',
  compile(parameters, compilation) {
    parameters.keys(['networks', 'default']);
    const networks = parameters.at('networks');
    if (networks.isAbsent || networks.keys().length === 0) throw networks.error('ERR_STEERING_EMPTY', 'pools by AS number');
    const targets = readTargets(networks, compilation, /^[1-9]\d{0,9}$/, 'the number of an autonomous system, such as 3320');
    const keyOf = ({ asn: number }: { asn?: number | undefined }) => (number === undefined ? undefined : String(number));
    const fallback = parameters.at('default');
    const pools = fallback.isAbsent ? undefined : readPools(fallback, compilation);
    return new Targeting(
      'asn',
      [{ label: 'AS', targets, keyOf }],
      pools,
      compilation.pools.length,
      (location) => keyOf(location) ?? 'AS unknown',
    );
  },
};
