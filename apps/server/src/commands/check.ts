import { formatName } from '@dnsteer/wire';
import { readZoneFile } from '@dnsteer/zone';
import { loadConfig } from '../config/load.ts';
import { ConfigError } from '../config/problem.ts';
import { compose } from '../control/composition.ts';

/** Reads the configuration and all that it names, starts nothing; prints what is there. Throws for the first file that is wrong. */
export function check(configPath: string): void {
  let slots = 0;
  const composition = compose(loadConfig(configPath), () => slots++);
  for (const plan of composition.zones) {
    const builder = readZoneFile(plan.file, { origin: plan.apex });
    plan.steered.forEach(({ owner, policy: name }, id) => {
      const policy = composition.policies.get(name)!;
      builder.addDynamic(
        owner,
        policy.types().map((type) => (type === 'A' ? 1 : 28)),
        id,
        policy.maxTtlSeconds,
      );
    });
    const problems = builder.check();
    if (problems.length > 0)
      throw new ConfigError(
        'ERR_CONFIG_INVALID',
        problems.map((problem) => ({ ...problem, where: '' })),
      );
  }
  const { pools, policies, zones } = composition;
  process.stdout.write(
    `${configPath}: ${zones.length} zones (${zones.map(({ apex }) => formatName(apex)).join(' ')}), ${pools.length} pools, ${policies.size} policies: fine\n`,
  );
}
