import { TYPE } from '@dnsteer/wire';
import { beforeAll, expect, test } from 'vitest';
import { exportKey, generateKey, OnlineSigner, verifyRrset } from '../src/index.ts';
import { type CachedRrsigs, hashOctets, RrsigCache } from '../src/rrsig-cache.ts';
import { name } from './presentation.ts';

const NOW = 1_700_000_000;
const www = name('www.example.');

const entryOf = (key: Uint8Array): CachedRrsigs => ({ key, rrsigs: [], inceptionSeconds: 0, refreshAtSeconds: 1 });

/** What the signer keeps an A RRset with one address and TTL 60 under. */
const keyOf = (address: Uint8Array) => Uint8Array.of(...www, 0, TYPE.A, 0, 0, 0, 60, 0, 4, ...address);

let one: Uint8Array;
let other: Uint8Array;
beforeAll(() => {
  const addressByHash = new Map<number, Uint8Array>();
  const key = keyOf(new Uint8Array(4));
  // Some 65,000 are likely to have two of one hash in 32 bits.
  for (let i = 0; ; i++) {
    const address = Uint8Array.of(i >> 16, i >> 8, i, i * 7);
    key.set(address, key.length - 4);
    const hash = hashOctets(key, key.length);
    const found = addressByHash.get(hash);
    addressByHash.set(hash, address);
    if (found === undefined) continue;
    [one, other] = [found, address];
    return;
  }
});

test('two keys of one hash are never taken for one another', () => {
  const cache = new RrsigCache(2 ** 20);
  const entry = entryOf(keyOf(one));
  cache.add(entry);
  expect(cache.find(keyOf(one), keyOf(one).length)).toBe(entry);
  expect(cache.find(keyOf(other), keyOf(other).length)).toBeUndefined();
});

test('two RRsets of one hash have a signature each', () => {
  const key = generateKey(15);
  const signer = new OnlineSigner({ signerName: name('example.'), keys: [exportKey(key)], nowSeconds: () => NOW });
  for (const address of [one, other, one]) {
    const [rrsig] = signer.sign(www, TYPE.A, 60, [address]);
    const options = { signerName: name('example.'), nowSeconds: NOW };
    expect(verifyRrset({ owner: www, type: TYPE.A, rdatas: [address] }, rrsig, key.dnskeyRdata, options)).toBe(true);
  }
  expect(signer.made).toBe(3);
});

test('an entry that is replaced again and again pushes no other out', () => {
  const cache = new RrsigCache(10_000);
  cache.add(entryOf(Uint8Array.of(1)));
  for (let i = 0; i < 100; i++) cache.add(entryOf(Uint8Array.of(2)));
  expect(cache.find(Uint8Array.of(1), 1)).toBeDefined();
});
