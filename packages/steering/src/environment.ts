/** What is known of a client's place. Every field but the last may be missing. */
export interface LocationLike {
  /** ISO 3166-1 alpha-2, in capitals. */
  readonly country?: string | undefined;
  readonly continent?: string | undefined;
  /** The code of ISO 3166-2 without the country ('CA'), or a name. */
  readonly subdivision?: string | undefined;
  /** English name. */
  readonly city?: string | undefined;
  /** Number of the autonomous system. */
  readonly asn?: number | undefined;
  /** Degrees, north and east positive. */
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
  /** All of this holds for every address that shares so many bits with the one asked about: 0-32 or 0-128. */
  readonly prefixLength: number;
}

export interface Locator {
  /** @param address - 4 or 16 octets; valid during the call only. Must not throw. */
  locate(address: Uint8Array): LocationLike;
  /** Any number that changes when an answer of `locate` changes (constant for a database that does not). Without it, every client is looked up. */
  generation?(): number;
  /**
   * Tells every network, in the order of addresses, where `locate` never says anything else: of this `Policy.prepare` makes shorter scopes.
   *
   * @param octets - of an address; IPv6 is told down to /64.
   * @param visit - `address`: the first of the network; valid during the call only. `location`: its prefix length does not count; `undefined`: the /64 is divided further.
   */
  networks?(octets: 4 | 16, visit: (address: Uint8Array, prefixLength: number, location: LocationLike | undefined) => void): void;
}

export interface HealthView {
  /** Any number that changes when an answer of `isUp` changes; with it, verdicts are asked for once and kept until then. */
  generation?(): number;
  /** Any number that changes when an answer of `isUp` or of `ttlCapSeconds` changes; with it, decisions are remembered until then. */
  revision?(): number;
  isUp(slot: number, family: 4 | 6): boolean;
  /** The least time in which this endpoint's state could change: 0 when that is at any moment, Infinity when it can't. */
  ttlCapSeconds(slot: number, family: 4 | 6): number;
  /** When this endpoint went down, in milliseconds of any clock that does not jump; 0: long ago, or it is not known. For `allDown: last`. */
  downSinceMs?(slot: number, family: 4 | 6): number;
}

/** Figures that come from outside: the load of an endpoint, the error rate of a pool, milliseconds from networks to pools. Plain arrays, read for every query. */
export interface FeedView {
  /** By slot: the last figure. */
  readonly values: Float64Array;
  /** By slot: when it came, milliseconds since 1970; 0: none has. */
  readonly times: Float64Array;
  /** Left out: there are none by network. */
  readonly networks?: NetworkFigures | undefined;
}

export interface NetworkFigures {
  /** The place of the figure that belongs to the longest network which holds the address, in `figures` and `seconds`; -1: there is none. */
  find(slot: number, address: Uint8Array, family: 4 | 6): number;
  /** Bits of the address for which the last `find` holds. */
  readonly prefixLength: number;
  readonly figures: Float32Array;
  /** When each came, seconds since 1970. */
  readonly seconds: Uint32Array;
}

/** All that a decision may know of the world: time and chance are handed in. */
export interface Environment {
  health: HealthView;
  locator: Locator;
  nowMs: number;
  /** Left out: no figure has come. */
  feeds?: FeedView | undefined;
  /** The name that is asked for, an uncompressed wire name in lower case; read during the call only. Left out: filters that go by it draw instead. */
  qname?: Uint8Array | undefined;
  /** Draws 32 bits: an integer, signed or not (`seededDraws`: a signed one is no object). */
  random: () => number;
}
