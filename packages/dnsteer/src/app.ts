import type { AlgorithmName, KeyMaterial, SigningKey } from '@dnsteer/dnssec';
import { exportKey } from '@dnsteer/dnssec';
import { openDatabase } from '@dnsteer/geo';
import {
  type Answerer,
  type DnsAppOptions,
  type Handler,
  type QueryOptions,
  type Reporter,
  type Route,
  DnsApp as RouterApp,
  RouterError,
  stderrReporter,
} from '@dnsteer/router';
import { loadOrCreateKeys } from '@dnsteer/signer';
import { Atlas } from '@dnsteer/steering';
import { equalNames, formatName, isSubdomain, lowerCaseName, nameLength, parseName, TYPE, typeCode, typeText } from '@dnsteer/wire';
import { builderFromImage, type ChangeSet, Zone, type ZoneBuilder, ZoneImage } from '@dnsteer/zone';
import { bindZone } from './bind-zone.ts';
import { ChangingAnswerer } from './changing-answerer.ts';
import type { DynamicSource } from './dynamic-source.ts';
import { DnsteerError } from './errors.ts';
import { checkHandlerPlace } from './handler-place.ts';
import { handlerSource } from './handler-source.ts';
import { imageKey, sharedImages } from './shared-images.ts';
import { type SteeredHandler, SteeredSource } from './steer.ts';
import { type BuiltZone, buildZone, type DynamicOwner } from './zone-build.ts';
import type { ZoneSource } from './zone-source.ts';

export interface ZoneOptions {
  /** Signs the zone; left out: it is served as it is. */
  dnssec?: {
    /** Default: ECDSAP256SHA256. */
    algorithm?: AlgorithmName;
    /** A directory; keys are made there on first use, and kept (0600). */
    keys: string;
  };
}

interface AppZone {
  readonly apex: Uint8Array;
  readonly source: ZoneSource;
  readonly options: ZoneOptions;
  /** Of the read that found the errors; used by the first build. */
  firstBuilder: ZoneBuilder | undefined;
  /** Once a change set was made: from then on the source is not read again. */
  changed: Zone | undefined;
  answerer: ChangingAnswerer | undefined;
}

/** A handler says nothing of how long its answers may live; its signatures need a bound (RFC 4035 5.3.3). */
const SIGNED_HANDLER_MAX_TTL_SECONDS = 3600;
/** RFC 2181 8. */
const MAX_TTL_SECONDS = 2 ** 31 - 1;
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Until zones that could not be built anew are tried again: their signatures hold for days yet. */
const REFRESH_RETRY_SECONDS = 600;

/** Zones, policies, handlers and middleware in one server. */
export class DnsApp extends RouterApp {
  /** Where mistakes of handlers go. */
  readonly report: Reporter;
  readonly #zones: AppZone[] = [];
  readonly #handlers: Handler[] = [];
  /** Of the composition under way. */
  #composed: [AppZone, ChangingAnswerer][] = [];
  readonly #nowSeconds: () => number;
  #refreshAtSeconds: number | undefined;
  #lateSeconds = 0;
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  #locator: ReturnType<typeof openDatabase> | undefined;

  constructor(options: DnsAppOptions = {}) {
    const report = options.report ?? stderrReporter();
    super({ ...options, report });
    this.report = report;
    this.#nowSeconds = options.nowSeconds ?? (() => Math.floor(Date.now() / 1000));
  }

  override on(pattern: string, handler: Handler): this;
  override on(pattern: string, types: string | readonly string[], handler: Handler): this;
  override on(pattern: string, typesOrHandler: string | readonly string[] | Handler, maybeHandler?: Handler): this {
    const handler = typeof typesOrHandler === 'function' ? typesOrHandler : maybeHandler;
    if (handler !== undefined) this.#handlers.push(handler);
    return typeof typesOrHandler === 'function' ? super.on(pattern, typesOrHandler) : super.on(pattern, typesOrHandler, maybeHandler!);
  }

  /**
   * Serves a zone. Handlers with types at names inside it become owners of the zone, and are signed with it.
   *
   * @param apex - such as 'example.com'.
   * @throws ZoneError with every problem of the zone by file, line and column; WireError for an apex that is no name; RouterError
   * ERR_ROUTER_DUPLICATE_ZONE.
   */
  zone(apex: string, source: ZoneSource, options: ZoneOptions = {}): this {
    const name = lowerCaseName(parseName(apex));
    if (this.#zones.some((other) => equalNames(other.apex, name)))
      throw new RouterError('ERR_ROUTER_DUPLICATE_ZONE', `the zone ${formatName(name)} is served already`);
    const identity = identityOf(name, source);
    // What another thread has built of that source was read without errors.
    const firstBuilder = identity !== undefined && sharedImages.hasSource(identity) ? undefined : source.read(name);
    this.#zones.push({ apex: name, source, options, firstBuilder, changed: undefined, answerer: undefined });
    this.recompose();
    return this;
  }

  /**
   * Changes a zone, all or nothing, in time that goes with the change; answers after that are of the new version. The zone's source is not read any more. In an
   * app of several threads it changes the zone of this thread.
   *
   * @throws ZoneError with every problem: see `Zone.apply` of @dnsteer/zone. ERR_ZONE_CHANGE_UNSIGNED for a zone that this app signs. DnsteerError
   * ERR_DNSTEER_ZONE when no such zone is served; what {@link prepare} rejects with.
   */
  apply(apex: string, changeSet: ChangeSet): void {
    const name = lowerCaseName(parseName(apex));
    const zone = this.#zones.find((other) => equalNames(other.apex, name));
    if (zone === undefined) throw new DnsteerError('ERR_DNSTEER_ZONE', `expected a zone that is served, found ${formatName(name)}`);
    this.composeNow();
    const answerer = zone.answerer!;
    const changing = zone.changed ?? new Zone(answerer.image);
    changing.apply(changeSet);
    if (changing.isRebuildDue) changing.rebuild();
    zone.changed = changing;
    answerer.answerFrom(changing.image);
  }

  /** Asks without a socket, through all phases. */
  override async query(name: string, type: string, options?: QueryOptions): Promise<Awaited<ReturnType<RouterApp['query']>>> {
    await this.prepare();
    return super.query(name, type, options);
  }

  /**
   * Builds and signs the zones, and opens the country database where a policy needs one.
   *
   * @throws DnsteerError (rejects) for what the app can't be made of.
   */
  async prepare(): Promise<void> {
    const steered = this.#handlers
      .map(sourceOf)
      .filter((source) => source instanceof SteeredSource && source.needsLocator) as SteeredSource[];
    if (steered.length > 0) {
      const locator = await (this.#locator ??= openDatabase());
      const atlas = Atlas.of(locator)!;
      for (const source of steered) {
        source.locator = locator;
        source.policy.useScopes(locator, source.policy.scopeTable(atlas));
      }
    }
    this.composeNow();
  }

  /**
   * Builds the zones anew when their signatures are due, until {@link stopRefreshing}.
   *
   * @param lateSeconds - so long after that: for a thread whose zones another one signs.
   */
  startRefreshing(lateSeconds = 0): void {
    clearTimeout(this.#refreshTimer);
    this.#lateSeconds = lateSeconds;
    if (this.#refreshAtSeconds !== undefined) this.#refreshIn(this.#refreshAtSeconds + lateSeconds - this.#nowSeconds());
  }

  #refreshIn(seconds: number): void {
    const inMs = Math.max(1, seconds) * 1000;
    const due = () => {
      if (inMs > MAX_TIMER_MS) return this.startRefreshing(this.#lateSeconds);
      try {
        sharedImages.forget();
        this.composeAnew();
        this.startRefreshing(this.#lateSeconds);
      } catch (error) {
        // What was built before goes on.
        this.report({ code: 'ERR_DNSTEER_REFRESH', message: String((error as Error).message), error });
        this.#refreshIn(REFRESH_RETRY_SECONDS);
      }
    };
    this.#refreshTimer = setTimeout(due, Math.min(inMs, MAX_TIMER_MS));
    this.#refreshTimer.unref();
  }

  stopRefreshing(): void {
    clearTimeout(this.#refreshTimer);
  }

  /** Answers from the images that another thread has built since. */
  takeImages(): void {
    this.composeAnew();
  }

  protected override composeAnew(): void {
    this.#composed = [];
    super.composeAnew();
    for (const [zone, answerer] of this.#composed) {
      zone.answerer = answerer;
      if (zone.changed !== undefined) zone.changed = new Zone(answerer.image);
    }
  }

  protected override compose(
    routes: readonly Route[],
    answerers: readonly Answerer[],
  ): { routes: readonly Route[]; answerers: readonly Answerer[] } {
    const left: Route[] = [];
    const owned = new Map<AppZone, Route[]>(this.#zones.map((zone) => [zone, []]));
    const beside = new Map<AppZone, Route[]>(this.#zones.map((zone) => [zone, []]));
    for (const route of routes) {
      const zone = this.#zoneOf(route.pattern.suffix);
      if (zone !== undefined && isOwner(route)) owned.get(zone)!.push(route);
      else {
        if (zone?.options.dnssec) throw unlistable(route, zone);
        if (zone !== undefined && isOneName(route)) beside.get(zone)!.push(route);
        left.push(route);
      }
    }
    const built = [...owned].map(([zone, own]) => this.#build(zone, own, beside.get(zone)!));
    const refreshes = built.map(({ refreshAtSeconds }) => refreshAtSeconds).filter((seconds) => seconds !== undefined);
    this.#refreshAtSeconds = refreshes.length === 0 ? undefined : Math.min(...refreshes);
    return { routes: left, answerers: [...answerers, ...built.map(({ answerer }) => answerer)] };
  }

  /**
   * @param routes - that become owners of the zone.
   * @param beside - that answer for all types of a name in it.
   */
  #build(
    zone: AppZone,
    routes: readonly Route[],
    beside: readonly Route[],
  ): { answerer: ChangingAnswerer; refreshAtSeconds: number | undefined } {
    const sources: DynamicSource[] = routes.map((route) => sourceOf(route.handler) ?? handlerSource(route.handler, this.report));
    const { dnssec } = zone.options;
    const dynamic = routes.map((route, dynamicId) => dynamicOwner(route, dynamicId, sources[dynamicId]!, dnssec !== undefined));
    const keys = dnssec === undefined ? [] : loadOrCreateKeys(dnssec.keys, zone.apex, dnssec.algorithm ?? 'ECDSAP256SHA256');
    const { image, refreshAtSeconds } = this.#imageOf(zone, dynamic, keys);
    for (const route of beside) checkHandlerPlace(route, image);
    const material: KeyMaterial[] = keys.map(exportKey);
    const answerer = new ChangingAnswerer(image, (version) => bindZone(version, sources, material, this.#nowSeconds));
    this.#composed.push([zone, answerer]);
    return { answerer, refreshAtSeconds };
  }

  /** The image that another thread has built of the same, or a new one. */
  #imageOf(zone: AppZone, dynamic: readonly DynamicOwner[], keys: readonly SigningKey[]): BuiltZone {
    if (zone.changed !== undefined)
      return buildZone(builderFromImage(zone.changed.image, { dynamic: false }), dynamic, keys, this.#nowSeconds());
    const identity = identityOf(zone.apex, zone.source);
    const owners = dynamic.map(({ owner, types, maxTtlSeconds }) => [formatName(owner), types, maxTtlSeconds]);
    const key = identity === undefined ? undefined : imageKey(identity, { owners, dnssec: zone.options.dnssec });
    const given = key === undefined ? undefined : sharedImages.find(key);
    if (given !== undefined) return { image: new ZoneImage(given.shared), refreshAtSeconds: given.refreshAtSeconds };
    const builder = zone.firstBuilder ?? zone.source.read(zone.apex);
    zone.firstBuilder = undefined;
    const built = buildZone(builder, dynamic, keys, this.#nowSeconds());
    if (key !== undefined) sharedImages.onBuilt?.({ key, shared: built.image.shared, refreshAtSeconds: built.refreshAtSeconds });
    return built;
  }

  /** The longest enclosing zone. */
  #zoneOf(name: Uint8Array): AppZone | undefined {
    let longest: AppZone | undefined;
    for (const zone of this.#zones) {
      if (isSubdomain(name, zone.apex) && (longest === undefined || nameLength(zone.apex) > nameLength(longest.apex))) longest = zone;
    }
    return longest;
  }
}

/** The hash of a text is not computed where nobody shares images. */
function identityOf(apex: Uint8Array, source: ZoneSource): string | undefined {
  if (!sharedImages.isUsed || source.identity === undefined) return undefined;
  return JSON.stringify([formatName(apex), source.identity]);
}

/** Whether the route is for one name and names its types: then it can be an owner of a zone. */
function isOwner(route: Route): boolean {
  return route.types !== undefined && isOneName(route);
}

function isOneName({ pattern }: Route): boolean {
  return pattern.params.length === 0 && !pattern.open;
}

function sourceOf(handler: Handler): DynamicSource | undefined {
  return (handler as Partial<SteeredHandler>).source;
}

function dynamicOwner({ pattern, types }: Route, dynamicId: number, source: DynamicSource, isSigned: boolean): DynamicOwner {
  if (!(source instanceof SteeredSource))
    return { owner: pattern.suffix, types: types!, dynamicId, maxTtlSeconds: isSigned ? SIGNED_HANDLER_MAX_TTL_SECONDS : MAX_TTL_SECONDS };
  const { policy } = source;
  const answered = policy.ownerTypes().map((type) => typeCode(type)!);
  // Whoever may be an alias is one for every type.
  const owned = answered.includes(TYPE.CNAME) ? answered : types!.filter((type) => answered.includes(type));
  return { owner: pattern.suffix, types: owned, dynamicId, maxTtlSeconds: policy.maxTtlSeconds };
}

/** A name that can't be known beforehand can't be denied by a chain of NSEC records made beforehand. */
function unlistable({ pattern, types }: Route, zone: AppZone): DnsteerError {
  const found =
    types === undefined ? `the handler for ${pattern.text} names no types` : `the pattern ${pattern.text} stands for more than one name`;
  return new DnsteerError(
    'ERR_DNSTEER_DENIAL',
    `${found}, and the zone ${formatName(zone.apex)} is signed with an NSEC chain: expected a name without parameters and types such as ${typeText(1)}`,
  );
}
