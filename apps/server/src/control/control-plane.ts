import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { exportKey, type SigningKey } from '@dnsteer/dnssec';
import type { GeoDatabase } from '@dnsteer/geo';
import { type HealthChange, HealthTable, Prober, SlotRegistry } from '@dnsteer/health';
import type { Locator } from '@dnsteer/steering';
import { sharedPortError } from '@dnsteer/transport';
import { formatName } from '@dnsteer/wire';
import { SlabPool } from '@dnsteer/zone';
import {
  AnswerPlane,
  buildZones,
  EarlyWorkers,
  type ListenAddress,
  parseListenAddress,
  SharedClock,
  type Snapshot,
  type ZoneRequest,
  type ZoneResult,
} from 'dnsteer';
import type { LoadedConfig } from '../config/load.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import { AliasResolver } from './alias-resolver.ts';
import { Canaries, type CanaryRow } from './canaries.ts';
import { type Composition, compose } from './composition.ts';
import { Feeds } from './feeds.ts';
import { GeoFiles, type OpenGeo } from './geo-files.ts';
import type { Log } from './log.ts';
import { checkOverrides, checkZoneFiles, readKeys } from './named-files.ts';
import { NetworkFiles } from './network-files.ts';
import { OverrideFile } from './override-file.ts';
import { Overrides } from './overrides.ts';
import { PolicyStats } from './policy-stats.ts';
import { ProbeLatency } from './probe-latency.ts';
import { RefreshTimer } from './refresh-timer.ts';
import { type ScopeTables, scopeTables } from './scope-tables.ts';
import { dynamicOwners, type ZonePlan } from './zone-plan.ts';
import { fileWarning, placedError } from './zone-problems.ts';

/** The first answers wait for the targets of aliases, but not for long. */
const FIRST_ALIASES_MS = 3000;
/** Where no policy asks. */
const NOWHERE: Locator = { locate: () => ({ prefixLength: 0 }) };

/** A zone that is built, and what it was built from. */
export interface ServedZone {
  readonly plan: ZonePlan;
  readonly keys: readonly SigningKey[];
  readonly result: ZoneResult;
}

/** What is answered from. */
interface Running {
  readonly composition: Composition;
  readonly zones: readonly ServedZone[];
  readonly geo: OpenGeo;
}

export interface ControlPlaneOptions {
  /** Reads the configuration anew, at each reload. */
  readonly load: () => LoadedConfig;
  readonly log: Log;
  /** The answering thread was lost. */
  readonly onLost: (error: Error) => void;
}

/** The main thread of the reference server: configuration, zones, probes and overrides, around one answering thread. */
export class ControlPlane {
  readonly table = new HealthTable();
  readonly #slots = new SlotRegistry(this.table);
  readonly #prober = new Prober({ table: this.table });
  readonly overrides = new Overrides(this.table, this.#slots.slotOf, (ended) => {
    for (const { match, action } of ended) this.#options.log.info({ target: match, action }, `${match}: ${action} has ended`);
  });
  readonly feeds = new Feeds();
  readonly canaries = new Canaries(this.feeds.table, this.table, this.#slots.slotOf, (row) => logCanary(this.#options.log, row));
  readonly aliases = new AliasResolver((target, family, reason) =>
    this.#options.log.warn(
      { target, family, reason },
      `alias: ${target} (IPv${family}) could not be resolved: ${reason}; what was known before goes on`,
    ),
  );
  readonly #probeLatency = new ProbeLatency((id, ms) => {
    const slot = this.feeds.find('probe', id);
    if (slot !== undefined) this.feeds.table.set(slot, ms, Date.now());
  });
  readonly #overrideFile = new OverrideFile(
    (entries) => {
      this.overrides.file = entries;
    },
    (error) => {
      for (const line of error.message.split('\n')) this.#options.log.error({}, `overrides: ${line}; what was read before goes on`);
    },
  );
  readonly #clock = new SharedClock();
  readonly #networkFiles = new NetworkFiles();
  readonly #slabs = new SlabPool();
  readonly #geo = new GeoFiles(this.#slabs);
  #scopes: { readonly composition: Composition; readonly geo: OpenGeo; readonly tables: ScopeTables } | undefined;
  readonly #refresh: RefreshTimer;
  readonly #options: ControlPlaneOptions;
  /** Stays until the end, so that a reload leaves every cookie valid. */
  readonly #ownCookieSecret = randomBytes(16).toString('hex');
  #stats: PolicyStats | undefined;
  #epoch = 0;
  #running: Running | undefined;
  #plane: AnswerPlane | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
    // The configuration as it was read: what an operator is editing is not theirs to use yet.
    this.#refresh = new RefreshTimer(
      () => this.#inTurn(() => this.#replace(this.composition)),
      (error) => options.log.error({}, `signatures could not be refreshed: ${error.message}`),
    );
  }

  /** What is being served. Only after `start`. */
  get composition(): Composition {
    return this.#running!.composition;
  }

  /** What policies did. Only after `start`. */
  get stats(): PolicyStats {
    return this.#stats!;
  }

  /** The zones that are answered from. Only after `start`. */
  get zones(): readonly ServedZone[] {
    return this.#running!.zones;
  }

  /** Octets of all zone images, the free ones too; for people who look at memory. */
  get slabOctets(): number {
    return this.#slabs.octets;
  }

  get epoch(): number {
    return this.#epoch;
  }

  slotOf(pool: string, endpoint: string): number {
    return this.#slots.slotOf(pool, endpoint);
  }

  /** `undefined` where nobody asks where clients are. Only after `start`. */
  get database(): GeoDatabase | undefined {
    return this.#running!.geo.database;
  }

  /** Where clients are. Only after `start`. */
  get locator(): Locator {
    return this.database ?? NOWHERE;
  }

  /**
   * Builds everything and listens.
   *
   * @throws ConfigError, ZoneBuildError, DnsteerError (rejects); nothing is left running then.
   */
  async start(loaded: LoadedConfig): Promise<readonly ListenAddress[]> {
    const { log, onLost } = this.#options;
    this.#clock.start();
    let early: EarlyWorkers | undefined;
    try {
      const composition = compose(loaded, this.#slots.slotOf, this.#networkFiles, this.feeds.slotOf);
      const terms = listening(composition.config.server, log);
      this.#stats = new PolicyStats(terms.workers);
      // They load their program while the zones are built.
      early = new EarlyWorkers(terms.workers);
      const next = await this.#build(composition);
      this.overrides.pools = composition.pools;
      this.#overrideFile.watch(composition.overrideFile);
      await this.#firstAliases([composition]);
      this.#epoch = 1;
      const { plane, addresses } = await AnswerPlane.start(this.#snapshot(next), {
        ...terms,
        early,
        report: ({ code, message }) => log.warn({ code }, message),
        onLost,
      });
      this.#plane = plane;
      this.#prober.on('change', (change) => {
        logChange(log, change);
        this.canaries.look();
      });
      this.#prober.on('probe', (probe) => this.#probeLatency.onProbe(probe));
      this.#running = next;
      this.#adopt(next);
      this.#prober.start();
      this.#logWarnings();
      return addresses;
    } catch (error) {
      await early?.end();
      await this.#plane?.stop(0);
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
      const before = this.composition.config.server;
      await this.#replace(compose(this.#options.load(), this.#slots.slotOf, this.#networkFiles, this.feeds.slotOf));
      this.#logWarnings();
      const after = this.composition.config.server;
      if (JSON.stringify(fixedAtStart(before)) !== JSON.stringify(fixedAtStart(after)))
        this.#options.log.warn({}, 'server: listen, workers, udpDriver, tcp and control take effect at the next start');
    });
  }

  /** Stops listening and probing; what was received is answered. */
  async stop(): Promise<void> {
    this.#refresh.stop();
    this.#overrideFile.stop();
    this.overrides.stop();
    this.#geo.close();
    this.aliases.stop();
    await this.#plane?.stop(this.composition.config.server.stopGrace);
    await this.#prober.stop();
    this.#clock.stop();
  }

  /** What was read anew is told anew; signatures that are refreshed are no news. */
  #logWarnings(): void {
    for (const { plan, result } of this.zones) {
      for (const warning of result.warnings) {
        const { code, file, line, column, owner } = warning;
        this.#options.log.warn({ zone: formatName(plan.apex), code, file, line, column, owner }, formatProblem(fileWarning(warning)));
      }
    }
  }

  async #build(composition: Composition): Promise<Running> {
    checkZoneFiles(composition);
    checkOverrides(composition);
    const keys = readKeys(composition);
    const geo = await this.#geo.open(composition, this.#running?.geo);
    const requests = composition.zones.map((plan, i) => zoneRequest(plan, keys[i]!, composition));
    try {
      const results = await buildZones(requests, this.#slabs, Math.floor(Date.now() / 1000), { inBackground: this.#running !== undefined });
      return { composition, geo, zones: composition.zones.map((plan, i) => ({ plan, keys: keys[i]!, result: results[i]! })) };
    } catch (error) {
      if (geo !== this.#running?.geo) for (const slab of geo.slabs) this.#slabs.retire(slab, 0);
      throw placedError(error, composition);
    }
  }

  async #replace(composition: Composition): Promise<void> {
    const next = await this.#build(composition);
    // An endpoint that joins may be down from the start.
    this.overrides.pools = composition.pools;
    try {
      // Names that join are asked for before they can be answered.
      await this.#firstAliases([this.composition, composition]);
      await this.#swap(next);
    } catch (error) {
      this.overrides.pools = this.composition.pools;
      throw error;
    }
    this.#adopt(next);
  }

  /** Has `next` answered from, and takes back the slabs that only what was before needs. When it can't be, what was before goes on. */
  async #swap(next: Running): Promise<void> {
    const before = this.#running!;
    this.#epoch++;
    try {
      await this.#plane!.swap(this.#snapshot(next));
    } catch (error) {
      this.#retire(next, before, 0);
      throw error;
    }
    this.#running = next;
    this.#retire(before, next, this.#epoch);
  }

  /** @param epoch - of the snapshot that replaced `gone`; 0: it was never answered from. */
  #retire(gone: Running, kept: Running, epoch: number): void {
    const needed = new Set(slabsOf(kept));
    for (const slab of slabsOf(gone)) if (!needed.has(slab)) this.#slabs.retire(slab, epoch);
    this.#slabs.reclaim(this.#plane!.epoch);
  }

  #snapshot({ composition, zones, geo }: Running): Snapshot {
    const { config, pools, definitions } = composition;
    const { chaos, cookies, nsid, why } = config.server;
    const ids = endpointsOf(composition).map(([pool, endpoint]) => [`${pool}/${endpoint}`, this.slotOf(pool, endpoint)]);
    return {
      epoch: this.#epoch,
      zones: zones.map(({ plan, keys, result }) => ({
        apex: plan.apex,
        slab: result.slab,
        at: result.at,
        policies: plan.steered.map(({ policy }) => policy),
        aliases: plan.aliases.map(({ target }) => ({ target, slot: this.#aliasSlot(composition, target) })),
        keys: keys.map(exportKey),
      })),
      pools,
      policies: definitions,
      slots: Object.fromEntries(ids),
      health: this.table.shared,
      feeds: { table: this.feeds.table.shared, slots: feedSlots(composition) },
      counts: {
        table: this.stats.counters.shared,
        workers: this.stats.counters.workers,
        rows: this.stats.rowsOf(composition.policies.keys()),
      },
      ...(composition.resolvedAliases.size > 0 && { aliases: this.aliases.table.shared }),
      clock: this.#clock.shared,
      geo: geo.database?.octets ?? [],
      geoVersion: geo.version,
      scopes: this.#scopesOf(composition, geo),
      clientSubnet: config.geo.clientSubnet,
      maxUdpPayload: config.server.maxUdpPayload,
      ...(cookies && { cookies: cookies.secrets.length > 0 ? cookies : { ...cookies, secrets: [this.#ownCookieSecret] } }),
      ...(nsid !== undefined && { nsid }),
      chaos,
      ...(why.allow.length > 0 && { why }),
    };
  }

  /** Found out once for a composition and its databases. */
  #scopesOf(composition: Composition, geo: OpenGeo): ScopeTables {
    const { database } = geo;
    if (this.#scopes?.composition === composition && this.#scopes.geo === geo) return this.#scopes.tables;
    const tables = database === undefined ? {} : scopeTables(composition.policies, database);
    this.#scopes = { composition, geo, tables };
    return tables;
  }

  /** Has the targets of aliases asked for; those of the last composition by its resolvers. Waits for the first answers, but not for long. */
  async #firstAliases(compositions: readonly Composition[]): Promise<void> {
    const names = new Set(compositions.flatMap(({ resolvedAliases }) => [...resolvedAliases]).map((name) => name.slice(0, -1)));
    const asked = this.aliases.watch(names, compositions.at(-1)!.config.server.resolvers);
    await Promise.race([asked, sleep(FIRST_ALIASES_MS, undefined, { ref: false })]);
  }

  /** -1: one of the zones answers. */
  #aliasSlot({ resolvedAliases }: Composition, target: Uint8Array): number {
    const name = formatName(target);
    return resolvedAliases.has(name) ? this.aliases.slotOf(name.slice(0, -1)) : -1;
  }

  /** What follows a snapshot that is in place: probes, slots, watches, and the next refresh of signatures. */
  #adopt(next: Running): void {
    this.#overrideFile.watch(next.composition.overrideFile);
    this.#prober.apply([...next.composition.targets]);
    this.#slots.keep(endpointsOf(next.composition), this.#epoch);
    this.#slots.reclaim(this.#plane!.epoch);
    void this.#firstAliases([next.composition]);
    const { policies, pools, targets } = next.composition;
    this.feeds.adopt(policies, this.#epoch, this.#plane!.epoch);
    this.stats.adopt(policies.keys(), this.#epoch, this.#plane!.epoch);
    this.canaries.adopt(
      [...policies.values()].flatMap((policy) => policy.canaries),
      pools,
    );
    this.#probeLatency.keep(new Set(targets.map(({ id }) => id)));
    this.#geo.watch(
      next.composition.geoDatabases,
      (path) => void this.#geoReplaced(path),
      ({ message }) => this.#options.log.error({}, `geo: ${message}; the database that was there before goes on`),
    );
    this.#refresh.plan(next.zones.flatMap(({ result }) => result.refreshAtSeconds ?? []));
  }

  #geoReplaced(path: string): Promise<void> {
    const { log } = this.#options;
    return this.#inTurn(async () => {
      const running = this.#running!;
      const geo = await this.#geo.open(running.composition, running.geo);
      // A reload may have come first.
      if (geo === running.geo) return;
      await this.#swap({ ...running, geo });
      log.info({ path }, `geo: ${path} was replaced and is in use`);
    }).catch(({ message }: Error) => log.error({ path }, `geo: ${message}`));
  }

  /** One change of the snapshot at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function slabsOf({ zones, geo }: Running): SharedArrayBuffer[] {
  return [...zones.map(({ result }) => result.slab), ...geo.slabs];
}

function zoneRequest(plan: ZonePlan, keys: readonly SigningKey[], { policies }: Composition): ZoneRequest {
  return { apex: plan.apex, file: plan.file, keys: keys.map(exportKey), dynamic: dynamicOwners(plan, policies) };
}

function endpointsOf({ pools }: Composition): (readonly [pool: string, endpoint: string])[] {
  return pools.flatMap(({ name, endpoints }) => endpoints.map((endpoint) => [name, endpoint.name] as const));
}

/** By feed, then by pool or endpoint. */
function feedSlots({ policies }: Composition): Record<string, Record<string, number>> {
  const slots: Record<string, Record<string, number>> = {};
  for (const { feeds } of policies.values()) for (const { feed, id, slot } of feeds) (slots[feed] ??= {})[id] = slot;
  return slots;
}

function listening({ listen, tcp, udpDriver, workers }: Config['server'], log: Log) {
  return {
    listen: listen.map(parseListenAddress),
    workers: workerCount(workers, udpDriver, log),
    limits: {
      udpDriver,
      maxConnections: tcp.maxConnections,
      idleTimeoutMs: tcp.idleTimeout,
      maxPipelined: tcp.maxPipelined,
      maxQueryOctets: tcp.maxQuery,
    },
  };
}

function workerCount(workers: Config['server']['workers'], udpDriver: Config['server']['udpDriver'], log: Log): number {
  const wanted = workers === 'auto' ? availableParallelism() : workers;
  const unshared = sharedPortError(udpDriver);
  if (wanted === 1 || unshared === undefined) return wanted;
  log.warn({}, `server.workers: one thread answers in place of ${wanted}: ${unshared.message}`);
  return 1;
}

function fixedAtStart({ listen, workers, udpDriver, tcp, control }: Config['server']) {
  return { listen, workers, udpDriver, tcp, control };
}

function logCanary(log: Log, { policy, pools, state, reason }: CanaryRow): void {
  log.info({ policy, pools, state, reason }, `the canary of policy ${policy} (${pools.join(', ')}) is ${state}: ${reason}`);
}

function logChange(log: Log, { id, family, from, to, reason }: HealthChange): void {
  // What is expected of every endpoint at every start is no news.
  if (from === 'unknown' && to === 'up') return;
  log.info({ endpoint: id, family, from, to }, `${id} (IPv${family}): ${from} -> ${to}: ${reason}`);
}
