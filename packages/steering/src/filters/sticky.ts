import type { FilterKind } from '../filter.ts';
import { BY_QNAME, readClient, readFlag, refusePrefixes } from '../sticky-key.ts';
import { Weighted } from './weighted.ts';

export interface StickyParameters {
  /** What meets the same endpoint for as long as it is there: the client's subnet (when left out), or the name that is asked for. */
  by?: 'client' | 'qname';
  /** Whether endpoints count by their weights; true when left out. */
  weights?: boolean;
  /** Bits of an IPv4 client that count: 1-32, 24 when left out. */
  ipv4Prefix?: number;
  /** Bits of an IPv6 client that count: 1-128, 56 when left out (RFC 7871 11.1 names both). */
  ipv6Prefix?: number;
}

/** Orders each tier by a weighted rendezvous hash (NS1's sticky and weighted sticky shuffle, PowerDNS's pickchashed and picknamehashed). */
export const sticky: FilterKind<'sticky', StickyParameters | null> = {
  name: 'sticky',
  compile(parameters, { roster, nextLimit }) {
    const own = parameters.isAbsent ? parameters.or({}) : parameters;
    own.keys(['by', 'weights', 'ipv4Prefix', 'ipv6Prefix']);
    const by = own.at('by');
    if (!by.isAbsent && by.found !== 'client' && by.found !== 'qname') throw by.error('ERR_STEERING_TYPE', 'client or qname');
    if (by.found === 'qname') refusePrefixes(own, 'no prefix of a name');
    const countsWeights = own.at('weights').isAbsent || readFlag(own.at('weights'));
    return new Weighted('sticky', roster, nextLimit, by.found === 'qname' ? BY_QNAME : readClient(own), countsWeights);
  },
};
