import { isIP } from 'node:net';
import { type Check, type CheckDefinition, defineCheck } from './check.ts';
import { HealthError, type Path } from './errors.ts';
import type { ProbeTypes } from './probe-types.ts';
import type { HealthTable } from './table.ts';

/** What the prober watches: one address of one endpoint. */
export interface Target {
  /** The endpoint, for people: 'eu/fra1'. With the family, the target's identity across reloads. */
  id: string;
  /** Where in the table its verdict goes. */
  slot: number;
  /** Of the answer's address, which the verdict is about. The probed address may be of the other family. */
  family: 4 | 6;
  /** IPv4 or IPv6 address that is probed. */
  address: string;
  check: CheckDefinition;
}

export interface ProvenTarget {
  readonly id: string;
  readonly key: string;
  readonly slot: number;
  readonly family: 4 | 6;
  readonly address: string;
  readonly check: Check;
}

/**
 * Proves all targets of an `apply` before one of them is touched.
 *
 * @throws HealthError ERR_HEALTH_TARGET, ERR_HEALTH_TARGET_TWICE, or what defineCheck throws; paths begin with the target's index.
 */
export function proveTargets(targets: readonly Target[], table: HealthTable, probeTypes: ProbeTypes): Map<string, ProvenTarget> {
  const proven = new Map<string, ProvenTarget>();
  const places = new Map<string, string>();
  for (const [index, { id, slot, family, address, check }] of targets.entries()) {
    const refuse = (key: string, message: string) => new HealthError('ERR_HEALTH_TARGET', message, [index, key]);
    if (typeof id !== 'string' || id === '') throw refuse('id', 'expected a name');
    if (!Number.isInteger(slot) || slot < 0 || slot >= table.capacity)
      throw refuse('slot', `expected a slot from 0 to ${table.capacity - 1}, got ${slot}`);
    if (family !== 4 && family !== 6) throw refuse('family', `expected 4 or 6, got ${String(family)}`);
    if (typeof address !== 'string' || isIP(address) === 0) throw refuse('address', `expected an IPv4 or IPv6 address, got '${address}'`);
    const key = `${family} ${id}`;
    const twice = (message: string, path: Path) => new HealthError('ERR_HEALTH_TARGET_TWICE', message, path);
    if (proven.has(key)) throw twice(`${id} (IPv${family}) is there already`, [index, 'id']);
    const place = `${family} ${slot}`;
    const other = places.get(place);
    if (other !== undefined) throw twice(`slot ${slot} (IPv${family}) belongs to ${other} already`, [index, 'slot']);
    places.set(place, id);
    proven.set(key, { id, key, slot, family, address, check: defineCheck(check, [index, 'check'], probeTypes) });
  }
  return proven;
}
