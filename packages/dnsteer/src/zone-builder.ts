import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SlabPool } from '@dnsteer/zone';
import { DnsteerError } from './errors.ts';
import type { BuilderStart, BuiltImage, FromBuilder, ZoneFileProblem, ZoneRequest } from './zone-builder-messages.ts';

const BUILDER = fileURLToPath(new URL('./zone-builder-process.js', import.meta.url));

export interface ZoneResult {
  readonly slab: SharedArrayBuffer;
  readonly serial: number;
  readonly refreshAtSeconds: number | undefined;
  /** What is likely not meant in its file; the zone is served. */
  readonly warnings: readonly ZoneFileProblem[];
}

/** Zones that could not be built; `problems` has the places, if it was their files. */
export class ZoneBuildError extends DnsteerError {
  readonly problems: readonly ZoneFileProblem[];

  constructor(message: string, problems: readonly ZoneFileProblem[]) {
    super('ERR_DNSTEER_BUILDER', message);
    this.problems = problems;
  }
}

/**
 * Builds zones in a process of their own. What reading, sorting and signing take (several times the image) is the system's again when it ends; a
 * thread would leave much of it with the server, in the arenas of malloc. Needs room for the images in the folder for temporary files.
 *
 * @param pool - gives the slabs, once all zones are built.
 * @throws ZoneBuildError, DnsteerError ERR_DNSTEER_BUILDER (rejects); no slab is in use then.
 */
export async function buildZones(requests: readonly ZoneRequest[], pool: SlabPool, nowSeconds: number): Promise<ZoneResult[]> {
  if (requests.length === 0) return [];
  const file = await openNameless();
  try {
    return await takeIn(await runBuilder({ requests, nowSeconds }, file.fd), file, pool);
  } finally {
    await file.close();
  }
}

/** A file that nobody else can open, and that is gone when it is closed. */
async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `dnsteer-${randomUUID()}`);
  try {
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return file;
  } catch (cause) {
    const { message } = cause as Error;
    throw new DnsteerError(
      'ERR_DNSTEER_BUILDER',
      `no temporary file in ${tmpdir()}: ${message}: set TMPDIR to a folder that can be written to`,
      { cause },
    );
  }
}

function runBuilder(start: BuilderStart, fd: number): Promise<BuiltImage[]> {
  const child = fork(BUILDER, {
    serialization: 'advanced',
    execArgv: process.execArgv.filter((option) => !option.startsWith('--inspect')),
    // The last is IMAGES_FD.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', fd],
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  return new Promise<BuiltImage[]>((resolve, reject) => {
    const ended = (how: string) => reject(new DnsteerError('ERR_DNSTEER_BUILDER', `the process that builds zones ${how}`));
    child.once('error', ({ message }) => ended(`can't be started: ${message}`));
    child.once('message', (message: FromBuilder) => {
      if (message.kind === 'built') resolve(message.images);
      else reject(new ZoneBuildError(message.message, message.problems));
    });
    child.once('close', (code, signal) => {
      process.off('exit', end);
      ended(`ended with ${signal ?? `exit code ${code}`} before they were built; was there enough memory?`);
    });
    child.send(start);
  });
}

async function takeIn(images: readonly BuiltImage[], file: FileHandle, pool: SlabPool): Promise<ZoneResult[]> {
  const results: ZoneResult[] = [];
  try {
    for (const { at, octets, serial, refreshAtSeconds, warnings } of images) {
      const slab = pool.acquire(octets);
      results.push({ slab, serial, refreshAtSeconds, warnings });
      const into = new Uint8Array(slab);
      for (let taken = 0; taken < octets; ) {
        const { bytesRead } = await file.read(into, taken, octets - taken, at + taken);
        if (bytesRead === 0) throw new DnsteerError('ERR_DNSTEER_BUILDER', `found ${taken} octets of a zone image, expected ${octets}`);
        taken += bytesRead;
      }
    }
    return results;
  } catch (error) {
    for (const { slab } of results) pool.retire(slab, 0);
    throw error;
  }
}
