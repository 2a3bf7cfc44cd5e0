import { parentPort, workerData } from 'node:worker_threads';
import { type Listening, listenOn } from './listen.ts';
import { createPlane, type Plane, SnapshotLocator } from './plane.ts';
import { limitReports } from './report-limit.ts';
import type { Snapshot } from './snapshot.ts';
import type { AnswerWorkerStart, FromWorker, ToWorker } from './worker-messages.ts';

// A worker of the answer plane: its own sockets, one plane at a time.

const port = parentPort!;
const locator = new SnapshotLocator();
let start: AnswerWorkerStart;
let epochs: Int32Array;
let plane: Plane;
let listening: Listening[] = [];

const say = (message: FromWorker) => port.postMessage(message);
const report = limitReports(({ code, message }) => say({ kind: 'report', code, message }));

function swap(snapshot: Snapshot): void {
  plane = createPlane(snapshot, locator.of(snapshot), report, start.index, start.limits.idleTimeoutMs);
  // Every answer of a configured server is synchronous, so nothing reads the old snapshot from here on.
  Atomics.store(epochs, start.index, snapshot.epoch);
}

async function listen(): Promise<void> {
  try {
    for (const address of start.listen) {
      listening.push(
        await listenOn(
          address,
          (packet, length, peer, out) => plane.respond(packet, length, peer, out),
          (error) => report({ code: 'ERR_DNSTEER_LISTEN', message: String((error as Error).message) }),
          start.limits,
        ),
      );
    }
  } catch (error) {
    await Promise.all(listening.map((one) => one.close(0)));
    listening = [];
    throw error;
  }
}

port.on('message', async (message: ToWorker) => {
  try {
    if (message.kind === 'start') begin(message.data);
    else if (message.kind === 'swap') {
      swap(message.snapshot);
      say({ kind: 'swapped', epoch: message.snapshot.epoch });
    } else if (message.kind === 'stop') {
      await Promise.all(listening.map((one) => one.close(message.graceMs)));
      say({ kind: 'stopped' });
      port.close();
    }
  } catch (error) {
    say({ kind: 'failed', what: message.kind === 'swap' ? 'swap' : 'stop', message: (error as Error).message });
  }
});

function begin(data: AnswerWorkerStart): void {
  start = data;
  epochs = new Int32Array(data.epochs);
  Promise.resolve(data.snapshot)
    .then(swap)
    .then(listen)
    .then(() => say({ kind: 'listening', addresses: listening.map(({ host, port: own }) => ({ host, port: own })) }))
    .catch((error: Error & { code?: string }) => {
      say({ kind: 'failed', what: 'start', message: error.message, ...(error.code !== undefined && { code: error.code }) });
      port.close();
    });
}

// Without data it was started early, and is told by a message.
if (workerData !== null) begin(workerData as AnswerWorkerStart);
