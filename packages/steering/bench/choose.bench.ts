import { createRequire } from 'node:module';
import { bench, describe } from 'vitest';
import type { Environment, LocationLike, Pool } from '../src/index.ts';

// What is built, natively: in Vitest's form of a module each call of an import is a look-up.
const { Choice, definePolicy, parseClientSubnet, seededRandom, Trace } = createRequire(import.meta.url)(
  '../dist/index.js',
) as typeof import('../src/index.ts');

// `npx vitest bench --run --project unit packages/steering` from the repository's root.

const PLACES = { eu: [50.1, 8.7], us: [39, -77.5], ap: [35.7, 139.7] } as const;

function makePools(endpoints: number): Pool[] {
  return Object.entries(PLACES).map(([name, [lat, lon]], p) => ({
    name,
    location: { lat, lon },
    endpoints: Array.from({ length: endpoints }, (_, i) => ({
      name: `e${i}`,
      addresses: [`10.${p}.${i >> 8}.${i & 255}`],
      weight: 1 + (i % 3),
    })),
  }));
}

function makePolicy(pools: Pool[], sticky: boolean) {
  return definePolicy(
    {
      name: 'web',
      pools: ['eu', 'us', 'ap'],
      chain: [
        'up',
        { geotarget: { continents: { EU: ['eu'], NA: ['us'] }, default: ['us', 'eu', 'ap'] } },
        'nearest',
        { weighted: { sticky } },
        { first: 1 },
      ],
    },
    { pools },
  );
}

// A health table as a worker sees it, and a locator that hands out one object per network, as a warm database does.
const verdicts = new Int32Array(new SharedArrayBuffer(4 * 4096)).fill(1);
const locations: LocationLike[] = Array.from({ length: 256 }, (_, i) => {
  const [country, continent, latitude, longitude] = [
    ['DE', 'EU', 51, 10],
    ['JP', 'AS', 36, 138],
    ['BR', 'SA', -10, -55],
  ][i % 3] as [string, string, number, number];
  return Object.freeze({ country, continent, latitude, longitude, prefixLength: 8 + (i % 16) });
});
const health = { generation: () => 1, isUp: (slot: number) => Atomics.load(verdicts, slot) === 1, ttlCapSeconds: () => 30 };
const locate = (address: Uint8Array) => locations[address[1]!]!;
/** Without a revision and a generation nothing is remembered: every decision runs the whole chain. */
const cold: Environment = { health, locator: { locate }, nowMs: 0, random: seededRandom(1) };
const warm: Environment = { ...cold, health: { ...health, revision: () => 1 }, locator: { locate, generation: () => 1 } };
const client = parseClientSubnet('10.0.0.0/24');
const choice = new Choice();
let n = 0;

function decideThousand(policy: ReturnType<typeof makePolicy>, environment: Environment, traced = false): void {
  for (let i = 0; i < 1000; i++) {
    n = (n + 1) & 0xffff;
    client.address[1] = n & 0xff;
    client.address[2] = n >> 8;
    policy.choose(client, 4, environment, choice, traced ? new Trace() : undefined);
  }
}

describe('1000 decisions: up, geotarget, nearest, weighted, first', () => {
  const sticky = makePolicy(makePools(4), true);
  const random = makePolicy(makePools(4), false);
  const large = makePolicy(makePools(333), true);
  bench('3 pools x 4 endpoints, sticky, warm', () => decideThousand(sticky, warm));
  bench('3 pools x 4 endpoints, random, warm', () => decideThousand(random, warm));
  bench('3 pools x 333 endpoints, sticky, warm', () => decideThousand(large, warm));
  bench('3 pools x 4 endpoints, sticky, nothing remembered', () => decideThousand(sticky, cold));
  bench('3 pools x 333 endpoints, sticky, nothing remembered', () => decideThousand(large, cold));
  bench('3 pools x 4 endpoints, sticky, with its trace', () => decideThousand(sticky, warm, true));
});
