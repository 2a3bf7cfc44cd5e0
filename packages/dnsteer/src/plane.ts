import { combine, countryCentroid, type GeoDatabase, openDatabase } from '@dnsteer/geo';
import { HealthTable } from '@dnsteer/health';
import { DnsApp, type Reporter } from '@dnsteer/router';
import { definePolicy, type Locator } from '@dnsteer/steering';
import { ZoneImage } from '@dnsteer/zone';
import { bindZone } from './bind-zone.ts';
import { SharedClock } from './shared-clock.ts';
import type { Snapshot } from './snapshot.ts';
import { randomDraws, SteeredSource } from './steer.ts';

/** What answers packets from one snapshot. */
export type Plane = Pick<DnsApp, 'respond'>;

/** Geo databases that are open, by path; those that a snapshot no longer names are let go. */
export class OpenDatabases {
  readonly #open = new Map<string, Promise<GeoDatabase>>();

  /** @throws GeoError (rejects) when a file can't be read; what was open stays. */
  async locator(paths: readonly string[], version: number): Promise<Locator> {
    if (paths.length === 0) return this.#database(undefined, version);
    return combine(await Promise.all(paths.map((path) => this.#database(path, version))));
  }

  #database(path: string | undefined, version: number): Promise<GeoDatabase> {
    const key = `${version} ${path ?? ''}`;
    const open = this.#open.get(key);
    if (open !== undefined) return open;
    const database = openDatabase(path);
    this.#open.set(key, database);
    database.catch(() => this.#open.delete(key));
    for (const old of this.#open.keys()) if (!old.startsWith(`${version} `)) this.#open.delete(old);
    return database;
  }
}

/**
 * Makes a plane of a snapshot; it reads the snapshot, the health table and the shared clock, and nothing else.
 *
 * @throws SteeringError, DnssecError for a snapshot that the control plane should not have published.
 */
export function createPlane(snapshot: Snapshot, locator: Locator, report: Reporter): Plane {
  const clock = new SharedClock(snapshot.clock);
  const nowSeconds = () => clock.nowSeconds();
  const health = new HealthTable(snapshot.health);
  const random = randomDraws();
  const app = new DnsApp({ clientSubnet: snapshot.clientSubnet, maxUdpPayload: snapshot.maxUdpPayload, nowSeconds, report });
  const slotOf = (pool: string, endpoint: string) => snapshot.slots[`${pool}/${endpoint}`] ?? -1;
  for (const zone of snapshot.zones) {
    const sources = zone.policies.map((name) => {
      const definition = snapshot.policies.find((policy) => policy.name === name)!;
      return new SteeredSource(
        definePolicy(definition, { pools: snapshot.pools, slotOf, centroid: countryCentroid }),
        { health, locator },
        random,
      );
    });
    app.mount(bindZone(new ZoneImage(zone.slab), sources, zone.keys, nowSeconds));
  }
  return app;
}
