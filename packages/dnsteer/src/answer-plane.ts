import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Report } from '@dnsteer/router';
import { DnsteerError } from './errors.ts';
import type { ListenAddress, TcpLimits } from './listen.ts';
import type { Snapshot } from './snapshot.ts';
import type { FromWorker, ToWorker, WorkerStart } from './worker-messages.ts';

/** What a worker may take beyond the grace period to say that it has stopped. */
const STOP_MS = 1000;

export interface AnswerPlaneOptions {
  readonly listen: readonly ListenAddress[];
  readonly tcp?: TcpLimits;
  readonly report: (report: Report) => void;
  /** A worker ended that was not asked to. */
  readonly onLost: (error: Error) => void;
}

/** The worker thread that answers, as the control plane sees it. */
export class AnswerPlane {
  readonly #worker: Worker;
  readonly #epochs: Int32Array;
  readonly #options: AnswerPlaneOptions;
  #waiting: { settle: (message: FromWorker) => boolean; reject: (error: Error) => void } | undefined;
  #stopping = false;
  #isListening = false;

  private constructor(worker: Worker, epochs: Int32Array, options: AnswerPlaneOptions) {
    this.#worker = worker;
    this.#epochs = epochs;
    this.#options = options;
    worker.on('message', (message: FromWorker) => this.#heard(message));
    worker.on('error', (error) => this.#lost(error));
    worker.on('exit', () => this.#lost(new DnsteerError('ERR_DNSTEER_WORKER', 'the answering thread ended')));
  }

  /**
   * Starts the worker and waits until it listens.
   *
   * @throws DnsteerError (rejects) ERR_DNSTEER_LISTEN with one line that says what to do, when it can't listen.
   */
  static async start(
    snapshot: Snapshot,
    options: AnswerPlaneOptions,
  ): Promise<{ plane: AnswerPlane; addresses: readonly ListenAddress[] }> {
    const epochs = new SharedArrayBuffer(4);
    const data: WorkerStart = { index: 0, snapshot, listen: options.listen, tcp: options.tcp ?? {}, epochs };
    const plane = new AnswerPlane(
      new Worker(new URL('./answer-worker.js', import.meta.url), { workerData: data }),
      new Int32Array(epochs),
      options,
    );
    const message = await plane
      .#wait((heard) => heard.kind === 'listening')
      .catch((error: Error) => {
        plane.#stopping = true;
        throw error;
      });
    plane.#isListening = true;
    return { plane, addresses: message.kind === 'listening' ? message.addresses : [] };
  }

  /** The least epoch that any worker is at: slabs of older ones are free. */
  get epoch(): number {
    return Atomics.load(this.#epochs, 0);
  }

  /**
   * Has the worker answer from another snapshot.
   *
   * @throws DnsteerError (rejects) ERR_DNSTEER_WORKER; the snapshot before it goes on answering.
   */
  async swap(snapshot: Snapshot): Promise<void> {
    this.#say({ kind: 'swap', snapshot });
    await this.#wait((heard) => heard.kind === 'swapped' && heard.epoch === snapshot.epoch);
  }

  /** Stops; what was received is answered, for at most `graceMs`. A swap that is under way fails. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#waiting?.reject(new DnsteerError('ERR_DNSTEER_WORKER', 'the server stops'));
    const stopped = this.#wait((heard) => heard.kind === 'stopped').catch(() => undefined);
    this.#say({ kind: 'stop', graceMs });
    // A thread that no longer listens to anybody is ended all the same.
    const patience = new AbortController();
    await Promise.race([stopped, sleep(graceMs + STOP_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    await this.#worker.terminate();
  }

  #say(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #wait(settles: (message: FromWorker) => boolean): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      this.#waiting = {
        settle: (message) => {
          if (settles(message)) resolve(message);
          else if (message.kind === 'failed')
            reject(new DnsteerError(message.what === 'start' ? 'ERR_DNSTEER_LISTEN' : 'ERR_DNSTEER_WORKER', message.message));
          else return false;
          return true;
        },
        reject,
      };
    });
  }

  #heard(message: FromWorker): void {
    if (message.kind === 'report') this.#options.report(message);
    else if (this.#waiting?.settle(message)) this.#waiting = undefined;
  }

  #lost(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
    // While it starts, `start` tells; afterwards it is lost whether or not a swap waits for it.
    if (!this.#stopping && this.#isListening) this.#options.onLost(error);
    this.#stopping = true;
  }
}
