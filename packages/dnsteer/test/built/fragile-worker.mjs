// A worker that says it listens, says its index on every swap, and ends when it is told so.
import { parentPort, workerData } from 'node:worker_threads';

const { index, listen, dies, hangs, stopMs = 0 } = workerData;
parentPort.on('message', (message) => {
  if (message.kind === 'stop') {
    setTimeout(() => {
      parentPort.postMessage({ kind: 'report', code: 'STOPPED', message: `${index}` });
      parentPort.postMessage({ kind: 'stopped' });
      parentPort.close();
    }, stopMs);
  } else if (message.snapshot.epoch < 0) {
    if (message.snapshot.epoch === -1 - index) throw new Error(`worker ${index} has had enough`);
    parentPort.postMessage({ kind: 'swapped', epoch: message.snapshot.epoch });
  } else {
    parentPort.postMessage({ kind: 'report', code: 'HEARD', message: `${index} ${message.snapshot.epoch}` });
    parentPort.postMessage({ kind: 'swapped', epoch: message.snapshot.epoch });
  }
});
if (dies) setTimeout(() => process.exit(1), 5);
if (!hangs) parentPort.postMessage({ kind: 'listening', addresses: listen });
