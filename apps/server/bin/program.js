import { existsSync, readFileSync, statSync } from 'node:fs';

const BUILT = new URL('../dist/', import.meta.url);

/**
 * The command line as a module: the bundle, which opens few files, unless something was compiled since it was made.
 *
 * @param {URL} [built] - folder of what was compiled.
 * @returns {URL}
 */
export function program(built = BUILT) {
  return new URL(isBundleFresh(built) ? './bundle/cli.js' : './cli.js', built);
}

/**
 * What to do where there is nothing to run.
 *
 * @param {URL} [built] - as for {@link program}.
 * @returns {string | undefined} one line; undefined: it is built.
 */
export function unbuilt(built = BUILT) {
  if (existsSync(program(built))) return undefined;
  const isRepository = existsSync(new URL('../src/cli.ts', built));
  return isRepository
    ? 'dnsteer is not built: run "pnpm build" in the repository, or "npm start", which installs, builds and runs the demo'
    : 'a part of dnsteer is missing: install @dnsteer/server anew';
}

function isBundleFresh(built) {
  try {
    // Where it is installed, the compiler has left no traces: these are looked at only where there are sources.
    return JSON.parse(readFileSync(new URL('./bundle/stamp.json', built), 'utf8')).every(({ file, mtimeMs, digest }) => {
      const url = new URL(file, built);
      const found = statSync(url, { throwIfNoEntry: false });
      return found === undefined || found.mtimeMs === mtimeMs || digestOf(url) === digest;
    });
  } catch {
    return false;
  }
}

/**
 * What the compiler knew of its input, for {@link program}. A cache may have brought it back, so times alone don't tell.
 *
 * @param {string[]} files - relative to `built`.
 */
export function stampOf(files, built = BUILT) {
  return files.map((file) => {
    const url = new URL(file, built);
    return { file, mtimeMs: statSync(url).mtimeMs, digest: digestOf(url) };
  });
}

/** FNV-1a, 32 bits: crypto would have to be loaded. */
function digestOf(url) {
  let hash = 0x811c9dc5;
  for (const octet of readFileSync(url)) hash = Math.imul(hash ^ octet, 0x01000193);
  return hash >>> 0;
}
