import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type NetworkTable, readNetworkTable, SteeringError } from '@dnsteer/steering';
import { fingerprintOf } from './geo-files.ts';
import type { ProblemList } from './problem-list.ts';

interface ReadFile {
  readonly fingerprint: string;
  readonly table: NetworkTable;
}

/** Files of networks that were read: filters that name the same file share its memory, and so does a reload where the file is still the same. */
export class NetworkFiles {
  #before = new Map<string, ReadFile>();
  #current = new Map<string, ReadFile>();

  /** A configuration is read: what the one before it did not name is forgotten. */
  begin(): void {
    this.#before = this.#current;
    this.#current = new Map();
  }

  /** @param file - how it is called where something is wrong. @throws SteeringError; what `readFileSync` throws. */
  read(path: string, file: string): NetworkTable {
    const fingerprint = fingerprintOf(path);
    const known = this.#current.get(path) ?? this.#before.get(path);
    const own = known?.fingerprint === fingerprint ? known : { fingerprint, table: readNetworkTable(readFileSync(path), file) };
    this.#current.set(path, own);
    return own.table;
  }
}

/**
 * A chain in which every `cidr: { file }` and `latency: { file }` has the networks of that file.
 *
 * @param path - of the chain in the configuration.
 * @returns `undefined` when a file can't be read or is wrong; `problems` has it then.
 */
export function withNetworkFiles(
  chain: readonly unknown[],
  path: readonly PropertyKey[],
  directory: string,
  problems: ProblemList,
  networkFiles: NetworkFiles,
): readonly unknown[] | undefined {
  return fill(chain, path, { directory, problems, networkFiles }) as readonly unknown[] | undefined;
}

interface Files {
  readonly directory: string;
  readonly problems: ProblemList;
  readonly networkFiles: NetworkFiles;
}

/** Chains lie in other filters, too. */
function fill(value: unknown, path: readonly PropertyKey[], files: Files): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item, i) => fill(item, [...path, i], files));
    return items.includes(undefined) ? undefined : items;
  }
  const filled: Record<string, unknown> = {};
  for (const [key, own] of Object.entries(value)) {
    const parameters = own as { file?: unknown; networks?: unknown } | null;
    const isNamed = (key === 'cidr' || key === 'latency') && typeof parameters?.file === 'string' && parameters.networks === undefined;
    const made = isNamed ? readFile(parameters, [...path, key], files) : fill(own, [...path, key], files);
    if (made === undefined) return undefined;
    filled[key] = made;
  }
  return filled;
}

function readFile(parameters: { file?: unknown }, path: readonly PropertyKey[], { directory, problems, networkFiles }: Files): unknown {
  const { file, ...others } = parameters as { file: string };
  return problems.collect(
    () => ({ ...others, networks: networkFiles.read(resolve(directory, file), file) }),
    (error) => {
      const at = [...path, 'file'];
      if (error instanceof SteeringError) return { path: at, message: error.message };
      return { path: at, message: `can't be read: ${(error as Error).message}` };
    },
  );
}
