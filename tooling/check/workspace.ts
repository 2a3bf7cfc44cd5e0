import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Package {
  /** Name of the folder: the key in the package table. */
  readonly folder: string;
  readonly directory: string;
  readonly isApp: boolean;
  readonly manifest: Manifest;
}

export interface Workspace {
  readonly root: string;
  readonly packages: readonly Package[];
}

/** Reads the packages under `root`/packages and `root`/apps. */
export function readWorkspace(root: string): Workspace {
  const found: Package[] = [];
  for (const group of ['packages', 'apps']) {
    if (!existsSync(join(root, group))) continue;
    for (const folder of readdirSync(join(root, group)).sort()) {
      const directory = join(root, group, folder);
      const manifest = join(directory, 'package.json');
      if (existsSync(manifest))
        found.push({ folder, directory, isApp: group === 'apps', manifest: JSON.parse(readFileSync(manifest, 'utf8')) });
    }
  }
  return { root, packages: found };
}

/** The package that `specifier` ('@dnsteer/wire/records', 'dnsteer') names, whether it exists or not, or undefined when it isn't one of ours. */
export function siblingOf(specifier: string): { folder: string; name: string; subpath: string } | undefined {
  const match = /^(?:@dnsteer\/([^/]+)|(dnsteer))(\/.+)?$/.exec(specifier);
  if (!match) return undefined;
  const folder = match[1] ?? match[2]!;
  return { folder, name: match[1] ? `@dnsteer/${folder}` : folder, subpath: `.${match[3] ?? ''}` };
}

/** `start` and the workspace packages that it needs at run time, near and far. */
export function closure(workspace: Workspace, start: Package): Package[] {
  const reached = new Set([start]);
  for (const one of reached) {
    for (const name of Object.keys(one.manifest.dependencies ?? {})) {
      const next = workspace.packages.find((candidate) => candidate.manifest.name === name);
      if (next) reached.add(next);
    }
  }
  return [...reached];
}

/** Files under `directory`, by path relative to it, that `wanted` accepts. */
export function filesUnder(directory: string, wanted: (path: string) => boolean): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path) && wanted(path))
    .sort();
}
