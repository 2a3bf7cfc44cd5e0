import { statSync } from 'node:fs';
import { combine, GeoError, openDatabase, watchDatabase } from '@dnsteer/geo';
import type { Locator } from '@dnsteer/steering';
import { ConfigError } from '../config/problem.ts';
import type { Composition } from './composition.ts';
import { ProblemList } from './problem-list.ts';

/** The geo databases of the running configuration: whether they can be used, and when they have changed. */
export class GeoFiles {
  #proved = '';
  #version = 0;
  #used: { readonly paths: readonly string[]; readonly version: number } | undefined;
  #locator: Promise<Locator> | undefined;
  #watches: { close(): void }[] = [];

  /**
   * Proves the databases that a composition names, if they are others than the last time.
   *
   * @returns a number that grows when they are others.
   * @throws ConfigError ERR_CONFIG_FILE (rejects) with those that can't be used.
   */
  async prove(composition: Composition): Promise<number> {
    const fingerprint = composition.geoDatabases.map(fingerprintOf).join('\n');
    if (fingerprint === this.#proved) return this.#version;
    await checkGeoFiles(composition);
    this.#proved = fingerprint;
    return ++this.#version;
  }

  /**
   * From now on these are answered from, and watched.
   *
   * @param onError - a file was replaced by one that can't be used.
   */
  use(paths: readonly string[], version: number, onReplaced: (path: string) => void, onError: (error: Error) => void): void {
    this.close();
    if (version !== this.#used?.version) this.#locator = undefined;
    this.#used = { paths, version };
    this.#watches = paths.map((path) => watchDatabase(path, () => onReplaced(path), { onError }));
  }

  /** Where clients are, by what is in use. */
  locator(): Promise<Locator> {
    return (this.#locator ??= openLocator(this.#used?.paths ?? []));
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
    this.#watches = [];
  }
}

/** @throws ConfigError ERR_CONFIG_FILE (rejects) with all databases that can't be used. */
export async function checkGeoFiles({ geoDatabases, source }: Composition): Promise<void> {
  const problems = new ProblemList(source);
  for (const [i, path] of geoDatabases.entries()) {
    await openDatabase(path).catch((error: unknown) => {
      if (!(error instanceof GeoError)) throw error;
      problems.add({ path: ['geo', 'databases', i], message: error.message });
    });
  }
  if (problems.found.length > 0) throw new ConfigError('ERR_CONFIG_FILE', problems.found);
}

/**
 * Where clients are, by some databases; by none: by the country database that ships with @dnsteer/geo.
 *
 * @throws GeoError (rejects) when a file can't be read.
 */
export async function openLocator(paths: readonly string[]): Promise<Locator> {
  if (paths.length === 0) return openDatabase();
  return combine(await Promise.all(paths.map((path) => openDatabase(path))));
}

function fingerprintOf(path: string): string {
  const { ino, size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return `${path} ${ino} ${size} ${mtimeMs}`;
}
