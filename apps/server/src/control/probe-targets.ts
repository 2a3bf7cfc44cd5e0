import { isIPv6 } from 'node:net';
import { type CheckDefinition, defineCheck, HealthError, type Target } from '@dnsteer/health';
import type { SlotOf } from '@dnsteer/steering';
import type { CheckConfig, PoolConfig } from '../config/schema.ts';
import { durationText } from '../config/values.ts';
import type { Misfit, ProblemList } from './problem-list.ts';

/** What is probed of a pool: every endpoint, once per family that it answers. */
export function probeTargets(poolName: string, pool: PoolConfig, slotOf: SlotOf, problems: ProblemList): Target[] {
  return pool.endpoints.flatMap((endpoint, index) => {
    if (pool.check === undefined && endpoint.check === undefined) return [];
    const merged: CheckConfig = { ...pool.check, ...endpoint.check };
    const check = checkDefinition(merged);
    const proven = problems.collect(
      () => defineCheck(check),
      (error) => checkMisfit(error, merged, endpoint.check, ['pools', poolName], index),
    );
    if (proven === undefined) return [];
    const target = { id: `${poolName}/${endpoint.name}`, slot: slotOf(poolName, endpoint.name), check };
    const { addresses } = endpoint;
    if (addresses === undefined) {
      // What it answers is no place to probe.
      if (merged.address === undefined)
        problems.add({
          path: ['pools', poolName, 'endpoints', index],
          message: 'has no addresses, so expected its check to have an address',
        });
      return merged.address === undefined ? [] : [{ ...target, family: 4 as const, address: merged.address }];
    }
    return ([4, 6] as const).flatMap((family) => {
      const answered = addresses.find((address) => isIPv6(address) === (family === 6));
      return answered === undefined ? [] : [{ ...target, family, address: merged.address ?? answered }];
    });
  });
}

/** That of @dnsteer/health. */
const DEFAULT_INTERVAL_MS = 10_000;

function checkDefinition({ address: _address, interval, timeout, cooldown, ...rest }: CheckConfig): CheckDefinition {
  return {
    ...rest,
    ...(interval !== undefined && { intervalMs: interval }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(cooldown !== undefined && { cooldownMs: cooldown }),
  } as CheckDefinition;
}

/** The place is the endpoint's own check where that has the key, else the pool's. */
function checkMisfit(
  error: unknown,
  { interval = DEFAULT_INTERVAL_MS, timeout }: CheckConfig,
  own: CheckConfig | undefined,
  pool: readonly PropertyKey[],
  endpoint: number,
): Misfit | undefined {
  if (!(error instanceof HealthError)) return undefined;
  const wrong = String(error.path.at(-1));
  const key = wrong === 'timeoutMs' ? 'timeout' : wrong;
  // The only thing about durations that the schema leaves to be found here.
  const message =
    key === 'timeout'
      ? `found ${durationText(timeout!)}, expected at most the interval, ${durationText(interval)}`
      : error.message.slice(`${error.path.join('.')}: `.length);
  const isOwn = own !== undefined && key in own;
  return { path: isOwn ? [...pool, 'endpoints', endpoint, 'check', key] : [...pool, 'check', key], message };
}
