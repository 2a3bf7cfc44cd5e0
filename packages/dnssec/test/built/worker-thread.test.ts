import { Worker } from 'node:worker_threads';
import { parseName, TYPE } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { exportKey, generateKey, nobleProvider, verifyRrset } from '../../src/index.ts';

const NOW = 1_700_000_000;
const WORKER = `
  import { parentPort, workerData } from 'node:worker_threads';
  import { OnlineSigner } from '${new URL('../../dist/index.js', import.meta.url)}';
  const { signerName, keys, nowSeconds, owner, rdatas } = workerData;
  const signer = new OnlineSigner({ signerName, keys, nowSeconds: () => nowSeconds });
  parentPort.postMessage(signer.sign(owner, 1, 60, rdatas));
`;

test.each([13, 15])('algorithm %i: a worker signs with a key that came by workerData, and the main thread verifies', async (algorithm) => {
  const key = generateKey(algorithm);
  const signerName = parseName('example.');
  const owner = parseName('www.example.');
  const rdatas = [Uint8Array.of(192, 0, 2, 1)];
  const workerData = { signerName, keys: [exportKey(key)], nowSeconds: NOW, owner, rdatas };
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(WORKER)}`), { workerData });
  const [rrsig] = await new Promise<Uint8Array[]>((resolve, reject) => worker.once('message', resolve).once('error', reject));
  expect(
    verifyRrset({ owner, type: TYPE.A, rdatas }, rrsig, key.dnskeyRdata, { signerName, nowSeconds: NOW, provider: nobleProvider }),
  ).toBe(true);
});
