import type { ListenAddress, TcpLimits } from './listen.ts';
import type { Snapshot } from './snapshot.ts';

export interface WorkerStart {
  readonly index: number;
  readonly snapshot: Snapshot;
  readonly listen: readonly ListenAddress[];
  readonly tcp: TcpLimits;
  /** An Int32 per worker: the epoch that it has reached. */
  readonly epochs: SharedArrayBuffer;
}

export type ToWorker = { kind: 'swap'; snapshot: Snapshot } | { kind: 'stop'; graceMs: number };

export type FromWorker =
  | { kind: 'listening'; addresses: readonly ListenAddress[] }
  | { kind: 'swapped'; epoch: number }
  | { kind: 'stopped' }
  | { kind: 'failed'; what: 'start' | 'swap' | 'stop'; message: string; code?: string }
  | { kind: 'report'; code: string; message: string };
