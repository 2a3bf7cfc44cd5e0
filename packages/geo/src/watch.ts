import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type GeoDatabase, type OpenOptions, openDatabase } from './database.ts';

export interface WatchOptions extends OpenOptions {
  /** Told when the file is gone or broken (a GeoError), once for each such state, and of what onReplaced throws. Default: a process warning. */
  onError?: ((error: Error) => void) | undefined;
  /** How often the file is looked at, and how long it must have been left alone before it is read. Default 1000. */
  intervalMs?: number | undefined;
}

/**
 * Watches an MMDB file that is replaced now and then, by another under its name (rename, symlink) or in place. A change is read once
 * the file has stayed the same for one interval; a broken file is reported and left alone until it changes again, so what the
 * caller has stays in use.
 *
 * It looks at the file's facts instead of asking the system for events: those differ by platform and miss network file systems and
 * symlinks. What counts as unchanged is the file as it is when this function is called.
 *
 * @param onReplaced - called with each new database. What it throws goes to onError.
 */
export function watchDatabase(path: string, onReplaced: (database: GeoDatabase) => void, options: WatchOptions = {}): { close(): void } {
  const { onError = (error) => process.emitWarning(error), intervalMs = 1000 } = options;
  /** Facts of what was read or reported last; of what was seen last. */
  let settled: string | undefined;
  let seen: string | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const facts = await factsOf(path);
    if (settled === undefined) settled = facts;
    else if (facts !== settled && facts === seen) {
      settled = facts;
      await read(facts);
    }
    seen = facts;
  }

  async function read(facts: string): Promise<void> {
    const outcome = await openDatabase(path, options).catch((error: unknown) => error as Error);
    // Changed while it was read: the next look begins anew.
    if ((await factsOf(path)) !== facts) settled = CHANGING;
    else if (!closed) tell(outcome);
  }

  function tell(outcome: GeoDatabase | Error): void {
    if (outcome instanceof Error) {
      onError(outcome);
      return;
    }
    try {
      onReplaced(outcome);
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async function lookOn(): Promise<void> {
    await look();
    if (closed) return;
    timer = setTimeout(lookOn, intervalMs);
    timer.unref();
  }

  void lookOn();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

const GONE = 'gone';
// No file's facts.
const CHANGING = 'changing';

/** What differs when a file was replaced or written to. */
async function factsOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs }: BigIntStats = await stat(path, { bigint: true });
    return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return GONE;
  }
}
