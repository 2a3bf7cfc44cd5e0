import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/index.ts';

const source = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)}).then(({ GeoDatabase }) => {
    const database = new GeoDatabase(workerData);
    parentPort.postMessage({ location: database.locateText('8.8.8.8'), isShared: database.octets[0].buffer instanceof SharedArrayBuffer });
  });`;

test('another thread makes its database of the same memory', async () => {
  const database = await openDatabase();
  const worker = new Worker(source, { eval: true, workerData: database.octets });
  const [found] = await once(worker, 'message');
  expect(found).toEqual({ location: database.locateText('8.8.8.8'), isShared: true });
  await worker.terminate();
});
