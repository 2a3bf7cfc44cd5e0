import { formatName } from '@dnsteer/wire';
import { ZoneImage } from '@dnsteer/zone';
import type { ZoneResult } from 'dnsteer';
import { explain } from '../explain/explain.ts';
import { locationSources } from '../explain/location-source.ts';
import type { ResolvedTarget } from '../explain/observed-answer.ts';
import type { CanaryAction } from './canaries.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Log } from './log.ts';
import type { OverrideAction } from './overrides.ts';
import type { ControlCommands } from './socket.ts';

/** `up` gives an endpoint back to its probes. */
const ACTIONS: Readonly<Record<string, OverrideAction>> = { down: 'down', drain: 'drain', 'force-up': 'force-up', up: 'probes' };

/** What the running server does for the CLI. */
export function controlCommands(control: ControlPlane, log: Log): ControlCommands {
  return {
    pool: ({ name, action, forMs, note }) => {
      const known = Object.hasOwn(ACTIONS, String(action)) ? ACTIONS[String(action)] : undefined;
      if (known === undefined) throw new Error(`found action ${JSON.stringify(action)}, expected ${Object.keys(ACTIONS).join(', ')}`);
      const entry = {
        match: String(name),
        action: known,
        ...(typeof forMs === 'number' && { untilMs: Date.now() + forMs }),
        ...(typeof note === 'string' && { note }),
      };
      const endpoints = control.overrides.say(entry);
      if (endpoints === 0) {
        const pools = control.composition.pools.map((pool) => pool.name);
        throw new Error(
          `found ${JSON.stringify(name)}, expected a pool (${pools.join(', ')}), one endpoint, such as "${pools[0] ?? 'pool'}/endpoint", or a glob, such as "${pools[0] ?? 'pool'}/*"`,
        );
      }
      log.info({ target: name, action, note }, `${name}: ${SAID[known]} by the operator`);
      return { endpoints };
    },
    overrides: () => control.overrides.list(),
    health: () => healthRows(control),
    feed: ({ name, values, networks }) => {
      const figures = control.feeds.push(
        String(name),
        { values: recordOf(values, 'values'), networks: recordOf(networks, 'networks') },
        Date.now(),
      );
      control.canaries.look();
      return { figures };
    },
    feeds: () => control.feeds.list(),
    canary: ({ policy, action, note }) => {
      if (!isCanaryAction(action)) throw new Error(`found action ${JSON.stringify(action)}, expected ${CANARY_ACTIONS.join(', ')}`);
      return control.canaries.say(String(policy), action, typeof note === 'string' ? note : undefined);
    },
    aliases: () => control.aliases.status(),
    canaries: () => control.canaries.list(),
    stats: () => control.stats.list(),
    explain: async ({ name, type, client, source, seed }) => {
      const { database } = control;
      const explanation = await explain(
        {
          ...control.composition,
          clientSubnet: control.composition.config.geo.clientSubnet,
          resolved: (target, family) => resolvedTarget(control, target, family),
          imageOf: (plan) => imageOf(control.zones.find((zone) => zone.plan === plan)!.result),
        },
        { name: String(name), type: String(type), client: String(client), source: source === undefined ? undefined : String(source) },
        {
          health: control.table,
          feeds: control.feeds.table,
          locator: control.locator,
          ...(database && { sourcesOf: locationSources(database, control.composition.config.geo.databases) }),
          ...(typeof seed === 'number' && { seed }),
        },
      );
      const counts = explanation.policy === undefined ? undefined : control.stats.of(explanation.policy);
      return { ...explanation, ...(counts && { counts }) };
    },
    status: () => ({ epoch: control.epoch, zones: zoneRows(control), slabOctets: control.slabOctets, memory: process.memoryUsage() }),
  };
}

/** @param target - with its final dot. */
function resolvedTarget({ aliases }: ControlPlane, target: string, family: 4 | 6): ResolvedTarget | undefined {
  const row = aliases.status().find((own) => `${own.target}.` === target && own.family === family);
  return row?.resolvedAt === undefined ? undefined : { addresses: row.addresses, at: row.resolvedAt };
}

const CANARY_ACTIONS: readonly CanaryAction[] = ['halt', 'call-back', 'resume'];

function isCanaryAction(action: unknown): action is CanaryAction {
  return CANARY_ACTIONS.some((own) => own === action);
}

/** What its entries are is looked at where they are used. */
function recordOf<Own>(value: unknown, what: string): Readonly<Record<string, Own>> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`found ${JSON.stringify(value)} for ${what}, expected an object`);
  return value as Record<string, Own>;
}

const SAID: Readonly<Record<OverrideAction, string>> = {
  down: 'taken down',
  drain: 'drained',
  'force-up': 'up, whatever its probes say,',
  probes: 'given back to its probes',
};

const imageOf = ({ slab, at }: ZoneResult): ZoneImage => new ZoneImage(slab, undefined, at);

/** A zone that is answered from. */
export interface ZoneRow {
  /** Final dot. */
  readonly zone: string;
  readonly serial: number;
  readonly isSigned: boolean;
  readonly imageOctets: number;
}

function zoneRows({ zones }: ControlPlane): ZoneRow[] {
  return zones.map(({ plan, result }) => {
    const { serial, isSigned, imageOctets } = imageOf(result);
    return { zone: formatName(plan.apex), serial, isSigned, imageOctets };
  });
}

/** One address of an endpoint. */
export interface HealthRow {
  /** `pool/endpoint`. */
  readonly endpoint: string;
  readonly address: string;
  /** What the probes say: up, down, unknown until the first one; or that there are none. */
  readonly state: 'up' | 'down' | 'unknown' | 'not probed';
  /** What the operator says: down, drain, force-up or none; until when, if that is set, and the note. */
  readonly override: string;
  readonly until?: string;
  readonly note?: string;
  /** Whether it may be answered. */
  readonly answered: boolean;
}

function healthRows(control: ControlPlane): HealthRow[] {
  const probed = new Set(control.composition.targets.map(({ id }) => id));
  return control.composition.pools.flatMap((pool) =>
    pool.endpoints.flatMap((endpoint) =>
      (endpoint.addresses ?? [endpoint.cname ?? '']).map((address) => {
        const slot = control.slotOf(pool.name, endpoint.name);
        const family = address.includes(':') ? 6 : 4;
        const id = `${pool.name}/${endpoint.name}`;
        const said = control.overrides.of(pool.name, endpoint.name);
        return {
          endpoint: id,
          address,
          state: probed.has(id) ? control.table.state(slot, family) : 'not probed',
          override: said?.action ?? 'none',
          ...(said?.untilMs !== undefined && { until: new Date(said.untilMs).toISOString() }),
          ...(said?.note !== undefined && { note: said.note }),
          answered: control.table.isUp(slot, family),
        };
      }),
    ),
  );
}
