import { createHash, randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatName, lowerCaseName } from '@dnsteer/wire';
import { SignerError } from './errors.ts';

const OTHERS_WRITE = 0o022;
const OTHERS_ANYTHING = 0o077;
const MAX_FOLDER_NAME_OCTETS = 200;

/** Files of a folder: name and text. */
export type Files = readonly (readonly [name: string, text: string])[];

/**
 * The folder of a zone's keys: its name in lower case without the final dot, `@root` for the root. Octets that a file name should not hold
 * are written as %XX; what would be too long for a file name ends in a hash.
 */
export function zoneFolder(directory: string, zone: Uint8Array): string {
  const text = formatName(lowerCaseName(zone)).slice(0, -1);
  const name =
    text === '' ? '@root' : text.replace(/[^a-z0-9._-]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
  if (name.length <= MAX_FOLDER_NAME_OCTETS) return join(directory, name);
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return join(directory, `${name.slice(0, MAX_FOLDER_NAME_OCTETS - 40)}@${hash}`);
}

/**
 * The names in a folder of keys, sorted; none when there is no such folder.
 *
 * @throws SignerError ERR_SIGNER_KEY_PERMISSIONS, ERR_SIGNER_KEY_FILE.
 */
export function listFolder(directory: string, folder: string): string[] {
  if (!exists(directory)) return [];
  checkMode(directory, OTHERS_WRITE, `chmod go-w ${directory}`);
  if (!exists(folder)) return [];
  checkMode(folder, OTHERS_ANYTHING, `chmod 700 ${folder}`);
  return filed(folder, 'list', () => readdirSync(folder)).sort();
}

/** @throws SignerError ERR_SIGNER_KEY_PERMISSIONS when others than the owner may read it, ERR_SIGNER_KEY_FILE. */
export function readKeyFile(path: string): string {
  const text = filed(path, 'read', () => readFileSync(path, 'utf8'));
  checkMode(path, OTHERS_ANYTHING, `chmod 600 ${path}`);
  return text;
}

/**
 * Makes `folder` with all of `files` in one step, readable by the owner only.
 *
 * @returns false when another process made it first: its files stand.
 * @throws SignerError ERR_SIGNER_KEY_FILE; nothing is left behind then.
 */
export function createFolder(directory: string, folder: string, files: Files): boolean {
  filed(directory, 'create', () => mkdirSync(directory, { recursive: true, mode: 0o700 }));
  checkMode(directory, OTHERS_WRITE, `chmod go-w ${directory}`);
  // Keys that were seen once must still be there after a loss of power: a DS may already point to them.
  const aside = join(directory, `.new-${randomUUID()}`);
  try {
    filed(aside, 'create', () => mkdirSync(aside, { mode: 0o700 }));
    for (const [name, text] of files) filed(join(aside, name), 'write', () => writeSynced(join(aside, name), text));
    filed(aside, 'write', () => syncFolder(aside));
    const isFirst = filed(folder, 'create', () => renameUnlessThere(aside, folder));
    filed(directory, 'write', () => syncFolder(directory));
    return isFirst;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function renameUnlessThere(from: string, to: string): boolean {
  try {
    // Atomic; goes over an empty folder, but not over one with files.
    renameSync(from, to);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) return false;
    throw error;
  }
}

function writeSynced(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return; // folders can't be opened there
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function exists(path: string): boolean {
  return filed(path, 'read', () => statSync(path, { throwIfNoEntry: false })) !== undefined;
}

function checkMode(path: string, forbidden: number, remedy: string): void {
  if (process.platform === 'win32') return; // modes mean nothing there
  const mode = filed(path, 'read', () => statSync(path)).mode & 0o777;
  if ((mode & forbidden) === 0) return;
  const octal = mode.toString(8).padStart(4, '0');
  throw new SignerError('ERR_SIGNER_KEY_PERMISSIONS', `${path} has mode ${octal}, so that others could get at private keys: ${remedy}`, {
    path,
  });
}

function filed<T>(path: string, verb: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new SignerError('ERR_SIGNER_KEY_FILE', `can't ${verb} ${path}: ${cause instanceof Error ? cause.message : cause}`, {
      path,
      cause,
    });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
