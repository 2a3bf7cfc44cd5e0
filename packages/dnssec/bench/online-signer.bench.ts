import { parseName, TYPE } from '@dnsteer/wire';
import { bench, describe } from 'vitest';
import { ALGORITHM, exportKey, generateKey, nobleProvider, nodeProvider, OnlineSigner, verifyRrset } from '../src/index.ts';

const zone = parseName('example.com.');
const owner = parseName('www.example.com.');
const rdatas = [Uint8Array.of(192, 0, 2, 2), Uint8Array.of(192, 0, 2, 1)];

for (const [algorithmName, algorithm] of Object.entries(ALGORITHM)) {
  const key = generateKey(algorithm);
  const signer = (provider: typeof nodeProvider, cacheOctets: number) =>
    new OnlineSigner({ signerName: zone, keys: [exportKey(key)], nowSeconds: () => 1_700_000_000, cacheOctets, provider });
  const kept = signer(nodeProvider, 2 ** 20);
  const node = signer(nodeProvider, 0);
  const noble = signer(nobleProvider, 0);
  const [rrsig] = kept.sign(owner, TYPE.A, 60, rdatas);
  const verifyOptions = { signerName: zone, nowSeconds: 1_700_000_000 };

  describe(algorithmName, () => {
    bench('found in the cache', () => void kept.sign(owner, TYPE.A, 60, rdatas));
    bench('made by node:crypto', () => void node.sign(owner, TYPE.A, 60, rdatas));
    bench('made by @noble/curves', () => void noble.sign(owner, TYPE.A, 60, rdatas));
    bench('verified by node:crypto', () => void verifyRrset({ owner, type: TYPE.A, rdatas }, rrsig, key.dnskeyRdata, verifyOptions));
  });
}
