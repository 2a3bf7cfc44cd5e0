import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type NetworkTable, readNetworkTable, SteeringError } from '@dnsteer/steering';
import type { ProblemList } from './problem-list.ts';

/**
 * A chain in which every `cidr: { file }` has the networks of that file.
 *
 * @param path - of the chain in the configuration.
 * @param tables - by file, those that are read already: filters that name the same file share its memory.
 * @returns `undefined` when a file can't be read or is wrong; `problems` has it then.
 */
export function withNetworkFiles(
  chain: readonly unknown[],
  path: readonly PropertyKey[],
  directory: string,
  problems: ProblemList,
  tables: Map<string, NetworkTable>,
): readonly unknown[] | undefined {
  return fill(chain, path, { directory, problems, tables }) as readonly unknown[] | undefined;
}

interface Files {
  readonly directory: string;
  readonly problems: ProblemList;
  readonly tables: Map<string, NetworkTable>;
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
    const isNamed = key === 'cidr' && typeof parameters?.file === 'string' && parameters.networks === undefined;
    const made = isNamed ? readFile(parameters, [...path, key], files) : fill(own, [...path, key], files);
    if (made === undefined) return undefined;
    filled[key] = made;
  }
  return filled;
}

function readFile(parameters: { file?: unknown }, path: readonly PropertyKey[], { directory, problems, tables }: Files): unknown {
  const { file, ...others } = parameters as { file: string };
  return problems.collect(
    () => {
      const whole = resolve(directory, file);
      const networks = tables.get(whole) ?? readNetworkTable(readFileSync(whole), file);
      tables.set(whole, networks);
      return { ...others, networks };
    },
    (error) => {
      const at = [...path, 'file'];
      if (error instanceof SteeringError) return { path: at, message: error.message };
      return { path: at, message: `can't be read: ${(error as Error).message}` };
    },
  );
}
