import { loadKeys } from '@dnsteer/signer';
import { formatName } from '@dnsteer/wire';
import { readZoneFile } from '@dnsteer/zone';
import { loadConfig } from '../config/load.ts';
import { type Composition, composeAtRest } from '../control/composition.ts';
import { openGeo } from '../control/geo-files.ts';
import { checkZoneFiles, readKeys } from '../control/named-files.ts';
import { dynamicOwners, type ZonePlan } from '../control/zone-plan.ts';
import { Failures } from './failure.ts';

/**
 * `check`: reads the configuration and all that it names, and starts nothing; prints what is there.
 *
 * @throws Failures (rejects) with everything that is wrong; ConfigError when the configuration can't be made sense of.
 */
export async function check(configPath: string): Promise<void> {
  const composition = composeAtRest(loadConfig(configPath));
  const failures = new Failures();
  await failures.collect(() => checkZoneFiles(composition));
  await failures.collect(() => void readKeys(composition, loadKeys));
  await failures.collect(() => openGeo(composition));
  if (failures.errors.length === 0) for (const plan of composition.zones) await failures.collect(() => checkZone(plan, composition));
  if (failures.errors.length > 0) throw failures;
  const { pools, policies, zones } = composition;
  const names = zones.map(({ apex }) => formatName(apex)).join(' ');
  process.stdout.write(
    `${configPath}: ${count(zones.length, 'zone')}${names && ` (${names})`}, ${count(pools.length, 'pool')}, ${count(policies.size, 'policy')}: fine\n`,
  );
}

function checkZone(plan: ZonePlan, { policies }: Composition): void {
  const builder = readZoneFile(plan.file, { origin: plan.apex });
  for (const { owner, types, dynamicId, maxTtlSeconds } of dynamicOwners(plan, policies))
    builder.addDynamic(owner, types, dynamicId, maxTtlSeconds);
  builder.build();
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what.replace(/y$/, 'ie')}s`;
}
