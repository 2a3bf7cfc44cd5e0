import type { Reading } from './reading.ts';
import type { Run } from './run.ts';
import type { Value } from './value.ts';

/** Every decision draws anew. */
export const BY_CHANCE = undefined;

/** What keeps a client at one endpoint. */
export interface StickyKey {
  readonly reads: readonly Reading[];
  /** An int32, or NaN where there is nothing to go by: then there is a draw. */
  hash(run: Run): number;
  explain(run: Run, hash: number): string;
}

/** Whoever has no key gets a draw. */
export function readingsOf(by: StickyKey | typeof BY_CHANCE): readonly Reading[] {
  return by === BY_CHANCE ? ['random'] : [...by.reads, 'random'];
}

/** The client's subnet. */
class ClientKey implements StickyKey {
  readonly reads = ['subnet'] as const;
  private readonly ipv4Prefix: number;
  private readonly ipv6Prefix: number;

  constructor(ipv4Prefix: number, ipv6Prefix: number) {
    this.ipv4Prefix = ipv4Prefix;
    this.ipv6Prefix = ipv6Prefix;
  }

  hash(run: Run): number {
    return run.subnetHash(this.ipv4Prefix, this.ipv6Prefix);
  }

  explain(run: Run, hash: number): string {
    if (Number.isNaN(hash)) return 'the client gave no subnet to be sticky by';
    return `client subnet ${run.subnetText(this.ipv4Prefix, this.ipv6Prefix)}`;
  }
}

/** The name that is asked for: all clients of it are alike. */
export const BY_QNAME: StickyKey = {
  reads: ['qname'],
  hash: (run) => run.qnameHash(),
  explain: (_, hash) => (Number.isNaN(hash) ? 'the name that is asked for is not known' : 'the name that is asked for'),
};

/** For the reason of a filter that ranks by it. */
export function explainRendezvous(by: StickyKey, run: Run, hash: number): string {
  return `${by.explain(run, hash)}${Number.isNaN(hash) ? '' : ' by rendezvous hash'}`;
}

/** `ipv4Prefix` and `ipv6Prefix` of `parameters`; 24 and 56 bits when left out (RFC 7871 11.1). */
export function readClient(parameters: Value): StickyKey {
  return new ClientKey(readPrefix(parameters.at('ipv4Prefix'), 24, 32), readPrefix(parameters.at('ipv6Prefix'), 56, 128));
}

export function refusePrefixes(parameters: Value, expected: string): void {
  for (const key of ['ipv4Prefix', 'ipv6Prefix']) {
    const value = parameters.at(key);
    if (!value.isAbsent) throw value.error('ERR_STEERING_UNKNOWN_KEY', expected);
  }
}

function readPrefix(value: Value, byDefault: number, max: number): number {
  return value.isAbsent ? byDefault : value.integer(1, max, `a prefix length from 1 to ${max}`);
}

/** False when left out. */
export function readFlag(value: Value): boolean {
  if (!value.isAbsent && typeof value.found !== 'boolean') throw value.error('ERR_STEERING_TYPE', 'true or false');
  return value.found === true;
}
