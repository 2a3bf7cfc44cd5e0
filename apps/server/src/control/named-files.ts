import { accessSync, constants } from 'node:fs';
import type { SigningKey } from '@dnsteer/dnssec';
import { type loadKeys, loadOrCreateKeys, SignerError } from '@dnsteer/signer';
import { ConfigError } from '../config/problem.ts';
import type { Composition } from './composition.ts';
import { readOverrides } from './override-file.ts';
import { ProblemList } from './problem-list.ts';
import { controlObstacle } from './socket.ts';

// What a configuration names must be there. What is not is told with the place that names it.

/** @throws ConfigError ERR_CONFIG_FILE with all zone files that can't be read. */
export function checkZoneFiles({ zones, source }: Composition): void {
  const problems = new ProblemList(source);
  for (const { key, file } of zones) {
    problems.collect(
      () => accessSync(file, constants.R_OK),
      (error) => ({ path: ['zones', key, 'file'], message: `can't be read: ${(error as Error).message}` }),
    );
  }
  if (problems.found.length > 0) throw new ConfigError('ERR_CONFIG_FILE', problems.found);
}

/** @throws ConfigError with what is wrong in the file of overrides, or ERR_CONFIG_FILE when it can't be read; one that is not there is an empty one. */
export function checkOverrides({ overrideFile, source }: Composition): void {
  if (overrideFile === undefined) return;
  try {
    readOverrides(overrideFile);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError('ERR_CONFIG_FILE', [source.problem(['health', 'overrides'], `can't be read: ${(error as Error).message}`)]);
  }
}

/** @throws ConfigError ERR_CONFIG_FILE when no control socket can be made where it should be. */
export function checkControl({ control, source }: Composition): void {
  const message = controlObstacle(control);
  if (message !== undefined) throw new ConfigError('ERR_CONFIG_FILE', [source.problem(['server', 'control'], message)]);
}

/**
 * The keys of every zone, in the order of the zones; none of zones that are not signed.
 *
 * @param read - `loadOrCreateKeys` makes keys where there are none yet; `loadKeys` writes nothing.
 * @throws ConfigError ERR_CONFIG_FILE with all that are not right.
 */
export function readKeys(
  { zones, source }: Composition,
  read: typeof loadOrCreateKeys | typeof loadKeys = loadOrCreateKeys,
): readonly (readonly SigningKey[])[] {
  const problems = new ProblemList(source);
  const keys = zones.map(({ key, apex, dnssec }) => {
    if (dnssec === undefined) return [];
    const own = problems.collect(
      () => read(dnssec.directory, apex, dnssec.algorithm),
      (error) => (error instanceof SignerError ? { path: ['zones', key, 'dnssec', 'keys'], message: error.message } : undefined),
    );
    return own ?? [];
  });
  if (problems.found.length > 0) throw new ConfigError('ERR_CONFIG_FILE', problems.found);
  return keys;
}
