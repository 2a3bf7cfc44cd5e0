import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { ConfigError } from './problem.ts';

export const CONTROL_DEFAULT = './dnsteer.sock';

/** @throws ConfigError ERR_CONFIG_UNREADABLE. */
export function readConfig(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError('ERR_CONFIG_UNREADABLE', [
      { file: shownPath(path), line: 0, column: 0, where: '', message: unreadable(error as NodeJS.ErrnoException) },
    ]);
  }
}

function unreadable({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file: name the configuration with --config';
  if (code === 'EISDIR') return 'this is a folder: name the file in it with --config';
  return `can't be read: ${message}`;
}

/**
 * The control socket of the server that runs with this configuration. That may be broken by now: the running server is asked all the same.
 *
 * @throws ConfigError ERR_CONFIG_UNREADABLE.
 */
export function controlPath(configPath: string): string {
  const { server } = (looseConfig(readConfig(configPath)) ?? {}) as { server?: { control?: unknown } };
  return resolve(dirname(configPath), typeof server?.control === 'string' ? server.control : CONTROL_DEFAULT);
}

/** What a configuration says as far as it can be made out, however wrong it is. */
function looseConfig(text: string): unknown {
  try {
    return parseDocument(text, { logLevel: 'silent' }).toJS();
  } catch {
    return undefined;
  }
}

/** Relative to here where that leads down, else as it is. Never empty. */
export function shownPath(path: string): string {
  const fromHere = relative('', path) || '.';
  return fromHere.startsWith('..') ? path : fromHere;
}
