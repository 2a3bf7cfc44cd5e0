import { writeFileSync } from 'node:fs';
import { formatName } from '@dnsteer/wire';
import { loadConfig } from '../config/load.ts';
import { type Composition, composeAtRest } from '../control/composition.ts';
import { openGeo } from '../control/geo-files.ts';
import type { HealthStates } from '../explain/health-file.ts';
import { type Capacities, chainCapacities, parseCapacities } from '../simulate/capacity.ts';
import { worldMap } from '../simulate/map.ts';
import { neighbours } from '../simulate/neighbours.ts';
import { everybody, readPopulation } from '../simulate/population.ts';
import { reportOf, reportText, type SimulationReport } from '../simulate/report.ts';
import { type Side, simulate } from '../simulate/simulate.ts';
import { steeredName } from '../simulate/steered-name.ts';
import { progressBar } from './progress.ts';

export interface SimulateOptions {
  readonly config: string;
  readonly against?: string;
  readonly down: readonly string[];
  readonly population: string;
  readonly clients: number;
  readonly name?: string;
  readonly type: 'A' | 'AAAA';
  readonly load: number;
  readonly capacity: readonly string[];
  /** Seconds since 1970. */
  readonly at?: number;
  readonly seed: number;
  readonly json?: boolean;
  readonly svg?: string;
}

/** `simulate`: where the load of a whole population goes, in one configuration or two. */
export async function simulateCommand(options: SimulateOptions): Promise<void> {
  const report = await simulated(options);
  if (options.svg !== undefined) writeFileSync(options.svg, worldMap(report));
  process.stdout.write(`${options.json === true ? JSON.stringify(report, undefined, 2) : reportText(report)}\n`);
}

/** @throws (rejects) ConfigError, Error for names that are not there and for a population that can't be read. */
async function simulated(options: SimulateOptions): Promise<SimulationReport> {
  const { config, against, down, type, load, seed } = options;
  if (options.clients < 1) throw new Error(`--clients: found ${options.clients}, expected 1 or more`);
  const first = composeAtRest(loadConfig(config));
  // Without another configuration, what is down is compared with what is well.
  const second = against === undefined ? (down.length > 0 ? first : undefined) : composeAtRest(loadConfig(against));
  const compositions = second === undefined ? [first] : [first, second];
  const states = statesOf(down, compositions);
  const { name } = steeredName(first, options.name);
  const capacities = compositions.map((composition) => capacitiesOf(composition, formatName(name), options));
  const database = await openGeo(first);
  // One for both where the files are the same: where clients are is then found out once.
  const locator = neighbours(database);
  const hasOtherFiles = second !== undefined && second.geoDatabases.join('\n') !== first.geoDatabases.join('\n');
  const locators = [locator, hasOtherFiles ? neighbours(await openGeo(second)) : locator];
  const sides: Side[] = [];
  for (const [i, composition] of compositions.entries()) {
    const isWell = against === undefined && i === 0;
    const label = against === undefined ? (isWell ? 'all up' : `${down.join(', ')} down`) : composition.source.file;
    // A policy holds memory of one health: each side has its own.
    const own = second === first && i === 1 ? composeAtRest(loadConfig(config)) : composition;
    const { policy } = steeredName(own, formatName(name));
    sides.push({ label, policy, locator: locators[i]!, health: isWell ? {} : states });
  }
  const population =
    options.population === 'countries'
      ? everybody(database, options.clients)
      : readPopulation(options.population, database, options.clients);
  const simulation = simulate(population, sides, {
    family: type === 'A' ? 4 : 6,
    qname: name,
    nowMs: (options.at ?? Math.floor(Date.now() / 1000)) * 1000,
    seed,
    onProgress: progressBar(population.count, 'clients'),
  });
  const head = { name: formatName(name), type, population: population.description, clients: population.count, load };
  return reportOf(
    simulation,
    head,
    sides.map(({ policy }) => policy.name),
    capacities,
  );
}

/** @throws Error for what no configuration has. */
function statesOf(down: readonly string[], compositions: readonly Composition[]): HealthStates {
  const known = idsOf(compositions);
  for (const id of down)
    if (!known.has(id)) throw new Error(`found ${JSON.stringify(id)}, expected pools or endpoints: ${[...known].join(', ')}`);
  return Object.fromEntries(down.map((id) => [id, 'down' as const]));
}

function idsOf(compositions: readonly Composition[]): Set<string> {
  return new Set(
    compositions.flatMap(({ pools }) =>
      pools.flatMap(({ name, endpoints }) => [name, ...endpoints.map((endpoint) => `${name}/${endpoint.name}`)]),
    ),
  );
}

/** What the chain says, and what the command line says, which wins. */
function capacitiesOf(composition: Composition, name: string, { capacity, load }: SimulateOptions): Capacities {
  const { policy } = steeredName(composition, name);
  const chain = composition.definitions.find((definition) => definition.name === policy.name)!.chain;
  return new Map([...chainCapacities(chain, load), ...parseCapacities(capacity, load, idsOf([composition]))]);
}
