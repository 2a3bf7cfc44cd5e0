import type { ListenAddress, ListenLimits } from './listen.ts';
import type { SharedImage } from './shared-images.ts';
import type { Snapshot } from './snapshot.ts';

/** What every worker is started with. */
export interface WorkerStart {
  /** Which of the workers it is, from 0. */
  readonly index: number;
  readonly listen: readonly ListenAddress[];
  readonly limits: ListenLimits;
}

/** For a worker that answers from snapshots. */
export interface AnswerWorkerStart extends WorkerStart {
  readonly snapshot: Snapshot;
  /** An Int32 per worker: the epoch that it has reached. */
  readonly epochs: SharedArrayBuffer;
}

/** For a worker that answers by the app of a module. */
export interface AppWorkerStart extends WorkerStart {
  /** 'file:' URL. */
  readonly module: string;
  /** Zones that need not be built. */
  readonly images: readonly SharedImage[];
}

export type ToWorker =
  | { kind: 'start'; data: AnswerWorkerStart }
  | { kind: 'swap'; snapshot: Snapshot }
  | { kind: 'images'; images: readonly SharedImage[] }
  | { kind: 'stop'; graceMs: number };

export type FromWorker =
  | { kind: 'listening'; addresses: readonly ListenAddress[] }
  | { kind: 'swapped'; epoch: number }
  | { kind: 'built'; images: readonly SharedImage[] }
  | { kind: 'stopped' }
  | { kind: 'failed'; what: 'module' | 'start' | 'swap' | 'stop'; message: string; code?: string }
  | { kind: 'report'; code: string; message: string };
