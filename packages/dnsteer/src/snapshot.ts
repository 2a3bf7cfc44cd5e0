import type { KeyMaterial } from '@dnsteer/dnssec';
import type { ChaosOptions, CookieOptions } from '@dnsteer/middleware';
import type { PolicyDefinition, Pool, ScopeTable } from '@dnsteer/steering';
import type { WhyOptions } from './why.ts';

/** One zone of a snapshot. */
export interface ZoneSnapshot {
  /** Wire name, lower case. */
  readonly apex: Uint8Array;
  /** The image, in `slab` from octet `at` on (left out: 0); see `ZoneImage` of @dnsteer/zone. */
  readonly slab: SharedArrayBuffer;
  readonly at?: number;
  /** The overlay of a version that change sets made of it: `image.overlay` of a `Zone` of @dnsteer/zone. */
  readonly overlay?: SharedArrayBuffer;
  /** Names of the policies, by the dynamic ids of the image. */
  readonly policies: readonly string[];
  /** By the dynamic ids that follow those of the policies: names whose A and AAAA their owners have. */
  readonly aliases?: readonly AliasSnapshot[];
  /** For what is signed as it is answered; empty: the zone is not signed. */
  readonly keys: readonly KeyMaterial[];
}

/** An owner that has the addresses of another name. */
export interface AliasSnapshot {
  /** Wire name, lower case. */
  readonly target: Uint8Array;
  /** In the table of aliases; -1: the target is in one of the zones of the snapshot. */
  readonly slot: number;
}

/** What a plane answers from: immutable, of plain data and shared buffers, swapped whole by one message. */
export interface Snapshot {
  /** Grows by one with every reload. */
  readonly epoch: number;
  readonly zones: readonly ZoneSnapshot[];
  readonly pools: readonly Pool[];
  readonly policies: readonly PolicyDefinition[];
  /** Slot in the health table, by 'pool/endpoint'. */
  readonly slots: Readonly<Record<string, number>>;
  /** The health table's buffer. */
  readonly health: SharedArrayBuffer;
  /** Figures from outside: the buffer of a FeedTable, and slots in it by feed and 'pool' or 'pool/endpoint'. Left out: there are none. */
  readonly feeds?: { readonly table: SharedArrayBuffer; readonly slots: Readonly<Record<string, Readonly<Record<string, number>>>> };
  /** Where decisions are counted: the buffer of PolicyCounters for so many workers, and rows in it by policy. Left out: nowhere. */
  readonly counts?: { readonly table: SharedArrayBuffer; readonly workers: number; readonly rows: Readonly<Record<string, number>> };
  /** The buffer of the AliasTable. Left out: no alias is resolved. */
  readonly aliases?: SharedArrayBuffer;
  /** The clock's buffer. */
  readonly clock: SharedArrayBuffer;
  /** Contents of MMDB files in shared memory, of which the first that knows a field decides it; see `GeoDatabase` of @dnsteer/geo. May be empty where there are no policies. */
  readonly geo: readonly Uint8Array[];
  /** Another number when they are others. */
  readonly geoVersion: number;
  /** By policy: which networks of these databases are alike to it, as `Policy.scopeTable` of @dnsteer/steering found out. Left out: scopes are networks of the databases. */
  readonly scopes?: Readonly<Record<string, ScopeTable>>;
  readonly clientSubnet: 'all' | 'none' | readonly string[];
  /** Octets, 512-4096. */
  readonly maxUdpPayload: number;
  /** DNS Cookies (RFC 7873); left out: a COOKIE option is not answered. */
  readonly cookies?: CookieOptions;
  /** The name of this server, for those who ask (RFC 5001). */
  readonly nsid?: string;
  /** What class CH is told of this server; left out: REFUSED. */
  readonly chaos?: ChaosOptions;
  /** Who is told why a steered name is answered as it is; left out: nobody. */
  readonly why?: WhyOptions;
}
