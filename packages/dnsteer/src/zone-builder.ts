import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { KeyMaterial } from '@dnsteer/dnssec';
import type { SlabPool } from '@dnsteer/zone';
import { DnsteerError } from './errors.ts';
import type { DynamicOwner } from './zone-build.ts';

export interface ZoneRequest {
  /** Wire name, lower case. */
  readonly apex: Uint8Array;
  /** Path of the zone file. */
  readonly file: string;
  readonly dynamic: readonly DynamicOwner[];
  /** Empty: not signed. */
  readonly keys: readonly KeyMaterial[];
}

export interface ZoneResult {
  readonly slab: SharedArrayBuffer;
  readonly serial: number;
  readonly refreshAtSeconds: number | undefined;
}

/** A problem of a zone file. */
export interface ZoneFileProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface BuilderStart {
  readonly requests: readonly ZoneRequest[];
  readonly nowSeconds: number;
  /** The thread waits here for a slab; control sets it to 1. */
  readonly turn: SharedArrayBuffer;
  readonly slabs: MessagePort;
}

/** A zone that the thread has built, in the slab that it was given as the `slab`th. */
export type BuiltInSlab = Omit<ZoneResult, 'slab'> & { readonly slab: number };

export type FromBuilder =
  | { kind: 'need'; octets: number }
  | { kind: 'built'; results: BuiltInSlab[] }
  | { kind: 'failed'; code: string; message: string; problems: readonly ZoneFileProblem[] };

/** Zones that could not be built; `problems` has the places, if it was their files. */
export class ZoneBuildError extends DnsteerError {
  readonly problems: readonly ZoneFileProblem[];

  constructor(message: string, problems: readonly ZoneFileProblem[]) {
    super('ERR_DNSTEER_BUILDER', message);
    this.problems = problems;
  }
}

/**
 * Builds zones in a thread of their own, which ends with its memory when they are built. Nothing of the caller's is held up but for handing out slabs.
 *
 * @param pool - gives the slabs; those of a build that fails are returned to it.
 * @throws ZoneBuildError (rejects).
 */
export async function buildZones(requests: readonly ZoneRequest[], pool: SlabPool, nowSeconds: number): Promise<ZoneResult[]> {
  if (requests.length === 0) return [];
  const turn = new SharedArrayBuffer(4);
  const { port1, port2 } = new MessageChannel();
  const given: SharedArrayBuffer[] = [];
  const start: BuilderStart = { requests, nowSeconds, turn, slabs: port2 };
  const worker = new Worker(new URL('./zone-builder-thread.js', import.meta.url), { workerData: start, transferList: [port2] });
  try {
    return await new Promise<ZoneResult[]>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', () => reject(new DnsteerError('ERR_DNSTEER_BUILDER', 'the thread that builds zones ended')));
      worker.on('message', (message: FromBuilder) => {
        if (message.kind === 'need') {
          const slab = pool.acquire(message.octets);
          given.push(slab);
          port1.postMessage(slab);
          Atomics.store(new Int32Array(turn), 0, 1);
          Atomics.notify(new Int32Array(turn), 0);
        } else if (message.kind === 'built') {
          // A buffer that comes back by message is another object than the one the pool knows.
          resolve(message.results.map((result) => ({ ...result, slab: given[result.slab]! })));
        } else reject(new ZoneBuildError(message.message, message.problems));
      });
    });
  } catch (error) {
    for (const slab of given) pool.retire(slab, 0);
    throw error;
  } finally {
    port1.close();
    await worker.terminate();
  }
}
