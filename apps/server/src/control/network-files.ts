import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readNetworkTable, SteeringError } from '@dnsteer/steering';
import type { ProblemList } from './problem-list.ts';

/**
 * A chain in which every `cidr: { file }` has the networks of that file.
 *
 * @param path - of the chain in the configuration.
 * @returns `undefined` when a file can't be read or is wrong; `problems` has it then.
 */
export function withNetworkFiles(
  chain: readonly unknown[],
  path: readonly PropertyKey[],
  directory: string,
  problems: ProblemList,
): readonly unknown[] | undefined {
  return fill(chain, path, directory, problems) as readonly unknown[] | undefined;
}

/** Chains lie in other filters, too. */
function fill(value: unknown, path: readonly PropertyKey[], directory: string, problems: ProblemList): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item, i) => fill(item, [...path, i], directory, problems));
    return items.includes(undefined) ? undefined : items;
  }
  const filled: Record<string, unknown> = {};
  for (const [key, own] of Object.entries(value)) {
    const parameters = own as { file?: unknown; networks?: unknown } | null;
    const isNamed = key === 'cidr' && typeof parameters?.file === 'string' && parameters.networks === undefined;
    const made = isNamed ? readFile(parameters, [...path, key], directory, problems) : fill(own, [...path, key], directory, problems);
    if (made === undefined) return undefined;
    filled[key] = made;
  }
  return filled;
}

function readFile(parameters: { file?: unknown }, path: readonly PropertyKey[], directory: string, problems: ProblemList): unknown {
  const { file, ...others } = parameters as { file: string };
  return problems.collect(
    () => ({ ...others, networks: readNetworkTable(readFileSync(resolve(directory, file)), file) }),
    (error) => {
      const at = [...path, 'file'];
      if (error instanceof SteeringError) return { path: at, message: error.message };
      return { path: at, message: `can't be read: ${(error as Error).message}` };
    },
  );
}
