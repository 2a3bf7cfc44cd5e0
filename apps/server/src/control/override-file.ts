import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { mismatches } from '../config/mismatch.ts';
import { ConfigError } from '../config/problem.ts';
import { ConfigSource } from '../config/source.ts';
import type { OverrideEntry } from './overrides.ts';

const ENTRIES = z.array(
  z.strictObject({
    match: z.string().min(1),
    state: z.enum(['down', 'drain', 'force-up', 'probes']),
    until: z.iso.datetime({ offset: true, error: 'expected a time such as 2026-11-23T08:00:00Z' }).optional(),
    note: z.string().optional(),
  }),
);
const POLL_MS = 1000;

/** @throws ConfigError with every problem by line and column. */
export function parseOverrides(file: string, text: string): OverrideEntry[] {
  const source = new ConfigSource(file, text);
  // A file of comments alone says nothing.
  const value = text.split('\n').every((line) => /^\s*(#.*)?$/.test(line)) ? [] : source.value;
  const parsed = ENTRIES.safeParse(value);
  if (!parsed.success) {
    throw new ConfigError(
      'ERR_CONFIG_INVALID',
      parsed.error.issues.flatMap((issue) => mismatches(issue, source)),
    );
  }
  return parsed.data.map(({ match, state, until, note }) => ({
    match,
    action: state,
    ...(until !== undefined && { untilMs: Date.parse(until) }),
    ...(note !== undefined && { note }),
  }));
}

/** A file of overrides, read when it changes. A file that is not there is an empty one (as gdnsd's admin_state). */
export class OverrideFile {
  #path: string | undefined;
  /** What the file was like when it was read last. */
  #seen = '';
  #timer: NodeJS.Timeout | undefined;
  readonly #onRead: (entries: readonly OverrideEntry[]) => void;
  readonly #onError: (error: Error) => void;

  /** @param onError - what was read before goes on. */
  constructor(onRead: (entries: readonly OverrideEntry[]) => void, onError: (error: Error) => void) {
    this.#onRead = onRead;
    this.#onError = onError;
  }

  /** Reads it now, and whenever it is another one. @param path - `undefined`: none any more. */
  watch(path: string | undefined): void {
    this.stop();
    this.#path = path;
    // Not watchFile(): what changes before its first look would be missed.
    if (path !== undefined) this.#timer = setInterval(() => this.#lookAt() !== this.#seen && this.#read(), POLL_MS).unref();
    this.#read();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #read(): void {
    this.#seen = this.#lookAt();
    try {
      this.#onRead(this.#path === undefined ? [] : readOverrides(this.#path));
    } catch (error) {
      this.#onError(error as Error);
    }
  }

  #lookAt(): string {
    const found = this.#path === undefined ? undefined : statSync(this.#path, { throwIfNoEntry: false });
    return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeMs}`;
  }
}

/** @throws ConfigError, or what reading throws; a file that is not there is an empty one. */
export function readOverrides(path: string): OverrideEntry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return parseOverrides(path, text);
}
