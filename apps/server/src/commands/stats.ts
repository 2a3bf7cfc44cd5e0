import { controlPath } from '../config/text.ts';
import type { PolicyRow } from '../control/policy-stats.ts';
import { askControl } from '../control/socket.ts';
import { out } from './colors.ts';
import { plainTable } from './remote.ts';

export interface StatsOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** `stats`. */
export async function stats({ config, json }: StatsOptions): Promise<void> {
  const rows = (await askControl(controlPath(config), { command: 'stats' })) as PolicyRow[];
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ policies: rows }, undefined, 2)}\n`);
    return;
  }
  if (rows.length === 0) {
    process.stdout.write('nothing is steered: there are no policies\n');
    return;
  }
  const table = plainTable(['policy', 'decisions', 'all down', 'answered then']);
  for (const { policy, decisions, allDown } of rows) {
    const kinds = Object.entries(allDown).filter(([, times]) => times > 0);
    const total = kinds.reduce((sum, [, times]) => sum + times, 0);
    table.push([
      policy,
      decisions,
      total === 0 ? out.green('0') : out.red(String(total)),
      kinds.map(([kind, times]) => `${kind} ${times}`).join(', '),
    ]);
  }
  process.stdout.write(`${table.toString()}\n`);
}
