// A worker that says it listens, says its index on every swap, and ends when it is told so.
import { parentPort, workerData } from 'node:worker_threads';

const { index, listen, dies } = workerData;
parentPort.on('message', (message) => {
  if (message.kind === 'stop') {
    parentPort.postMessage({ kind: 'stopped' });
    parentPort.close();
  } else if (message.snapshot.epoch < 0) {
    if (message.snapshot.epoch === -1 - index) throw new Error(`worker ${index} has had enough`);
    parentPort.postMessage({ kind: 'swapped', epoch: message.snapshot.epoch });
  } else {
    parentPort.postMessage({ kind: 'report', code: 'HEARD', message: `${index} ${message.snapshot.epoch}` });
    parentPort.postMessage({ kind: 'swapped', epoch: message.snapshot.epoch });
  }
});
if (dies) setTimeout(() => process.exit(1), 5);
parentPort.postMessage({ kind: 'listening', addresses: listen });
