import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Report } from '@dnsteer/router';
import { DnsteerError } from './errors.ts';
import type { ListenAddress } from './listen.ts';
import type { SharedImage } from './shared-images.ts';
import type { FromWorker, ToWorker, WorkerStart } from './worker-messages.ts';

/** What a worker may take beyond the grace period to say that it has stopped. */
const STOP_MS = 1000;

const FAILURES = {
  module: 'ERR_DNSTEER_MODULE',
  start: 'ERR_DNSTEER_LISTEN',
  swap: 'ERR_DNSTEER_WORKER',
  stop: 'ERR_DNSTEER_WORKER',
} as const;

export interface WorkerThreadOptions {
  readonly report: (report: Report) => void;
  /** It has built zones for all. */
  readonly onBuilt?: ((images: readonly SharedImage[]) => void) | undefined;
  /** It ended, and was not asked to. Not called while it starts: then `start` rejects. */
  readonly onLost: (error: Error) => void;
  /** Ends the thread while it starts: then `start` rejects. */
  readonly signal?: AbortSignal;
}

/** A message, and what tells the one that settles it. */
export interface Ask {
  readonly message: ToWorker;
  readonly settles: (heard: FromWorker) => boolean;
}

/** One worker thread that listens and answers, as the thread that started it sees it. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #options: WorkerThreadOptions;
  #waiting: { settle: (message: FromWorker) => boolean; reject: (error: Error) => void } | undefined;
  #stopping = false;
  #stopped: Promise<unknown> | undefined;
  #isListening = false;
  /** What it threw. */
  #thrown: Error | undefined;

  private constructor(worker: Worker, options: WorkerThreadOptions) {
    this.#worker = worker;
    this.#options = options;
    worker.on('message', (message: FromWorker) => this.#heard(message));
    worker.on('error', (error) => {
      this.#thrown = error;
    });
    // Only then its ports are free.
    worker.on('exit', () => this.#lost(this.#thrown ?? new DnsteerError('ERR_DNSTEER_WORKER', 'an answering thread ended')));
  }

  /**
   * Starts the worker and waits until it listens.
   *
   * @param early - the program was started before its data was known: a thread without data, which gets it by a message now.
   * @throws DnsteerError (rejects) ERR_DNSTEER_LISTEN with one line that says what to do, when it can't listen. The thread has ended then.
   */
  static async start(
    program: URL,
    data: WorkerStart,
    options: WorkerThreadOptions,
    early?: Worker,
  ): Promise<{ thread: WorkerThread; addresses: readonly ListenAddress[] }> {
    const { signal } = options;
    const worker = early ?? new Worker(program, { workerData: data, ...ownArguments() });
    const thread = new WorkerThread(worker, options);
    early?.postMessage({ kind: 'start', data });
    const end = () => void worker.terminate();
    signal?.addEventListener('abort', end);
    try {
      const message = await thread.#wait((heard) => heard.kind === 'listening');
      thread.#isListening = true;
      return { thread, addresses: message.kind === 'listening' ? message.addresses : [] };
    } catch (error) {
      thread.#stopping = true;
      await worker.terminate();
      throw error;
    } finally {
      signal?.removeEventListener('abort', end);
    }
  }

  /**
   * Sends a message, and waits for the one that settles it.
   *
   * @throws DnsteerError (rejects) ERR_DNSTEER_WORKER: it failed, or the thread stops or was lost.
   */
  async ask({ message, settles }: Ask): Promise<void> {
    if (this.#stopping) throw new DnsteerError('ERR_DNSTEER_WORKER', 'an answering thread has ended');
    this.#worker.postMessage(message);
    await this.#wait(settles);
  }

  /** Sends a message that nobody waits for. */
  tell(message: ToWorker): void {
    if (!this.#stopping) this.#worker.postMessage(message);
  }

  /** Stops; what was received is answered, for at most `graceMs`. What is asked at the time fails. Who stops it again waits no longer than it says itself. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped ??= this.#askToStop(graceMs);
    // A thread that no longer listens to anybody is ended all the same.
    const patience = new AbortController();
    await Promise.race([this.#stopped, sleep(graceMs + STOP_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    await this.#worker.terminate();
  }

  #askToStop(graceMs: number): Promise<unknown> {
    this.#stopping = true;
    this.#waiting?.reject(new DnsteerError('ERR_DNSTEER_WORKER', 'the server stops'));
    this.#worker.postMessage({ kind: 'stop', graceMs } satisfies ToWorker);
    return this.#wait((heard) => heard.kind === 'stopped').catch(() => undefined);
  }

  #wait(settles: (message: FromWorker) => boolean): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      this.#waiting = {
        settle: (message) => {
          if (settles(message)) resolve(message);
          else if (message.kind === 'failed') reject(new DnsteerError(FAILURES[message.what], message.message));
          else return false;
          return true;
        },
        reject,
      };
    });
  }

  #heard(message: FromWorker): void {
    if (message.kind === 'report') this.#options.report(message);
    else if (message.kind === 'built') this.#options.onBuilt?.(message.images);
    else if (this.#waiting?.settle(message)) this.#waiting = undefined;
  }

  #lost(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
    // While it starts, `start` tells; afterwards it is lost whether or not somebody waits for it.
    const told = this.#stopping || !this.#isListening;
    this.#stopping = true;
    if (!told) this.#options.onLost(error);
  }
}

/** Threads take over the arguments of `node`. With that of a program on the command line (`node --input-type=module -e ...`) none starts from a file. */
function ownArguments(): { execArgv?: string[] } {
  return process.execArgv.some((argument) => argument.startsWith('--input-type')) ? { execArgv: [] } : {};
}
