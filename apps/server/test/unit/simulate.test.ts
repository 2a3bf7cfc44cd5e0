import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@dnsteer/geo';
import { definePolicy, type PolicyDefinition, type Pool } from '@dnsteer/steering';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chainCapacities, parseCapacities } from '../../src/simulate/capacity.ts';
import { worldMap } from '../../src/simulate/map.ts';
import { neighbours } from '../../src/simulate/neighbours.ts';
import { everybody, readPopulation } from '../../src/simulate/population.ts';
import { reportOf, reportText } from '../../src/simulate/report.ts';
import { type Side, simulate } from '../../src/simulate/simulate.ts';

const pools: Pool[] = [
  {
    name: 'eu',
    endpoints: [
      { name: 'a', addresses: ['192.0.2.1'], weight: 3 },
      { name: 'b', addresses: ['192.0.2.2'] },
    ],
  },
  { name: 'us', endpoints: [{ name: 'c', addresses: ['192.0.2.3'] }] },
];
const chain: PolicyDefinition['chain'] = [
  'up',
  { geotarget: { continents: { EU: ['eu'] }, default: ['us', 'eu'] } },
  'weighted',
  { first: 1 },
];
const options = { family: 4, qname: Uint8Array.of(0), nowMs: 0, seed: 1 } as const;

let directory: string;
let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'simulate-'));
  database = await openDatabase();
});
afterAll(() => rmSync(directory, { recursive: true }));

const side = (label: string, own: PolicyDefinition['chain'], health: Side['health'] = {}): Side => ({
  label,
  policy: definePolicy({ name: 'web', pools: ['eu', 'us'], chain: own }, { pools }),
  locator: database,
  health,
});

function population(text: string, count = 2000) {
  const file = join(directory, 'population.csv');
  writeFileSync(file, text);
  return readPopulation(file, database, count);
}

test('countries: each has the share of the clients that it has of the addresses', () => {
  const { count, countries, countryOf, addresses } = everybody(database, 5000);
  expect(count).toBe(5000);
  let wrong = 0;
  const perCountry = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const country = countries[countryOf[i]!]!;
    perCountry.set(country, (perCountry.get(country) ?? 0) + 1);
    if (database.locate(addresses.slice(i * 16, i * 16 + 4)).country !== country) wrong++;
  }
  // Clients are /24s: what is divided finer may lie elsewhere by its first address.
  expect(wrong).toBeLessThan(50);
  // The registries gave out some 3.7 thousand million, of which the United States hold about 1.6.
  expect(perCountry.get('US')! / count).toBeGreaterThan(0.35);
  expect(perCountry.get('US')! / count).toBeLessThan(0.5);
});

test('neighbours say what the database says, in whatever order they come, and ask it less', () => {
  const { count, addresses } = everybody(database, 5000);
  let asked = 0;
  const locate = (address: Uint8Array) => {
    asked++;
    return database.locate(address);
  };
  const counted = { locate };
  const own = neighbours(counted);
  for (let i = 0; i < count; i++) {
    // A third of them out of order, and some of IPv6.
    const at = (i % 3 === 0 ? (i * 7919) % count : i) * 16;
    const address = addresses.slice(at, at + (i % 100 === 0 ? 16 : 4));
    expect(own.locate(address)).toBe(database.locate(address));
  }
  expect(own.generation?.()).toBe(own.generation?.());
  asked = 0;
  const inOrder = neighbours(counted);
  for (let i = 0; i < 256; i++) inOrder.locate(Uint8Array.of(8, 8, 8, i));
  expect(asked).toBe(1);
});

test('a file: resolvers with weights, or countries', () => {
  const resolvers = population('resolver,queries\n88.198.0.1, 30 # Hetzner\n8.8.8.8 10\n2001:200::1/48\n');
  expect([...resolvers.weights]).toEqual([30, 10, 1]);
  expect([...resolvers.prefixLengths]).toEqual([32, 32, 48]);
  expect(Array.from(resolvers.countryOf, (i) => resolvers.countries[i])).toEqual(['DE', 'US', 'JP']);
  const countries = population('DE,300\nUS,100\n', 400);
  const germans = countries.countryOf.reduce((sum, i) => sum + (countries.countries[i] === 'DE' ? 1 : 0), 0);
  expect(germans).toBe(300);
  expect(() => population('192.0.2.1\nnobody,1\n')).toThrow(
    /population.csv:2: found "nobody", expected an address, a network or a country/,
  );
  expect(() => population('192.0.2.1,-1\n')).toThrow(/:1: found "-1", expected a number from 0/);
  expect(() => population('192.0.2.1\nDE\n')).toThrow(/either/);
  expect(() => population('# nobody\n')).toThrow(/found no clients/);
});

test('the load of a side goes where the policy sends it, and moves are told from pool to pool', () => {
  const people = population('88.198.0.1,30\n8.8.8.8,10\n');
  const { sides, moves, moved, total } = simulate(people, [side('up', chain), side('down', chain, { eu: 'down' })], options);
  expect(total).toBe(40);
  expect([...sides[0]!.pools]).toEqual([
    ['eu', 30],
    ['us', 10],
  ]);
  expect([...sides[1]!.pools]).toEqual([
    ['eu', 0],
    ['us', 40],
  ]);
  expect([...sides[0]!.countries].map(([country, loads]) => [country, ...loads])).toEqual([
    ['DE', ['eu', 30]],
    ['US', ['us', 10]],
  ]);
  expect([moves, moved]).toEqual([[{ from: 'eu', to: 'us', load: 30 }], 30]);
});

test('draws are those of the client, so that two sides that are alike move nobody; weights have their shares', () => {
  const people = everybody(database, 20_000, new Map([['DE', 1]]));
  const { sides, moved } = simulate(people, [side('one', chain), side('other', chain)], options);
  expect(moved).toBe(0);
  expect(Math.abs(sides[0]!.endpoints.get('eu/a')! / 20_000 - 0.75)).toBeLessThan(0.02);
});

test('an answer of several endpoints is shared by them; nobody to answer and all down are counted', () => {
  const people = population('88.198.0.1,30\n');
  expect([...simulate(people, [side('all', [])], options).sides[0]!.endpoints.values()].map(Math.round)).toEqual([10, 10, 10]);
  const down = { eu: 'down', us: 'down' } as const;
  expect(simulate(people, [side('all', chain, down)], options).sides[0]!.allDown).toBe(30);
  const nobody = side('none', [{ geofence: { pools: { eu: { countries: ['FR'] }, us: { countries: ['US'] } } } }]);
  const policy = definePolicy({ name: 'web', pools: ['eu', 'us'], chain: ['up'], allDown: 'none' }, { pools });
  const found = simulate(people, [nobody, { ...nobody, policy, health: down }], options);
  expect(found.sides[1]!.none).toBe(30);
});

test('the report: in the unit of the load, with who gets more than it can bear, as text, JSON and a map', () => {
  const simulation = simulate(
    population('88.198.0.1,30\n8.8.8.8,10\n'),
    [side('up', chain), side('eu down', chain, { eu: 'down' })],
    options,
  );
  const capacities = parseCapacities(['us=50%', 'eu=800', 'eu/a=10'], 1000, new Set(['us', 'eu', 'eu/a']));
  const head = { name: 'www.example.com.', type: 'A', population: 'two', clients: 2, load: 1000 } as const;
  const report = reportOf(simulation, head, ['web', 'web'], [capacities, capacities]);
  expect(report.sides[0]!.pools).toEqual({ eu: 750, us: 250 });
  expect(report.sides[1]!.overCapacity).toEqual([{ id: 'us', capacity: 500, load: 1000 }]);
  expect(report.moved).toBe(750);
  const text = reportText(report);
  expect(text).toMatch(/│ eu +│ 750 +│ 0 +│ -750 +│/);
  expect(text).toMatch(/over capacity \(eu down\): us gets 1,000 of 500 \(200 %\)/);
  expect(text).toMatch(/eu -> us: 750/);
  // Countries whose clients move come first, however small.
  expect(text.indexOf('│ DE ')).toBeLessThan(text.indexOf('│ US '));
  expect(text).toMatch(/│ DE +│ 750 +│ eu 100 % +│ us 100 % +│ 750 +│/);
  expect(text).toMatch(/│ US +│ 250 +│ us 100 % +│ us 100 % +│ 0 +│/);
  const tiny = reportText({ ...report, moves: [{ from: 'eu', to: 'us', load: 0.001 }] });
  expect(tiny).toContain('eu -> us: <0.01');
  const svg = worldMap(report);
  expect(svg).toContain('us 100.0 %, over its capacity of 50.0 %');
  expect(svg).toMatch(/DE: 75.0 % of the load; eu 100.0 %/);
  expect(svg.match(/<svg /g)).toHaveLength(3);
});

test('capacities: of the command line and of chains', () => {
  expect(() => parseCapacities(['eu'], 1, new Set(['eu']))).toThrow(/found "eu", expected a capacity such as/);
  expect(() => parseCapacities(['xx=1'], 1, new Set(['eu']))).toThrow(/found "xx", expected one of eu/);
  const capacity = { pools: { eu: { share: 50, limit: 70 }, us: { share: 30, limit: 60 } } };
  expect([...chainCapacities(['up', { split: { A: [{ capacity }] } }], 800)]).toEqual([
    ['eu', 700],
    ['us', 600],
  ]);
});
