import { resolve } from 'node:path';
import Table from 'cli-table3';
import pc from 'picocolors';
import { loadConfig } from '../config/load.ts';
import type { HealthRow } from '../control/commands.ts';
import { askControl } from '../control/socket.ts';

/** The control socket of the server that runs with this configuration. */
function controlPath(configPath: string): string {
  const { config, directory } = loadConfig(configPath);
  return resolve(directory, config.server.control);
}

export async function reload(configPath: string): Promise<void> {
  const { epoch } = (await askControl(controlPath(configPath), { command: 'reload' })) as { epoch: number };
  process.stdout.write(`reloaded: snapshot ${epoch} answers\n`);
}

export async function setPool(configPath: string, name: string, action: string): Promise<void> {
  const { endpoints } = (await askControl(controlPath(configPath), { command: 'pool', arguments: { name, action } })) as {
    endpoints: number;
  };
  const what = action === 'down' ? 'down, until "pool ' + name + ' up"' : 'up again as soon as its probes say so';
  process.stdout.write(`${name} (${endpoints} ${endpoints === 1 ? 'endpoint' : 'endpoints'}): ${what}\n`);
}

export async function printHealth(configPath: string): Promise<void> {
  const rows = (await askControl(controlPath(configPath), { command: 'health' })) as HealthRow[];
  const table = new Table({ head: ['endpoint', 'address', 'probes say', 'override', 'answered'], style: { head: [], border: [] } });
  for (const { endpoint, address, state, override, answered } of rows) {
    table.push([endpoint, address, state, override === 'none' ? '' : override, answered ? pc.green('yes') : pc.red('no')]);
  }
  process.stdout.write(`${table.toString()}\n`);
}
