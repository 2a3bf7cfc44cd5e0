import { loadKeys, refuseSigned, SignerError } from '@dnsteer/signer';
import { formatName } from '@dnsteer/wire';
import { readZoneFile } from '@dnsteer/zone';
import { loadConfig } from '../config/load.ts';
import { formatProblem, type Problem } from '../config/problem.ts';
import { type Composition, composeAtRest } from '../control/composition.ts';
import { openGeo } from '../control/geo-files.ts';
import { checkControl, checkOverrides, checkZoneFiles, readKeys } from '../control/named-files.ts';
import { dynamicOwners, type ZonePlan } from '../control/zone-plan.ts';
import { fileWarning, hiddenRecords, placedError } from '../control/zone-problems.ts';
import { lint } from '../lint/lint.ts';
import { Failures } from './failure.ts';
import { steeredLines } from './steered-lines.ts';

/**
 * `check`: reads the configuration and all that it names, and starts nothing; prints what is there, and on stderr what is
 * likely not meant.
 *
 * @throws Failures (rejects) with everything that is wrong; ConfigError when the configuration can't be made sense of.
 */
export async function check(configPath: string): Promise<void> {
  const composition = composeAtRest(loadConfig(configPath));
  const failures = new Failures();
  await failures.collect(() => checkControl(composition));
  await failures.collect(() => checkZoneFiles(composition));
  await failures.collect(() => checkOverrides(composition));
  await failures.collect(() => void readKeys(composition, loadKeys));
  await failures.collect(() => openGeo(composition));
  const warnings: Problem[] = [];
  if (failures.errors.length === 0)
    for (const plan of composition.zones) await failures.collect(() => void warnings.push(...checkZone(plan, composition)));
  if (failures.errors.length > 0) throw failures;
  warnings.push(...lint(composition).map(({ problem }) => problem));
  for (const warning of warnings) process.stderr.write(`warning: ${formatProblem(warning)}\n`);
  const { pools, policies, zones } = composition;
  const names = zones.map(({ apex }) => formatName(apex)).join(' ');
  process.stdout.write(
    `${configPath}: ${count(zones.length, 'zone')}${names && ` (${names})`}, ${count(pools.length, 'pool')}, ${count(policies.size, 'policy')}: fine\n`,
  );
  for (const line of steeredLines(composition)) process.stdout.write(`  ${line}\n`);
}

/**
 * Builds a zone as `serve` does, but for the signatures.
 *
 * @returns what is likely not meant.
 * @throws ConfigError with the places in the zone file and in the configuration.
 */
export function checkZone(plan: ZonePlan, composition: Composition): Problem[] {
  try {
    const builder = readZoneFile(plan.file, { origin: plan.apex });
    if (plan.dnssec !== undefined) refuseSigned(builder);
    const warnings = hiddenRecords(builder, plan, composition);
    for (const { owner, types, dynamicId, maxTtlSeconds } of dynamicOwners(plan, composition.policies))
      builder.addDynamic(owner, types, dynamicId, maxTtlSeconds);
    builder.build();
    return [...builder.warnings(Math.floor(Date.now() / 1000)).map(fileWarning), ...warnings];
  } catch (error) {
    throw placedError(
      error instanceof SignerError ? { problems: [{ file: plan.file, line: 0, column: 0, message: error.message }] } : error,
      composition,
    );
  }
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what.replace(/y$/, 'ie')}s`;
}
