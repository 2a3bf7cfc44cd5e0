import { countryCentroid, GeoDatabase } from '@dnsteer/geo';
import { FeedTable, HealthTable } from '@dnsteer/health';
import { chaos, cookies, keepalive, nsid } from '@dnsteer/middleware';
import { DnsApp, type Middleware, PASS, type Reporter } from '@dnsteer/router';
import { definePolicy, type Locator } from '@dnsteer/steering';
import { ZoneImage } from '@dnsteer/zone';
import { OwnAlias, ResolvedAlias } from './alias-source.ts';
import { AliasTable } from './alias-table.ts';
import { bindZone } from './bind-zone.ts';
import { PolicyCounters } from './policy-counters.ts';
import { SharedClock } from './shared-clock.ts';
import type { Snapshot } from './snapshot.ts';
import { randomDraws, rdataOf, SteeredSource } from './steer.ts';
import { why } from './why.ts';

/** What answers packets from one snapshot. */
export type Plane = Pick<DnsApp, 'respond'>;

/** An alias may lead to an alias, and so on. */
const MOST_ALIASES = 4;
/** For snapshots without policies: nobody asks. */
const NOWHERE: Locator = { locate: () => ({ prefixLength: 0 }) };

/** The geo database of the snapshots; it goes on with its warm verdicts while they say that it is the same. */
export class SnapshotLocator {
  #version = -1;
  #database: GeoDatabase | undefined;

  /** @throws GeoError for what is no database; the one before it goes on. */
  of({ geo, geoVersion }: Snapshot): Locator {
    if (geo.length === 0) return NOWHERE;
    if (this.#database === undefined || this.#version !== geoVersion) this.#database = new GeoDatabase(geo);
    this.#version = geoVersion;
    return this.#database;
  }
}

/**
 * Makes a plane of a snapshot; it reads the snapshot, the health table and the shared clock, and nothing else.
 *
 * @param worker - which of the workers it is, from 0.
 * @param depth - of aliases that led here: their targets are answered by a plane of its own, since this one is busy with the alias.
 * @param tcpIdleTimeoutMs - of the listeners, told to TCP clients that ask (RFC 7828); left out: they are not told.
 * @param asker - whose query led here: reasons go where theirs do.
 * @throws SteeringError, DnssecError for a snapshot that the control plane should not have published.
 */
export function createPlane(
  snapshot: Snapshot,
  locator: Locator,
  report: Reporter,
  worker = 0,
  tcpIdleTimeoutMs?: number,
  depth = 0,
  asker?: Asker,
): Plane {
  const clock = new SharedClock(snapshot.clock);
  const nowSeconds = () => clock.nowSeconds();
  const health = new HealthTable(snapshot.health);
  const feeds = snapshot.feeds === undefined ? undefined : new FeedTable(snapshot.feeds.table);
  const feedSlotOf = (feed: string, id: string) => snapshot.feeds?.slots[feed]?.[id] ?? -1;
  const counters = snapshot.counts && new PolicyCounters(snapshot.counts.workers, snapshot.counts.table);
  const random = randomDraws();
  const app = new DnsApp({ clientSubnet: snapshot.clientSubnet, maxUdpPayload: snapshot.maxUdpPayload, nowSeconds, report });
  // In this order they get what room there is: a client may drop a response without its cookie.
  if (depth === 0 && snapshot.cookies !== undefined) app.use(cookies(snapshot.cookies));
  if (tcpIdleTimeoutMs !== undefined) app.use(keepalive(tcpIdleTimeoutMs));
  if (snapshot.nsid !== undefined) app.use(nsid(snapshot.nsid));
  if (snapshot.chaos !== undefined) app.use(chaos(snapshot.chaos));
  const slotOf = (pool: string, endpoint: string) => snapshot.slots[`${pool}/${endpoint}`] ?? -1;
  if (asker !== undefined) app.use(telling(asker));
  else if (snapshot.why !== undefined) app.use(why(snapshot.why, app));
  const table = new AliasTable(0, snapshot.aliases);
  let innerPlane: Plane | undefined;
  const innerAsker: Asker = { reasons: undefined };
  const inner = (reasons: object[] | undefined) => {
    if (depth >= MOST_ALIASES) return undefined;
    innerAsker.reasons = reasons;
    innerPlane ??= createPlane(snapshot, locator, report, worker, undefined, depth + 1, innerAsker);
    return innerPlane.respond;
  };
  for (const zone of snapshot.zones) {
    const sources = zone.policies.map((name) => {
      const definition = snapshot.policies.find((policy) => policy.name === name)!;
      const policy = definePolicy(definition, {
        pools: snapshot.pools,
        slotOf,
        feedSlotOf,
        rdataOf,
        centroid: countryCentroid,
        policies: snapshot.policies,
      });
      const scopes = snapshot.scopes?.[name];
      if (scopes !== undefined) policy.useScopes(locator, scopes);
      return new SteeredSource(
        policy,
        { health, locator, ...(feeds && { feeds }) },
        random,
        snapshot.counts && counters?.row(worker, snapshot.counts.rows[name]!),
      );
    });
    const aliases = (zone.aliases ?? []).map(({ target, slot }) =>
      slot < 0 ? new OwnAlias(target, inner) : new ResolvedAlias(table, slot),
    );
    app.mount(bindZone(new ZoneImage(zone.slab, zone.overlay, zone.at), [...sources, ...aliases], zone.keys, nowSeconds));
  }
  return app;
}

/** The query for whose sake an inner plane is asked. */
interface Asker {
  reasons: object[] | undefined;
}

/** Has reasons noted for who asked the outer plane. */
function telling(asker: Asker): Middleware {
  return {
    name: 'telling',
    admit(exchange) {
      exchange.reasons = asker.reasons;
      return PASS;
    },
  };
}
