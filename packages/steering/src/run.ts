import type { PlaceScopes } from './atlas.ts';
import { Candidates } from './candidates.ts';
import { type ClientSubnet, formatSubnet } from './client.ts';
import type { Environment, HealthView, LocationLike } from './environment.ts';
import { ttlCapSeconds } from './family-health.ts';
import type { NetworkMap } from './network-map.ts';
import { NO_VALUE } from './network-runs.ts';
import { NOWHERE } from './places.ts';
import { FEED, LOCATION, QNAME, RANDOM, SUBNET, TIME } from './reading.ts';
import { hashName, hashSubnet } from './rendezvous.ts';
import type { Roster } from './roster.ts';
import type { Recorder, Tiers } from './trace.ts';

/**
 * One decision while it is made: what filters read and change. One per policy, reused.
 *
 * The client and the environment are private: a filter reaches them by doors that note its use of them (`location` and `subnetHash` also the prefix for
 * which what they say holds). So the ECS scope is derived, and no filter can forget it; and what is remembered is what depended on nothing else.
 */
export class Run {
  readonly roster: Roster;
  readonly candidates: Candidates;
  /** The type that is asked for, as its place in `roster.types`. */
  type = 0;
  /** Set when the reasons are wanted; a filter writes `reason` then, and makes no string otherwise. */
  recorder: Recorder | undefined;
  reason = '';
  /** No candidate was left; `allDown` has loaded others. */
  isLastResort = false;
  /** Health does not count. */
  countsAllAsUp = false;
  /** What is left of one pool depends on the health of another: from here on no pool can be released. */
  poolsDepend = false;
  /** A filter chose pools by who has candidates: it relied on the health of those that it asked for. */
  isTargeted = false;
  /** The longest prefix that a filter relied on so far. */
  scope = 0;
  /** Which filter that was. */
  scopeFilter = '';
  /** The filter that runs now. */
  filterName = '';
  /** Its place in the policy's chain, or that of the filter that it is in. */
  filterPlace = 0;
  /** The filters that looked at where the client is: a bit for each, by `filterPlace`. */
  placeFilters = 0;
  /** For whom the same place does not count, but the same verdict. */
  scopes: PlaceScopes | undefined;
  /** By pool: 1 when a filter looked at its health and that can still matter: the answer must not outlive it. */
  readonly healthMatters: Uint8Array;

  /** Milliseconds since 1970 when a filter would decide otherwise, health and client being the same; Infinity: never. */
  private changesAtMs = Number.POSITIVE_INFINITY;
  /** Which filter that is. */
  changeFilter = '';

  /** The doors that were used so far: LOCATION, SUBNET, QNAME, FEED, TIME, RANDOM. */
  used = 0;

  private client!: ClientSubnet;
  private environment!: Environment;
  private place: LocationLike | undefined;
  private placePrefix = 0;
  private readonly address4 = new Uint8Array(4);
  private readonly address6 = new Uint8Array(16);

  constructor(roster: Roster) {
    this.roster = roster;
    this.candidates = new Candidates(roster.poolOf, roster.poolNames.length);
    this.healthMatters = new Uint8Array(roster.poolNames.length);
  }

  begin(client: ClientSubnet, type: number, environment: Environment, recorder: Recorder | undefined): void {
    this.meet(client, environment);
    this.type = type;
    this.recorder = recorder;
    this.isLastResort = false;
    this.countsAllAsUp = false;
    this.poolsDepend = false;
    this.isTargeted = false;
    this.place = undefined;
    for (let pool = 0; pool < this.healthMatters.length; pool++) this.healthMatters[pool] = 0;
  }

  /** The next client; nothing else is looked at anew. */
  meet(client: ClientSubnet, environment: Environment): void {
    this.client = client;
    this.environment = environment;
    this.scope = 0;
    this.scopeFilter = '';
    this.used = 0;
    this.placeFilters = 0;
    this.changesAtMs = Number.POSITIVE_INFINITY;
  }

  /** Says where the client is, so that nobody need look; `undefined`: look. @param prefixLength - for which that holds. */
  standAt(place: LocationLike | undefined, prefixLength: number): void {
    this.place = place;
    this.placePrefix = prefixLength;
  }

  /** Whether one pool has all candidates, so that a filter which chooses pools need not look at the client. @param what - of the client. */
  isDecided(what: 'place' | 'network'): boolean {
    const only = this.candidates.onlyPool();
    if (only < 0) return false;
    if (this.recorder !== undefined)
      this.reason = `only pool ${this.roster.poolNames[only]} has candidates: the client's ${what} does not matter`;
    return true;
  }

  get health(): HealthView {
    return this.environment.health;
  }

  /** Which of an endpoint's two health states counts; BOTH. */
  healthFamily(endpoint: number): number {
    return this.roster.healthFamilies[this.type]![endpoint]!;
  }

  /** The time of the query, in milliseconds. */
  nowMs(): number {
    this.used |= TIME;
    return this.environment.nowMs;
  }

  /** What the filter said holds until then: the answer must not outlive it. */
  holdUntil(ms: number): void {
    if (ms >= this.changesAtMs) return;
    this.changesAtMs = ms;
    this.changeFilter = this.filterName;
  }

  secondsToChange(): number {
    return this.changesAtMs === Number.POSITIVE_INFINITY
      ? this.changesAtMs
      : Math.max(0, (this.changesAtMs - this.environment.nowMs) / 1000);
  }

  /** Draws 32 bits, as a signed integer: an unsigned one may be an object wherever it is returned. */
  random(): number {
    this.used |= RANDOM;
    return this.environment.random() | 0;
  }

  /** Where the client is; the verdict of the filter that asks holds for those whom it can't tell from the client, or at least for `prefixLength` bits of the client's address. */
  location(): LocationLike {
    this.used |= LOCATION;
    if (this.place === undefined) {
      // SOURCE PREFIX-LENGTH 0 asks us not to look (RFC 7871 7.1.2); and 0.0.0.0 is nowhere.
      this.place = this.client.prefixLength === 0 ? NOWHERE : this.environment.locator.locate(this.ownAddress());
      this.placePrefix = this.place.prefixLength;
    }
    this.lookAtPlace(1 << this.filterPlace);
    return this.place;
  }

  /** The place is known, and filters rely on it. @param filters - as `placeFilters`. */
  lookAtPlace(filters: number): void {
    this.used |= LOCATION;
    this.placeFilters |= filters;
    this.narrow(this.placeScope(filters, this.placePrefix));
  }

  /** Bits of the client's address for which the verdicts of filters hold that looked at its place. @param found - for which the place holds. */
  placeScope(filters: number, found: number): number {
    const { client, scopes } = this;
    if (found === 0 || scopes === undefined || scopes.locator !== this.environment.locator) return found;
    return scopes.prefixLength(filters, client.address, client.family, found);
  }

  /**
   * A hash of the client's subnet, of at most as many bits as the client gave.
   *
   * @returns an int32, or NaN when the client gave no bits at all: then there is nobody to tell from others.
   */
  subnetHash(ipv4Prefix: number, ipv6Prefix: number): number {
    this.used |= SUBNET;
    const bits = this.subnetBits(ipv4Prefix, ipv6Prefix);
    if (bits === 0) return Number.NaN;
    this.narrow(bits);
    return hashSubnet(this.client.address, this.client.family, bits);
  }

  /** A hash of the name that is asked for: an int32, or NaN where it is not known. */
  qnameHash(): number {
    this.used |= QNAME;
    const { qname } = this.environment;
    return qname === undefined ? Number.NaN : hashName(qname);
  }

  /** Fills `out` with the last figure of each slot; NaN where there is none, or none that came within `maxAgeMs`. */
  figures(slots: Int32Array, maxAgeMs: number, out: Float64Array): void {
    this.used |= FEED;
    const { feeds, nowMs } = this.environment;
    if (feeds === undefined) {
      out.fill(Number.NaN);
      return;
    }
    const { values, times } = feeds;
    for (let i = 0; i < slots.length; i++) {
      const atMs = times[slots[i]!]!;
      out[i] = atMs !== 0 && nowMs - atMs < maxAgeMs ? values[slots[i]!]! : Number.NaN;
    }
  }

  /**
   * As `figures`, but where the client's network has a figure of its own for a slot: that.
   *
   * @returns bits of the client's address that were looked at; 0: none.
   */
  figuresOfClient(slots: Int32Array, maxAgeMs: number, out: Float64Array): number {
    this.figures(slots, maxAgeMs, out);
    const networks = this.environment.feeds?.networks;
    if (networks === undefined || this.client.prefixLength === 0) return 0;
    this.used |= SUBNET;
    const { address, family } = this.client;
    const { nowMs } = this.environment;
    let bits = 0;
    for (let i = 0; i < slots.length; i++) {
      const at = networks.find(slots[i]!, address, family);
      if (networks.prefixLength > bits) bits = networks.prefixLength;
      if (at >= 0 && nowMs - networks.seconds[at]! * 1000 < maxAgeMs) out[i] = networks.figures[at]!;
    }
    this.narrow(bits);
    return bits;
  }

  /** The value of the longest network of `map` that the client is in; NO_VALUE for a client that gave no bits. */
  network(map: NetworkMap): number {
    this.used |= SUBNET;
    if (this.client.prefixLength === 0) return NO_VALUE;
    const value = map.find(this.client.address, this.client.family);
    this.narrow(map.prefixLength);
    return value;
  }

  /** As `network`, for a reason: nothing is noted. */
  networkValue(map: NetworkMap): number {
    return this.client.prefixLength === 0 ? NO_VALUE : map.find(this.client.address, this.client.family);
  }

  /** The network in which what the map says holds, in text, for a reason. */
  networkText(map: NetworkMap): string {
    const { address, family, prefixLength } = this.client;
    if (prefixLength === 0) return 'a client without a subnet';
    map.find(address, family);
    return formatSubnet(address, family, map.prefixLength);
  }

  /** The subnet in text, for a reason. */
  subnetText(ipv4Prefix: number, ipv6Prefix: number): string {
    return formatSubnet(this.client.address, this.client.family, this.subnetBits(ipv4Prefix, ipv6Prefix));
  }

  /** A pool's health has no more influence on this decision, whatever it becomes before the answer expires. */
  releaseHealth(pool: number): void {
    // In the last resort any pool that comes back takes over, so all of them matter.
    if (!this.isLastResort && !this.poolsDepend) this.healthMatters[pool] = 0;
  }

  /** The least time until the health of this pool may change; Infinity when that does not matter. */
  ttlCapSeconds(pool: number): number {
    let cap = Number.POSITIVE_INFINITY;
    if (this.healthMatters[pool] === 0) return cap;
    const { roster, type } = this;
    const { health } = this.environment;
    const members = roster.members[type]!;
    const families = roster.healthFamilies[type]!;
    for (let endpoint = roster.poolStarts[pool]!; endpoint < roster.poolStarts[pool + 1]!; endpoint++) {
      if (members[endpoint] === 0) continue;
      const own = ttlCapSeconds(health, roster.slots[endpoint]!, families[endpoint]!);
      if (own < cap) cap = own;
    }
    return cap;
  }

  /** Candidates as ids, for a recorder. */
  tiers(): Tiers {
    const { ids } = this.roster;
    const { endpoints, tierCount, tierEnds } = this.candidates;
    const tiers: string[][] = [];
    let at = 0;
    for (let tier = 0; tier < tierCount; tier++) {
      const end = tierEnds[tier]!;
      // Of its whole length at once: reasons are made by the million where a population is simulated.
      const own = new Array<string>(end - at);
      for (let i = 0; at < end; i++) own[i] = ids[endpoints[at++]!]!;
      tiers.push(own);
    }
    return tiers;
  }

  /** `before`, where the candidates are still those, else as `tiers`. */
  tiersAfter(before: Tiers): Tiers {
    return this.isArranged(before) ? before : this.tiers();
  }

  private isArranged(tiers: Tiers): boolean {
    const { ids } = this.roster;
    const { endpoints, tierCount, tierEnds } = this.candidates;
    if (tiers.length !== tierCount) return false;
    let at = 0;
    for (let tier = 0; tier < tierCount; tier++) {
      const own = tiers[tier]!;
      const end = tierEnds[tier]!;
      if (own.length !== end - at) return false;
      for (let i = 0; at < end; i++) if (own[i] !== ids[endpoints[at++]!]!) return false;
    }
    return true;
  }

  private narrow(prefixLength: number): void {
    if (prefixLength > this.scope) {
      this.scope = prefixLength;
      this.scopeFilter = this.filterName;
    }
  }

  private subnetBits(ipv4Prefix: number, ipv6Prefix: number): number {
    return Math.min(this.client.family === 4 ? ipv4Prefix : ipv6Prefix, this.client.prefixLength);
  }

  /** A copy of exactly 4 or 16 octets: a view of the caller's buffer would be an object per packet. */
  private ownAddress(): Uint8Array {
    const own = this.client.family === 4 ? this.address4 : this.address6;
    for (let i = 0; i < own.length; i++) own[i] = this.client.address[i]!;
    return own;
  }
}
