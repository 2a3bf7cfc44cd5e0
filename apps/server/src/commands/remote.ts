import Table from 'cli-table3';
import { controlPath } from '../config/text.ts';
import { durationText } from '../config/values.ts';
import type { AliasRow } from '../control/alias-resolver.ts';
import type { CanaryRow } from '../control/canaries.ts';
import type { HealthRow } from '../control/commands.ts';
import type { ListedOverride } from '../control/overrides.ts';
import { askControl } from '../control/socket.ts';
import { out } from './colors.ts';

/** `reload`. */
export async function reload(configPath: string): Promise<void> {
  const { epoch } = (await askControl(controlPath(configPath), { command: 'reload' })) as { epoch: number };
  process.stdout.write(`reloaded: snapshot ${epoch} answers\n`);
}

export interface PoolOptions {
  readonly config: string;
  /** Milliseconds. */
  readonly for?: number;
  readonly note?: string;
}

const DONE: Readonly<Record<string, string>> = {
  down: 'down',
  drain: 'drained: not answered',
  'force-up': 'up, whatever their probes say',
  up: 'up again as soon as their probes say so',
};

/** `pool`: what operators say; `pool NAME ACTION`: says it. */
export async function pool(name: string | undefined, action: string | undefined, options: PoolOptions): Promise<void> {
  if (name === undefined) return printOverrides(options.config);
  if (action === undefined) throw new Error(`expected what to do with ${name}: ${Object.keys(DONE).join(', ')}`);
  const { for: forMs, note } = options;
  const reply = await askControl(controlPath(options.config), { command: 'pool', arguments: { name, action, forMs, note } });
  const { endpoints } = reply as { endpoints: number };
  const end = action === 'up' ? '' : forMs === undefined ? `, until "pool ${name} up"` : `, for ${durationText(forMs)}`;
  process.stdout.write(`${name} (${endpoints} ${endpoints === 1 ? 'endpoint' : 'endpoints'}): ${DONE[action]}${end}\n`);
}

async function printOverrides(configPath: string): Promise<void> {
  const rows = (await askControl(controlPath(configPath), { command: 'overrides' })) as ListedOverride[];
  if (rows.length === 0) {
    process.stdout.write('no operator says anything: probes decide\n');
    return;
  }
  const table = plainTable(['match', 'state', 'until', 'said by', 'endpoints', 'note']);
  for (const { match, action, untilMs, by, endpoints, note } of rows)
    table.push([match, action, untilMs === undefined ? '' : new Date(untilMs).toISOString(), by, endpoints.length, note ?? '']);
  process.stdout.write(`${table.toString()}\n`);
}

export interface CanaryOptions {
  readonly config: string;
  readonly note?: string;
}

/** `canary`: how canaries stand; `canary POLICY ACTION`: says how one goes on. */
export async function canary(policy: string | undefined, action: string | undefined, { config, note }: CanaryOptions): Promise<void> {
  if (policy !== undefined && action === undefined)
    throw new Error(`expected what to do with the canary of ${policy}: halt, call-back, resume`);
  const path = controlPath(config);
  const rows = (
    policy === undefined
      ? await askControl(path, { command: 'canaries' })
      : [await askControl(path, { command: 'canary', arguments: { policy, action, note } })]
  ) as CanaryRow[];
  if (rows.length === 0) {
    process.stdout.write('no policy has a canary\n');
    return;
  }
  const table = plainTable(['policy', 'canary', 'state', 'since', 'steps late by', 'reason']);
  for (const row of rows) {
    const state = row.state === 'going' ? out.green(row.state) : out.red(row.state);
    const late = row.lateMs === 0 ? '' : durationText(Math.round(row.lateMs / 1000) * 1000);
    table.push([row.policy, row.pools.join(', '), state, row.since ?? '', late, row.reason ?? '']);
  }
  process.stdout.write(`${table.toString()}\n`);
}

/** `aliases`. */
export async function printAliases(configPath: string): Promise<void> {
  const rows = (await askControl(controlPath(configPath), { command: 'aliases' })) as AliasRow[];
  if (rows.length === 0) {
    process.stdout.write('no alias leads out of the zones\n');
    return;
  }
  const table = plainTable(['target', 'family', 'addresses', 'resolved', 'last attempt']);
  for (const { target, family, addresses, resolvedAt, failure } of rows)
    table.push([
      target,
      `IPv${family}`,
      addresses.join(' '),
      resolvedAt ?? '',
      failure === undefined ? out.green('well') : out.red(failure),
    ]);
  process.stdout.write(`${table.toString()}\n`);
}

/** `health`. */
export async function printHealth(configPath: string): Promise<void> {
  const rows = (await askControl(controlPath(configPath), { command: 'health' })) as HealthRow[];
  const table = plainTable(['endpoint', 'address', 'probes say', 'override', 'answered']);
  for (const { endpoint, address, state, override, until, note, answered } of rows) {
    const said = override === 'none' ? '' : [override, until && `until ${until}`, note && `(${note})`].filter(Boolean).join(' ');
    table.push([endpoint, address, state, said, answered ? out.green('yes') : out.red('no')]);
  }
  process.stdout.write(`${table.toString()}\n`);
}

export function plainTable(head: string[]): Table.Table {
  return new Table({
    head,
    style: { head: [], border: [] },
    // One line a row.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
}
