import type { HealthView } from './environment.ts';
import { BOTH } from './roster.ts';

// What the health view says of an endpoint by a family of `roster.healthFamilies`: of BOTH, the worse of the two.

export function isUp(health: HealthView, slot: number, family: number): boolean {
  return family === BOTH ? health.isUp(slot, 4) && health.isUp(slot, 6) : health.isUp(slot, family as 4 | 6);
}

export function ttlCapSeconds(health: HealthView, slot: number, family: number): number {
  if (family !== BOTH) return health.ttlCapSeconds(slot, family as 4 | 6);
  return Math.min(health.ttlCapSeconds(slot, 4), health.ttlCapSeconds(slot, 6));
}

/** 0: it is not known. */
export function downSinceMs(health: HealthView, slot: number, family: number): number {
  if (health.downSinceMs === undefined) return 0;
  if (family !== BOTH) return health.downSinceMs(slot, family as 4 | 6);
  const [ipv4, ipv6] = [health.downSinceMs(slot, 4), health.downSinceMs(slot, 6)];
  return ipv4 === 0 || ipv6 === 0 ? Math.max(ipv4, ipv6) : Math.min(ipv4, ipv6);
}
