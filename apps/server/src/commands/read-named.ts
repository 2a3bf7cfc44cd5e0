import { readFileSync } from 'node:fs';

/** A file that the command line names. @throws Error with the name and what is so. */
export function readNamed(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`${path}: ${code === 'ENOENT' ? 'there is no such file' : `can't be read: ${message}`}`);
  }
}
