import { type ClientSubnet, parseClientSubnet } from '@dnsteer/steering';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { composeAtRest } from '../control/composition.ts';
import { openGeo } from '../control/geo-files.ts';
import { scopeTables } from '../control/scope-tables.ts';
import type { HealthStates } from '../explain/health-file.ts';
import { isDnstap, readDnstap } from '../replay/dnstap.ts';
import { readJsonLog } from '../replay/query-log.ts';
import { type Candidate, type ReplayReport, replay } from '../replay/replay.ts';
import { steeredNames } from '../simulate/steered-name.ts';
import { progressBar } from './progress.ts';
import { readNamed } from './read-named.ts';

export interface ReplayOptions {
  readonly config: string;
  readonly against?: string;
  readonly down: readonly string[];
  readonly seed: number;
  readonly json?: boolean;
}

/** `replay LOG`: which answers of a query log another configuration, or what is down, would change. */
export async function replayCommand(file: string, { config, against, down, seed, json }: ReplayOptions): Promise<void> {
  if (against === undefined && down.length === 0)
    throw new Error('nothing to compare with: say --against FILE (the configuration that is in use), or what is --down');
  const octets = readNamed(file);
  const queries = isDnstap(octets) ? readDnstap(octets) : readJsonLog(octets.toString('utf8'), file);
  const states = Object.fromEntries(down.map((id) => [id, 'down' as const]));
  const before = await candidateOf(against ?? config, against === undefined ? {} : states);
  const after = await candidateOf(config, states);
  const report = replay(queries, before, after, { seed, onProgress: progressBar(queries.length, 'queries') });
  process.stdout.write(`${json === true ? JSON.stringify(report, undefined, 2) : replayText(report)}\n`);
}

/** @throws ConfigError; Error for a state of what the configuration has not. */
async function candidateOf(path: string, health: HealthStates): Promise<Candidate> {
  const composition = composeAtRest(loadConfig(path));
  const known = composition.pools.flatMap(({ name, endpoints }) => [name, ...endpoints.map((endpoint) => `${name}/${endpoint.name}`)]);
  for (const id of Object.keys(health))
    if (!known.includes(id)) throw new Error(`${path}: found ${JSON.stringify(id)}, expected pools or endpoints: ${known.join(', ')}`);
  const locator = await openGeo(composition);
  scopeTables(composition.policies, locator);
  return {
    names: steeredNames(composition),
    locator,
    health,
    trusts: trustOf(composition.config.geo.clientSubnet),
  };
}

function trustOf(clientSubnet: Config['geo']['clientSubnet']): (source: ClientSubnet) => boolean {
  if (typeof clientSubnet === 'string') return () => clientSubnet === 'all';
  const networks = clientSubnet.map((text) => parseClientSubnet(text));
  return (source) => networks.some((network) => network.family === source.family && isWithin(source.address, network));
}

function isWithin(address: Uint8Array, { address: network, prefixLength }: ClientSubnet): boolean {
  for (let bit = 0; bit < prefixLength; bit++) if (((address[bit >> 3]! ^ network[bit >> 3]!) & (0x80 >> (bit & 7))) !== 0) return false;
  return true;
}

export function replayText({ queries, steered, changed, groups }: ReplayReport): string {
  const share = steered === 0 ? 0 : (changed / steered) * 100;
  const lines = [
    `${count(queries)} queries, ${count(steered)} of them steered: ${count(changed)} ${changed === 1 ? 'answer changes' : 'answers change'} (${share.toFixed(2)} %)`,
  ];
  for (const { name, type, filter, from, to, queries: own, example } of groups) {
    lines.push('', `${count(own)} of ${name} ${type}: ${pools(from)} -> ${pools(to)}, by ${filter}`);
    lines.push(`  such as ${example.client}: ${example.answers.map((answers) => answers.join(' ') || 'nothing').join(' -> ')}`);
    lines.push(`  before: ${example.before}`, `  after:  ${example.after}`);
  }
  return lines.join('\n');
}

function pools(names: readonly string[]): string {
  return names.join('+') || 'nothing';
}

function count(number: number): string {
  return number.toLocaleString('en');
}
