import { statSync } from 'node:fs';
import { combine, type GeoDatabase, GeoError, openDatabase, watchDatabase } from '@dnsteer/geo';
import type { SlabPool } from '@dnsteer/zone';
import { ConfigError } from '../config/problem.ts';
import type { Composition } from './composition.ts';
import { ProblemList } from './problem-list.ts';

/** The geo databases of a configuration, in shared memory. */
export interface OpenGeo {
  /** `undefined` where nobody asks where clients are: nothing is steered, and no database is named. */
  readonly database: GeoDatabase | undefined;
  readonly slabs: readonly SharedArrayBuffer[];
  /** Another number for other contents. */
  readonly version: number;
  /** Equal while the files are the same. */
  readonly fingerprint: string;
}

/** Opens geo databases into slabs, and watches their files. */
export class GeoFiles {
  readonly #pool: SlabPool;
  #version = 0;
  #watches: { close(): void }[] = [];

  constructor(pool: SlabPool) {
    this.#pool = pool;
  }

  /**
   * The databases that a composition names.
   *
   * @param before - what is in use: the result, if the files are still the same.
   * @throws ConfigError ERR_CONFIG_FILE (rejects) with those that can't be used; no slab is in use for them then.
   */
  async open(composition: Composition, before: OpenGeo | undefined): Promise<OpenGeo> {
    const isNeeded = composition.policies.size > 0 || composition.geoDatabases.length > 0;
    const fingerprint = isNeeded ? `needed\n${composition.geoDatabases.map(fingerprintOf).join('\n')}` : '';
    if (fingerprint === before?.fingerprint) return before;
    const slabs: SharedArrayBuffer[] = [];
    const allocate = (octets: number) => {
      const slab = this.#pool.acquire(octets);
      slabs.push(slab);
      return slab;
    };
    try {
      return { database: isNeeded ? await openGeo(composition, allocate) : undefined, slabs, version: ++this.#version, fingerprint };
    } catch (error) {
      for (const slab of slabs) this.#pool.retire(slab, 0);
      throw error;
    }
  }

  /**
   * Watches these files, and no others.
   *
   * @param onError - a file was replaced by one that can't be used.
   */
  watch(paths: readonly string[], onReplaced: (path: string) => void, onError: (error: Error) => void): void {
    this.close();
    this.#watches = paths.map((path) => watchDatabase(path, () => onReplaced(path), { onError }));
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
    this.#watches = [];
  }
}

/**
 * The databases that a composition names; where it names none, the country database that ships with @dnsteer/geo.
 *
 * @throws ConfigError ERR_CONFIG_FILE (rejects) with all that can't be used.
 */
export async function openGeo(
  { geoDatabases, source }: Composition,
  allocate?: (octets: number) => SharedArrayBuffer,
): Promise<GeoDatabase> {
  if (geoDatabases.length === 0) return openDatabase(undefined, { allocate });
  const problems = new ProblemList(source);
  const databases: GeoDatabase[] = [];
  for (const [i, path] of geoDatabases.entries()) {
    try {
      databases.push(await openDatabase(path, { allocate }));
    } catch (error) {
      if (!(error instanceof GeoError)) throw error;
      problems.add({ path: ['geo', 'databases', i], message: error.message });
    }
  }
  if (problems.found.length > 0) throw new ConfigError('ERR_CONFIG_FILE', problems.found);
  return combine(databases);
}

/** Equal while the file is the same. */
export function fingerprintOf(path: string): string {
  const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return `${path} ${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}
