import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { messageOf } from '@dnsteer/router';
import type { DnsApp } from './app.ts';
import { DnsteerError } from './errors.ts';

/**
 * Makes the app of a module: its default export, or what that returns where it is a function; a promise of either is awaited.
 *
 * @param url - 'file:' URL.
 * @throws DnsteerError (rejects) ERR_DNSTEER_MODULE with the module's path, and the line where one is known.
 */
export async function importApp(url: string): Promise<DnsApp> {
  let found: unknown;
  try {
    const module = (await import(url)) as { default?: unknown };
    found = await module.default;
    if (typeof found === 'function') found = await found();
  } catch (cause) {
    throw new DnsteerError('ERR_DNSTEER_MODULE', `${placeOf(cause, url)}: ${kindOf(cause)}${messageOf(cause)}`, { cause });
  }
  if (isApp(found)) return found;
  throw new DnsteerError(
    'ERR_DNSTEER_MODULE',
    `${fileURLToPath(url)}: found ${found === undefined ? 'no default export' : `a default export that is ${describe(found)}`}, expected a DnsApp, or a function that returns one: export default app`,
  );
}

/** By shape: the module may have found another copy of this package. */
function isApp(found: unknown): found is DnsApp {
  const { respond, prepare, startRefreshing } = (found ?? {}) as Partial<DnsApp>;
  return typeof respond === 'function' && typeof prepare === 'function' && typeof startRefreshing === 'function';
}

/** What Node says of a module's syntax; the error of `import()` does not have the place. */
function checkSyntax(path: string): string {
  return spawnSync(process.execPath, ['--check', path], { encoding: 'utf8', timeout: 10_000 }).stderr ?? '';
}

/** The module, with the line if the error has one of it; of another module only with a line. */
function placeOf(error: unknown, url: string): string {
  const path = fileURLToPath(url);
  const stack = error instanceof SyntaxError ? checkSyntax(path) : inspect(error, { depth: 0 });
  const own = new RegExp(`(?:${escapeRegExp(url)}|${escapeRegExp(path)}):(\\d+(?::\\d+)?)`).exec(stack);
  if (own !== null) return `${path}:${own[1]}`;
  const other = /file:\/\/[^\s)]+?:\d+(?::\d+)?/.exec(stack)?.[0];
  return other === undefined ? path : `${path}: ${other}`;
}

function kindOf(error: unknown): string {
  return error instanceof Error && error.name !== 'Error' && !('code' in error) ? `${error.name}: ` : '';
}

function describe(found: unknown): string {
  return found === null ? 'null' : typeof found === 'object' ? 'another object' : typeof found;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
