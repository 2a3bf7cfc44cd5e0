import type { Policy } from '@dnsteer/steering';
import { formatName, lowerCaseName } from '@dnsteer/wire';
import { DnsteerError, steer } from 'dnsteer';
import type { Misfit } from './problem-list.ts';
import type { ZonePlan } from './zone-plan.ts';

/** What can't be served of the services of a policy, and targets that are not steered by it: hints are those of TargetName (RFC 9460 7.3). */
export function serviceMisfits(name: string, policy: Policy, zones: readonly ZonePlan[]): Misfit[] {
  const place = ['policies', name, 'services'];
  if (policy.services.size === 0) return [];
  try {
    steer(policy);
  } catch (error) {
    if (!(error instanceof DnsteerError)) throw error;
    const [, type, message] = /services\.([A-Z]+): (.*)$/.exec(error.message) ?? [];
    return [{ path: type === undefined ? place : [...place, type], message: message ?? error.message }];
  }
  const owners = zones.flatMap(({ steered }) => steered.filter((one) => one.policy === name).map(({ owner }) => formatName(owner)));
  return Array.from(policy.services).flatMap(([type, rdata]) => {
    // Behind the priority (RFC 9460 2.2).
    const target = formatName(lowerCaseName(rdata.subarray(2)));
    if (target === '.' || owners.includes(target)) return [];
    const known = owners.length === 0 ? '' : ` (${owners.join(', ')})`;
    return [
      {
        path: [...place, type],
        message: `found target ${target}, expected "." or a name that this policy steers${known}: hints are addresses of the target`,
      },
    ];
  });
}
