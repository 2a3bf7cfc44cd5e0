import { exportKey, type SigningKey } from '@dnsteer/dnssec';
import { type GeoDatabase, watchDatabase } from '@dnsteer/geo';
import { type HealthOverride, HealthTable, Prober, SlotRegistry } from '@dnsteer/health';
import { loadOrCreateKeys } from '@dnsteer/signer';
import { typeCode } from '@dnsteer/wire';
import { SlabPool } from '@dnsteer/zone';
import {
  AnswerPlane,
  buildZones,
  type ListenAddress,
  parseListenAddress,
  SharedClock,
  type Snapshot,
  type ZoneRequest,
  type ZoneResult,
} from 'dnsteer';
import type { LoadedConfig } from '../config/load.ts';
import { type Composition, compose, type ZonePlan } from './composition.ts';
import type { Log } from './log.ts';

/** A zone that is built, and what it was built from. */
interface ServedZone {
  readonly plan: ZonePlan;
  readonly keys: readonly SigningKey[];
  readonly result: ZoneResult;
}

/** What is being answered from. */
interface Running {
  readonly composition: Composition;
  readonly zones: readonly ServedZone[];
}

export interface ControlPlaneOptions {
  /** Reads the configuration anew: at the start and at each reload. */
  readonly load: () => LoadedConfig;
  readonly log: Log;
  /** The answering thread was lost. */
  readonly onLost: (error: Error) => void;
}

const MAX_TIMER_MS = 2 ** 31 - 1;
const SECOND_MS = 1000;

/** The main thread of the reference server: configuration, zones, probes and overrides, around one answering thread. */
export class ControlPlane {
  readonly table = new HealthTable();
  readonly #slots = new SlotRegistry(this.table);
  readonly #prober = new Prober({ table: this.table });
  readonly #clock = new SharedClock();
  readonly #slabs = new SlabPool();
  readonly #options: ControlPlaneOptions;
  #epoch = 0;
  #geoVersion = 0;
  #running: Running | undefined;
  #plane: AnswerPlane | undefined;
  #watches: { close(): void }[] = [];
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
  }

  /** What is being served. Only after `start`. */
  get composition(): Composition {
    return this.#running!.composition;
  }

  /** Octets of all zone images, the free ones too; for people who look at memory. */
  get slabOctets(): number {
    return this.#slabs.octets;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /**
   * Builds everything and listens.
   *
   * @throws ConfigError, ZoneBuildError, SignerError, DnsteerError (rejects); nothing is left running then.
   */
  async start(): Promise<readonly ListenAddress[]> {
    const { log } = this.#options;
    this.#clock.start();
    try {
      const next = await this.#build();
      this.#epoch = 1;
      const { server } = next.composition.config;
      const { plane, addresses } = await AnswerPlane.start(this.#snapshot(next), {
        listen: server.listen.map(parseListenAddress),
        tcp: {
          maxConnections: server.tcp.maxConnections,
          idleTimeoutMs: server.tcp.idleTimeout,
          maxPipelined: server.tcp.maxPipelined,
          maxQueryOctets: server.tcp.maxQuery,
        },
        report: ({ code, message }) => log.warn({ code }, message),
        onLost: this.#options.onLost,
      });
      this.#plane = plane;
      this.#prober.on('change', ({ id, family, from, to, reason }) =>
        log.info({ endpoint: id, family, from, to }, `${id} (IPv${family}): ${from} -> ${to}: ${reason}`),
      );
      this.#adopt(next);
      this.#prober.start();
      return addresses;
    } catch (error) {
      this.#clock.stop();
      throw error;
    }
  }

  /**
   * Builds everything anew and swaps it in; when that fails, what runs goes on.
   *
   * @throws what `start` throws (rejects).
   */
  reload(): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#running!;
      const next = await this.#build();
      try {
        await this.#publish(next);
      } catch (error) {
        for (const { result } of next.zones) this.#slabs.retire(result.slab, 0);
        this.#slabs.reclaim(this.#plane!.epoch);
        throw error;
      }
      for (const { result } of before.zones) this.#slabs.retire(result.slab, this.#epoch);
      this.#slabs.reclaim(this.#plane!.epoch);
      this.#adopt(next);
      const listened = before.composition.config.server;
      if (JSON.stringify(listened) !== JSON.stringify(next.composition.config.server)) {
        this.#options.log.warn({}, 'server: listen, tcp, workers, udpDriver and control take effect at the next start');
      }
    });
  }

  /** Says of all endpoints of a pool, or of one ('eu/fra1'), what the operator wants; returns how many that were. */
  override(target: string, override: HealthOverride): number {
    let count = 0;
    for (const pool of this.composition.pools) {
      for (const endpoint of pool.endpoints) {
        if (target !== pool.name && target !== `${pool.name}/${endpoint.name}`) continue;
        const slot = this.#slots.slotOf(pool.name, endpoint.name);
        for (const family of [4, 6] as const) this.table.override(slot, family, override);
        count++;
      }
    }
    return count;
  }

  slotOf(pool: string, endpoint: string): number {
    return this.#slots.slotOf(pool, endpoint);
  }

  /** Stops listening and probing; what was received is answered. */
  async stop(): Promise<void> {
    clearTimeout(this.#refreshTimer);
    for (const watch of this.#watches) watch.close();
    await this.#plane?.stop(this.composition.config.server.stopGrace);
    await this.#prober.stop();
    this.#clock.stop();
  }

  async #build(): Promise<Running> {
    const composition = compose(this.#options.load(), this.#slots.slotOf);
    const keys = composition.zones.map(({ apex, dnssec }) =>
      dnssec === undefined ? [] : loadOrCreateKeys(dnssec.directory, apex, dnssec.algorithm),
    );
    const requests = composition.zones.map((plan, i) => zoneRequest(plan, keys[i]!, composition));
    const results = await buildZones(requests, this.#slabs, Math.floor(Date.now() / SECOND_MS));
    return { composition, zones: composition.zones.map((plan, i) => ({ plan, keys: keys[i]!, result: results[i]! })) };
  }

  async #publish(next: Running): Promise<void> {
    this.#epoch++;
    await this.#plane!.swap(this.#snapshot(next));
  }

  #snapshot({ composition, zones }: Running): Snapshot {
    const slots: Record<string, number> = {};
    for (const pool of composition.pools)
      for (const { name } of pool.endpoints) slots[`${pool.name}/${name}`] = this.#slots.slotOf(pool.name, name);
    return {
      epoch: this.#epoch,
      zones: zones.map(({ plan, keys, result }) => ({
        apex: plan.apex,
        slab: result.slab,
        policies: plan.steered.map(({ policy }) => policy),
        keys: keys.map(exportKey),
      })),
      pools: composition.pools,
      policies: composition.definitions,
      slots,
      health: this.table.shared,
      clock: this.#clock.shared,
      geoDatabases: composition.geoDatabases,
      geoVersion: this.#geoVersion,
      clientSubnet: composition.config.geo.clientSubnet,
      maxUdpPayload: composition.config.server.maxUdpPayload,
    };
  }

  /** What follows a snapshot that is in place: probes, slots, watches, and the next refresh of signatures. */
  #adopt(next: Running): void {
    this.#running = next;
    const { composition } = next;
    this.#prober.apply([...composition.targets]);
    this.#slots.keep(
      composition.pools.flatMap((pool) => pool.endpoints.map((endpoint) => [pool.name, endpoint.name] as const)),
      this.#epoch,
    );
    this.#slots.reclaim(this.#plane!.epoch);
    this.#watch(composition.geoDatabases);
    this.#planRefresh(next.zones);
  }

  #watch(paths: readonly string[]): void {
    for (const watch of this.#watches) watch.close();
    this.#watches = paths.map((path) => watchDatabase(path, (_database: GeoDatabase) => void this.#geoReplaced(path)));
  }

  async #geoReplaced(path: string): Promise<void> {
    const { log } = this.#options;
    await this.#inTurn(async () => {
      this.#geoVersion++;
      await this.#publish(this.#running!);
      log.info({ path }, `geo: ${path} was replaced and is in use`);
    }).catch((error: Error) => log.error({ path }, `geo: ${path}: ${error.message}`));
  }

  #planRefresh(zones: readonly ServedZone[]): void {
    clearTimeout(this.#refreshTimer);
    const due = zones.flatMap(({ result }) => result.refreshAtSeconds ?? []);
    if (due.length === 0) return;
    const inMs = Math.min(...due) * SECOND_MS - Date.now();
    this.#refreshTimer = setTimeout(
      () => {
        if (inMs > MAX_TIMER_MS) return this.#planRefresh(zones);
        this.reload().catch((error: Error) => {
          this.#options.log.error({}, `signatures could not be refreshed: ${error.message}`);
          this.#planRefreshSoon(zones);
        });
      },
      Math.max(SECOND_MS, Math.min(inMs, MAX_TIMER_MS)),
    );
    this.#refreshTimer.unref();
  }

  /** Signatures hold for a while after they are due. */
  #planRefreshSoon(zones: readonly ServedZone[]): void {
    this.#refreshTimer = setTimeout(() => this.#planRefresh(zones), 600 * SECOND_MS);
    this.#refreshTimer.unref();
  }

  /** One change of the snapshot at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function zoneRequest(plan: ZonePlan, keys: readonly SigningKey[], { policies }: Composition): ZoneRequest {
  return {
    apex: plan.apex,
    file: plan.file,
    keys: keys.map(exportKey),
    dynamic: plan.steered.map(({ owner, policy: name }, dynamicId) => {
      const policy = policies.get(name)!;
      return { owner, types: policy.types().map((type) => typeCode(type)!), dynamicId, maxTtlSeconds: policy.maxTtlSeconds };
    }),
  };
}
