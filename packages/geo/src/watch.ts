import { unwatchFile, watchFile } from 'node:fs';
import type { GeoDatabase } from './database.ts';
import type { GeoError } from './errors.ts';
import { openDatabase } from './open.ts';

export interface WatchOptions {
  /** How often the file is looked at; default 5000. */
  intervalMs?: number;
  /** Told when a new file can't be used; the old one is kept. */
  onError?: (error: GeoError) => void;
}

/**
 * Reads a database anew when its file is replaced or rewritten. A file that is still being written is read when it has not changed for one interval.
 *
 * @param onReplaced - gets the new database. A file that can't be used is reported to `onError` and nothing else happens.
 */
export function watchDatabase(path: string, onReplaced: (database: GeoDatabase) => void, options: WatchOptions = {}): { close(): void } {
  const { intervalMs = 5000, onError } = options;
  let settle: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  const read = () => {
    openDatabase(path).then(
      (database) => {
        if (!closed) onReplaced(database);
      },
      (error: GeoError) => {
        if (!closed) onError?.(error);
      },
    );
  };
  // Polling sees a rename over the file, which watching its inode would miss.
  const changed = () => {
    clearTimeout(settle);
    settle = setTimeout(read, intervalMs);
    settle.unref();
  };
  watchFile(path, { interval: intervalMs, persistent: false }, changed);
  return {
    close() {
      closed = true;
      clearTimeout(settle);
      unwatchFile(path, changed);
    },
  };
}
