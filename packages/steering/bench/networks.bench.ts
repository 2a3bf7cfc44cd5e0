import { createRequire } from 'node:module';
import { bench, describe } from 'vitest';

// What is built, natively: in Vitest's form of a module each call of an import is a look-up.
const built = createRequire(import.meta.url);
const { readNetworkTable, seededRandom } = built('../dist/index.js') as typeof import('../src/index.ts');
const { NetworkMap } = built('../dist/network-map.js') as typeof import('../src/network-map.ts');

const NETWORKS = 1_000_000;
const LOOKUPS = 1 << 16;
const POOLS = ['eu', 'us', 'ap'];
const LENGTHS4 = [24, 24, 24, 22, 20];
const random = seededRandom(1);
function line4(): string {
  const length = LENGTHS4[random() % LENGTHS4.length]!;
  const address = (random() & (0xffff_ffff << (32 - length))) >>> 0;
  return `${[24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')}/${length}`;
}

function line6(): string {
  const [a, b, c] = [0x2000 + (random() % 0x1000), random() & 0xffff, random() & 0xffff].map((group) => group.toString(16));
  return random() % 3 === 0 ? `${a}:${b}::/32` : `${a}:${b}:${c}::/48`;
}

/** First words of addresses: at random, or a few of them most of the time (rank r in proportion to 1 / r). */
function words(isZipf: boolean): Uint32Array {
  if (!isZipf) return Uint32Array.from({ length: LOOKUPS }, random);
  const ranked = Uint32Array.from({ length: 100_000 }, random);
  return Uint32Array.from({ length: LOOKUPS }, () => ranked[Math.floor(Math.exp((random() / 2 ** 32) * Math.log(ranked.length)))]!);
}

describe.each([
  [4, line4],
  [6, line6],
] as const)('a million networks of IPv%i', (family, line) => {
  const text = Buffer.from(Array.from({ length: NETWORKS }, () => `${line()} ${POOLS[random() % POOLS.length]}\n`).join(''));
  const { runs4, runs6 } = readNetworkTable(text, 'networks');
  const map = new NetworkMap(runs4, runs6);
  const address = new Uint8Array(16);
  const findAll = (list: Uint32Array) => {
    for (let i = 0; i < list.length; i++) {
      const word = list[i]!;
      address[0] = family === 4 ? word >>> 24 : 0x20 | ((word >>> 24) & 15);
      address[1] = word >>> 16;
      address[2] = word >>> 8;
      address[3] = word;
      address[4] = word >>> 12;
      address[5] = word >>> 4;
      map.find(address, family);
    }
  };
  bench('read', () => void readNetworkTable(text, 'networks'), { iterations: 3, warmupIterations: 1, time: 0, warmupTime: 0 });
  const uniform = words(false);
  const zipf = words(true);
  bench(`${LOOKUPS} look-ups, addresses at random`, () => findAll(uniform));
  bench(`${LOOKUPS} look-ups, Zipf`, () => findAll(zipf));
});
