import { isIPv6 } from 'node:net';
import { type CheckDefinition, defineCheck, HealthError, type Target } from '@dnsteer/health';
import type { SlotOf } from '@dnsteer/steering';
import type { CheckConfig, PoolConfig } from '../config/schema.ts';
import type { Misfit, ProblemList } from './problem-list.ts';

/** What is probed of a pool: every endpoint, once per family that it answers. */
export function probeTargets(poolName: string, pool: PoolConfig, slotOf: SlotOf, problems: ProblemList): Target[] {
  return pool.endpoints.flatMap((endpoint, index) => {
    if (pool.check === undefined && endpoint.check === undefined) return [];
    const merged: CheckConfig = { ...pool.check, ...endpoint.check };
    const check = checkDefinition(merged);
    const proven = problems.collect(
      () => defineCheck(check),
      (error) => checkMisfit(error, poolName, index, endpoint.check),
    );
    if (proven === undefined) return [];
    return ([4, 6] as const).flatMap((family) => {
      const answered = endpoint.addresses.find((address) => isIPv6(address) === (family === 6));
      if (answered === undefined) return [];
      const slot = slotOf(poolName, endpoint.name);
      return [{ id: `${poolName}/${endpoint.name}`, slot, family, address: merged.address ?? answered, check }];
    });
  });
}

const CONFIG_KEYS: Readonly<Record<string, string>> = { intervalMs: 'interval', timeoutMs: 'timeout' };

function checkDefinition({ address: _address, interval, timeout, ...rest }: CheckConfig): CheckDefinition {
  return {
    ...rest,
    ...(interval !== undefined && { intervalMs: interval }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
  } as CheckDefinition;
}

/** The place is the endpoint's own check where that has the key, else the pool's. */
function checkMisfit(error: unknown, pool: string, endpoint: number, own: CheckConfig | undefined): Misfit | undefined {
  if (!(error instanceof HealthError)) return undefined;
  const wrong = String(error.path.at(-1));
  const key = CONFIG_KEYS[wrong] ?? wrong;
  const isOwn = own !== undefined && key in own;
  return { path: isOwn ? ['pools', pool, 'endpoints', endpoint, 'check', key] : ['pools', pool, 'check', key], message: error.message };
}
