import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { Report } from '@dnsteer/router';
import type { ListenAddress } from './listen.ts';
import type { SharedImage } from './shared-images.ts';
import type { WorkerStart } from './worker-messages.ts';
import { type Ask, WorkerThread } from './worker-thread.ts';

/** Before a worker that was lost is started anew; doubled each time, up to the most. */
const FIRST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 10_000;
/** After so many losses without a minute of peace the pool gives up. */
const MOST_LOSSES = 6;
const PEACE_MS = 60_000;

export interface WorkerPoolOptions {
  readonly program: URL;
  /** At least 1. More than one need SO_REUSEPORT: the driver `batch` of @dnsteer/transport. */
  readonly count: number;
  /** What worker `index` is started with, at the addresses it has to listen at; asked again when it is replaced. */
  readonly start: (index: number, listen: readonly ListenAddress[]) => WorkerStart;
  /** What has been asked of the others since worker `index` was started, or asked this the last time; it listens now. */
  readonly missed?: (index: number) => Ask | undefined;
  readonly listen: readonly ListenAddress[];
  /** Threads of `program` that are there already, and wait for what `start` says: for the first workers. */
  readonly early?: readonly Worker[];
  readonly report: (report: Report) => void;
  /** A worker has built zones; the others are told next. */
  readonly onBuilt?: (images: readonly SharedImage[]) => void;
  /** A worker ended that was not asked to, and is started anew. */
  readonly onReplaced: (index: number) => void;
  /** Workers are lost again and again. */
  readonly onLost: (error: Error) => void;
}

/** Worker threads that listen at the same addresses. One that is lost is replaced; the others go on. */
export class WorkerPool {
  readonly addresses: readonly ListenAddress[];
  readonly #threads: (WorkerThread | undefined)[];
  readonly #options: WorkerPoolOptions;
  readonly #stopped = new AbortController();
  readonly #replacing = new Set<Promise<void>>();
  #losses = 0;
  #lastLossMs = 0;

  private constructor(options: WorkerPoolOptions, first: WorkerThread | undefined, addresses: readonly ListenAddress[]) {
    this.#options = options;
    this.#threads = [first];
    this.addresses = addresses;
  }

  /**
   * Starts the workers and waits until all listen.
   *
   * @throws DnsteerError (rejects) ERR_DNSTEER_LISTEN; nothing is left running then.
   */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    let pool: WorkerPool | undefined;
    // The first draws the ports that were left free.
    const { thread, addresses } = await WorkerThread.start(
      options.program,
      options.start(0, options.listen),
      {
        report: options.report,
        onBuilt: options.onBuilt && ((images) => (pool === undefined ? options.onBuilt?.(images) : pool.#built(0, images))),
        onLost: (error) => pool!.#lost(0, error),
      },
      options.early?.[0],
    );
    pool = new WorkerPool(options, thread, addresses);
    try {
      for (let index = 1; index < options.count; index++) await pool.#startThread(index, options.early?.[index]);
    } catch (error) {
      await pool.stop(0);
      throw error;
    }
    return pool;
  }

  /**
   * Sends every worker a message, and waits until each has settled it.
   *
   * @throws DnsteerError (rejects) ERR_DNSTEER_WORKER when one fails; the others may have done it.
   */
  async askAll(ask: Ask): Promise<void> {
    const results = await Promise.allSettled(this.#threads.map((thread) => thread?.ask(ask)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Stops all, those too that are being started anew; what was received is answered, for at most `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped.abort();
    await Promise.all([...this.#threads.map((thread) => thread?.stop(graceMs)), ...this.#replacing]);
  }

  async #startThread(index: number, early?: Worker): Promise<void> {
    const { program, start, report, missed } = this.#options;
    const { signal } = this.#stopped;
    let isTaken = false;
    const onBuilt = (images: readonly SharedImage[]) => this.#built(index, images);
    // Until it is taken, whoever waits for it is told.
    const onLost = (error: Error) => isTaken && this.#lost(index, error);
    const { thread } = await WorkerThread.start(program, start(index, this.addresses), { report, onBuilt, onLost, signal }, early);
    for (let ask = missed?.(index); ask !== undefined && !signal.aborted; ask = missed?.(index)) {
      await thread.ask(ask).catch(async (error: Error) => {
        await thread.stop(0);
        throw error;
      });
    }
    if (signal.aborted) return thread.stop(0);
    this.#threads[index] = thread;
    isTaken = true;
  }

  #built(index: number, images: readonly SharedImage[]): void {
    this.#options.onBuilt?.(images);
    for (const [other, thread] of this.#threads.entries()) if (other !== index) thread?.tell({ kind: 'images', images });
  }

  #lost(index: number, error: Error): void {
    this.#threads[index] = undefined;
    const nowMs = performance.now();
    this.#losses = nowMs - this.#lastLossMs > PEACE_MS ? 1 : this.#losses + 1;
    this.#lastLossMs = nowMs;
    if (this.#losses > MOST_LOSSES) {
      this.#options.onLost(error);
      return;
    }
    this.#options.report({
      code: 'ERR_DNSTEER_WORKER',
      message: `answering thread ${index} was lost, and is started anew: ${error.message}`,
    });
    const replacing = this.#replace(index).finally(() => this.#replacing.delete(replacing));
    this.#replacing.add(replacing);
  }

  async #replace(index: number): Promise<void> {
    try {
      await sleep(Math.min(FIRST_PAUSE_MS * 2 ** (this.#losses - 1), MOST_PAUSE_MS), undefined, { signal: this.#stopped.signal });
      this.#options.onReplaced(index);
      await this.#startThread(index);
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.#lost(index, error as Error);
    }
  }
}
