import { MessageChannel, Worker } from 'node:worker_threads';
import type { SlabPool } from '@dnsteer/zone';
import { DnsteerError } from './errors.ts';
import type { BuilderStart, BuiltImage, FromBuilder, ZoneFileProblem, ZoneRequest } from './zone-builder-messages.ts';

export interface ZoneResult {
  /** What its image lies in, from octet `at` on; small ones share a slab. */
  readonly slab: SharedArrayBuffer;
  readonly at: number;
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
 * Builds zones in a thread of their own, which writes the images into slabs and ends.
 *
 * @param pool - gives the slabs, each when its zone has been read.
 * @param inBackground - answers are given meanwhile: on Linux the thread has the lowest priority, so that they don't wait for it.
 * @throws ZoneBuildError, DnsteerError ERR_DNSTEER_BUILDER (rejects); no slab is in use then.
 */
export async function buildZones(
  requests: readonly ZoneRequest[],
  pool: SlabPool,
  nowSeconds: number,
  { inBackground = false } = {},
): Promise<ZoneResult[]> {
  if (requests.length === 0) return [];
  const slabs: SharedArrayBuffer[] = [];
  const allocate = (octets: number): SharedArrayBuffer => {
    const slab = pool.acquire(octets);
    slabs.push(slab);
    return slab;
  };
  try {
    const images = await runBuilder({ requests, nowSeconds, inBackground }, allocate);
    return images.map((image) => ({ ...image, slab: slabs[image.slab]! }));
  } catch (error) {
    for (const slab of slabs) pool.retire(slab, 0);
    throw error;
  }
}

function runBuilder(
  what: Pick<BuilderStart, 'requests' | 'nowSeconds' | 'inBackground'>,
  allocate: (octets: number) => SharedArrayBuffer,
): Promise<BuiltImage[]> {
  const { port1, port2 } = new MessageChannel();
  const slabsSent = new Int32Array(new SharedArrayBuffer(4));
  const start: BuilderStart = { ...what, slabs: port2, slabsSent };
  const thread = new Worker(new URL('./zone-builder-thread.js', import.meta.url), { workerData: start, transferList: [port2] });
  return new Promise<BuiltImage[]>((resolve, reject) => {
    const give = (octets: number) => {
      port1.postMessage(allocate(octets));
      Atomics.add(slabsSent, 0, 1);
      Atomics.notify(slabsSent, 0);
    };
    thread.on('message', (message: FromBuilder) => {
      try {
        if (message.kind === 'slab') give(message.octets);
        else if (message.kind === 'built') resolve(message.images);
        else reject(new ZoneBuildError(message.message, message.problems));
      } catch (error) {
        reject(error as Error);
        void thread.terminate();
      }
    });
    const ended = (how: string) => reject(new DnsteerError('ERR_DNSTEER_BUILDER', `the thread that builds zones ${how}`));
    thread.once('error', ({ message }) => ended(`was lost: ${message}`));
    thread.once('exit', () => {
      port1.close();
      ended('ended before they were built');
    });
  });
}
