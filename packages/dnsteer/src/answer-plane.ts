import { Worker } from 'node:worker_threads';
import type { Report } from '@dnsteer/router';
import { DnsteerError } from './errors.ts';
import type { ListenAddress, ListenLimits } from './listen.ts';
import type { Snapshot } from './snapshot.ts';
import type { AnswerWorkerStart } from './worker-messages.ts';
import { WorkerPool } from './worker-pool.ts';
import type { Ask } from './worker-thread.ts';

export interface AnswerPlaneOptions {
  readonly listen: readonly ListenAddress[];
  readonly limits?: ListenLimits;
  /** Threads that answer; default 1. */
  readonly workers?: number;
  /** Threads that were started before there was a snapshot; used up. */
  readonly early?: EarlyWorkers;
  readonly report: (report: Report) => void;
  /** Workers ended again and again that were not asked to. */
  readonly onLost: (error: Error) => void;
}

const PROGRAM = new URL('./answer-worker.js', import.meta.url);

/** Worker threads that load their program while the first snapshot is being made. */
export class EarlyWorkers {
  #threads: Worker[];

  constructor(count: number) {
    this.#threads = Array.from({ length: count }, () => new Worker(PROGRAM, { workerData: null }).on('error', () => {}));
  }

  /** Those that are still there; they are the caller's from now on. */
  take(): readonly Worker[] {
    const threads = this.#threads.filter(({ threadId }) => threadId !== -1);
    this.#threads = [];
    return threads;
  }

  /** Ends those that nobody has taken. */
  async end(): Promise<void> {
    await Promise.all(this.take().map((thread) => thread.terminate()));
  }
}

/** Holds back no slab: of a worker that is not there. */
const NO_EPOCH = 0x7fffffff;

/** The worker threads that answer, as the control plane sees them. */
export class AnswerPlane {
  readonly #pool: WorkerPool;
  readonly #epochs: Int32Array;
  /** What workers that are started from now on answer from. */
  readonly #current: { snapshot: Snapshot };

  private constructor(pool: WorkerPool, epochs: Int32Array, current: { snapshot: Snapshot }) {
    this.#pool = pool;
    this.#epochs = epochs;
    this.#current = current;
  }

  /**
   * Starts the workers and waits until they listen.
   *
   * @throws DnsteerError (rejects) ERR_DNSTEER_LISTEN with one line that says what to do, when they can't listen.
   */
  static async start(
    snapshot: Snapshot,
    options: AnswerPlaneOptions,
  ): Promise<{ plane: AnswerPlane; addresses: readonly ListenAddress[] }> {
    const { listen, limits = {}, workers = 1, early, report, onLost } = options;
    const shared = new SharedArrayBuffer(4 * workers);
    const epochs = new Int32Array(shared).fill(NO_EPOCH);
    const current = { snapshot };
    const given: Snapshot[] = [];
    const threads = early?.take() ?? [];
    const pool = await WorkerPool.start({
      program: PROGRAM,
      count: workers,
      listen,
      early: threads,
      start: (index, addresses): AnswerWorkerStart => {
        given[index] = current.snapshot;
        // From here on it may read the slabs of this snapshot.
        Atomics.store(epochs, index, current.snapshot.epoch);
        return { index, snapshot: current.snapshot, listen: addresses, limits: { ...limits, reusePort: workers > 1 }, epochs: shared };
      },
      missed: (index) => {
        if (given[index] === current.snapshot) return undefined;
        given[index] = current.snapshot;
        return swapTo(current.snapshot);
      },
      report,
      onReplaced: (index) => Atomics.store(epochs, index, NO_EPOCH),
      onLost,
    }).catch(async (error: Error) => {
      // Those that it had not come to would wait for ever.
      await Promise.all(threads.map((thread) => thread.terminate()));
      throw error;
    });
    return { plane: new AnswerPlane(pool, epochs, current), addresses: pool.addresses };
  }

  /** The least epoch that any worker is at: slabs of older ones are free. */
  get epoch(): number {
    let least = NO_EPOCH;
    for (let index = 0; index < this.#epochs.length; index++) least = Math.min(least, Atomics.load(this.#epochs, index));
    return least;
  }

  /**
   * Has the workers answer from another snapshot.
   *
   * @throws DnsteerError (rejects) ERR_DNSTEER_WORKER; the snapshot before it goes on answering.
   */
  async swap(snapshot: Snapshot): Promise<void> {
    const before = this.#current.snapshot;
    this.#current.snapshot = snapshot;
    try {
      await this.#pool.askAll(swapTo(snapshot));
    } catch (error) {
      this.#current.snapshot = before;
      // One version answers, so those that have swapped go back.
      await this.#pool.askAll(swapTo(before)).catch(() => undefined);
      throw error instanceof DnsteerError ? error : new DnsteerError('ERR_DNSTEER_WORKER', String((error as Error).message));
    }
  }

  /** Stops; what was received is answered, for at most `graceMs`. A swap that is under way fails. */
  stop(graceMs: number): Promise<void> {
    return this.#pool.stop(graceMs);
  }
}

function swapTo(snapshot: Snapshot): Ask {
  return { message: { kind: 'swap', snapshot }, settles: (heard) => heard.kind === 'swapped' && heard.epoch === snapshot.epoch };
}
