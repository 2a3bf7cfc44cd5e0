import Table from 'cli-table3';
import { controlPath } from '../config/text.ts';
import type { HealthRow } from '../control/commands.ts';
import { askControl } from '../control/socket.ts';
import { out } from './colors.ts';

/** `reload`. */
export async function reload(configPath: string): Promise<void> {
  const { epoch } = (await askControl(controlPath(configPath), { command: 'reload' })) as { epoch: number };
  process.stdout.write(`reloaded: snapshot ${epoch} answers\n`);
}

/** `pool NAME down|up`. */
export async function setPool(name: string, action: string, configPath: string): Promise<void> {
  const reply = await askControl(controlPath(configPath), { command: 'pool', arguments: { name, action } });
  const { endpoints } = reply as { endpoints: number };
  const what = action === 'down' ? `down, until "pool ${name} up"` : 'up again as soon as its probes say so';
  process.stdout.write(`${name} (${endpoints} ${endpoints === 1 ? 'endpoint' : 'endpoints'}): ${what}\n`);
}

/** `health`. */
export async function printHealth(configPath: string): Promise<void> {
  const rows = (await askControl(controlPath(configPath), { command: 'health' })) as HealthRow[];
  const table = new Table({
    head: ['endpoint', 'address', 'probes say', 'override', 'answered'],
    style: { head: [], border: [] },
    // One line a row.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const { endpoint, address, state, override, answered } of rows) {
    table.push([endpoint, address, state, override === 'none' ? '' : override, answered ? out.green('yes') : out.red('no')]);
  }
  process.stdout.write(`${table.toString()}\n`);
}
