import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

// Runs in a Node of its own, since the test runner makes garbage of its own. A young generation of 1 MiB is full after ten octets of garbage for each
// decision.
const program = `
  import { Choice, definePolicy, parseClientSubnet, readNetworkTable, seededDraws } from '../../dist/index.js';

  const places = { eu: [50.1, 8.7], us: [39, -77.5], ap: [35.7, 139.7] };
  const pools = Object.entries(places).map(([name, [lat, lon]], p) => ({
    name,
    location: { lat, lon },
    endpoints: Array.from({ length: 4 }, (_, i) => ({ name: 'e' + i, addresses: ['10.' + p + '.0.' + i], weight: 1 + (i % 3) })),
  }));
  const lines = Array.from({ length: 20_000 }, (_, i) => '10.' + (i >> 8) + '.' + (i & 255) + '.0/24 ' + ['eu', 'us', 'ap'][i % 3]);
  const networks = readNetworkTable(Buffer.from(lines.join('\\n')), 'networks.csv');
  const measured = readNetworkTable(Buffer.from(lines.map((line, i) => line.replace(/ (\\w+)$/, ' $1=' + (5 + (i % 7) / 2))).join('\\n')), 'ms.csv');
  const aliased = [...pools.slice(0, 2), { name: 'ap', endpoints: [{ name: 'cdn', cname: 'www.cdn.example' }, { name: 'far', cname: 'far.example' }] }];
  const GEO = { geotarget: { continents: { EU: ['eu'], NA: ['us', 'eu'] }, default: ['us', 'eu', 'ap'] } };
  const STICKY = { weighted: { sticky: true } };
  const CHAINS = {
    'sticky': ['up', GEO, 'nearest', STICKY, { first: 1 }],
    'at random': ['up', GEO, 'nearest', 'weighted', { first: 1 }],
    'two of them': ['up', 'nearest', STICKY, { first: 2 }],
    'networks of a file': ['up', { cidr: { networks } }, 'nearest', STICKY, { first: 1 }],
    'milliseconds of a file': ['up', { latency: { networks: measured, within: 2 } }, STICKY, { first: 1 }],
    'fence, numbers, shuffle': ['up', { geofence: { pools: { eu: { continents: ['EU'] } } } }, { priority: { us: 1 } }, { cost: { eu: 1 } }, 'shuffle', { multivalue: 3 }],
    'branches': [{ split: { A: ['up', 'nearest'] } }, { route: { continents: { EU: [STICKY] }, default: ['shuffle'] } }, { when: { days: 'mon-fri', from: '08:00', to: '18:00', inside: [{ first: 2 }] } }],
    'shed, sticky': ['up', { shed: { low: 20, high: 80, sticky: true } }, { first: 1 }],
    'shed at random, milliseconds of a feed': ['up', { shed: { low: 20, high: 80 } }, { latency: { feed: 'rtt', within: 5 } }, { first: 1 }],
    'guarded canary': ['up', { canary: { pools: ['ap'], percent: 40, guard: { feed: 'load', max: 70 } } }, { first: 1 }],
    'canary, capacity': ['up', { canary: { pools: ['ap'], percent: 40 } }, { capacity: { pools: { eu: { share: 50, limit: 70 }, us: { share: 50, limit: 60 } } } }, { first: 1 }],
    'aliases': ['up', GEO, STICKY, { first: 1 }],
    'aliases at random': ['up', 'weighted', { first: 2 }],
    'sticky, multi': ['up', 'sticky', { weighted: { multi: true } }],
  };
  const locations = Array.from({ length: 64 }, (_, i) => {
    const [country, continent, latitude, longitude] = [['DE', 'EU', 51, 10], ['JP', 'AS', 36, 138], ['BR', 'SA', -10, -55]][i % 3];
    return Object.freeze({ country, continent, latitude, longitude, prefixLength: 8 + (i % 16) });
  });
  const health = { isUp: () => true, ttlCapSeconds: () => 30 };
  const locate = (address) => locations[address[1] & 63];
  const random = seededDraws(1);
  const feeds = { values: new Float64Array(64).map((_, i) => i + 0.25), times: new Float64Array(64).fill(1) };
  const cold = { health, feeds, locator: { locate }, nowMs: 0, random };
  const warm = { ...cold, health: { ...health, revision: () => 1 }, locator: { locate, generation: () => 1 } };
  const client = parseClientSubnet('10.0.0.0/24');
  const choice = new Choice();
  let sum = 0;
  for (const [name, environment] of [['remembered', warm], ['nothing remembered', cold]]) {
    for (const [chain, definition] of Object.entries(CHAINS)) {
      const policy = definePolicy({ name: chain, pools: ['eu', 'us', 'ap'], chain: definition }, { pools: chain.startsWith('aliases') ? aliased : pools });
      const decide = (count) => {
        for (let i = 0; i < count; i++) {
          client.address[1] = i & 63;
          client.address[2] = i >> 6;
          policy.choose(client, 4, environment, choice);
          sum += choice.ecsScope;
        }
      };
      // Long enough for the optimising compiler to be done.
      decide(200_000);
      for (let round = 0; round < 4; round++) {
        gc();
        console.log('begin ' + name + ': ' + chain);
        decide(100_000);
        console.log('end ' + name + ': ' + chain);
      }
    }
  }
`;

test('a decision makes no garbage, remembered or not, whatever the filters', () => {
  const args = ['--expose-gc', '--trace-gc', '--max-semi-space-size=1', '--input-type=module', '--eval', program];
  const text = execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' });
  const names = new Set(Array.from(text.matchAll(/^begin (.*)$/gm), ([, name]) => name!));
  expect(names.size).toBe(28);
  for (const name of names) {
    const rounds = text.split(`begin ${name}\n`).slice(1);
    expect(rounds).toHaveLength(4);
    // What the compiler leaves when it is late is not in every round; what a decision leaves is.
    const collections = rounds.map((round) => round.slice(0, round.indexOf(`end ${name}\n`)).match(/Scavenge|Mark-/g)?.length ?? 0);
    expect([name, Math.min(...collections)]).toEqual([name, 0]);
  }
});
