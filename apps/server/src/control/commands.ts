import { explain } from '../explain.ts';
import type { ControlPlane } from './control-plane.ts';
import { geoLocator } from './locator.ts';
import type { ControlCommands } from './socket.ts';

const ACTIONS = { down: 'down', up: 'none' } as const;

/** What the running server does for the CLI. */
export function controlCommands(control: ControlPlane): ControlCommands {
  return {
    reload: async () => {
      await control.reload();
      return { epoch: control.epoch };
    },
    pool: ({ name, action }) => {
      const override = ACTIONS[action as keyof typeof ACTIONS];
      if (override === undefined) throw new Error(`found action ${JSON.stringify(action)}, expected ${Object.keys(ACTIONS).join(' or ')}`);
      const endpoints = control.override(String(name), override);
      if (endpoints === 0) {
        throw new Error(
          `found ${JSON.stringify(name)}, expected a pool (${control.composition.pools.map((pool) => pool.name).join(', ')}) or an endpoint such as "pool/endpoint"`,
        );
      }
      return { endpoints };
    },
    health: () => healthRows(control),
    explain: async ({ name, type, client }) =>
      explain(control.composition, String(name), String(type), String(client), {
        health: control.table,
        locator: await geoLocator(control.composition.geoDatabases),
      }),
    status: () => ({ epoch: control.epoch, slabOctets: control.slabOctets, memory: process.memoryUsage() }),
  };
}

export interface HealthRow {
  readonly endpoint: string;
  readonly address: string;
  readonly state: string;
  readonly override: string;
  readonly answered: boolean;
}

function healthRows(control: ControlPlane): HealthRow[] {
  return control.composition.pools.flatMap((pool) =>
    pool.endpoints.flatMap((endpoint) =>
      endpoint.addresses.map((address) => {
        const slot = control.slotOf(pool.name, endpoint.name);
        const family = address.includes(':') ? 6 : 4;
        return {
          endpoint: `${pool.name}/${endpoint.name}`,
          address,
          state: control.table.state(slot, family),
          override: control.table.overrideOf(slot, family),
          answered: control.table.isUp(slot, family),
        };
      }),
    ),
  );
}
