import type { CustomFilter } from './custom.ts';
import type { FilterKind } from './filter.ts';
import type { Kinds } from './filters/registry.ts';

export interface Endpoint {
  /** Unique in its pool; without "/". */
  name: string;
  /** IPv4 and IPv6 in text. An endpoint that is chosen answers all of the family asked for. */
  addresses?: readonly string[];
  /** In place of addresses and records: the name that it is known by elsewhere, `www.example.net`. When it is the first choice, the answer to every type is that alias. */
  cname?: string;
  /** By type, RDATA in text: `{ TXT: ['"eu"'], MX: ['10 mail.example.com.'] }`. */
  records?: Readonly<Record<string, readonly string[]>>;
  /** 0 or more, 1 when left out. Only ratios count. */
  weight?: number;
  /** Seconds that an answer with this endpoint may be kept at most, where that is less than what the policy says. */
  ttl?: number;
}

export interface Pool {
  /** Without "/". */
  name: string;
  /** Where the endpoints stand; `nearest` reads it. Degrees, north and east positive. */
  location?: { country: string } | { lat: number; lon: number };
  endpoints: readonly Endpoint[];
  /** With fewer endpoints up than this the whole pool counts as down; 1 when left out. */
  minHealthy?: number | `${number}%`;
}

type DefinitionOf<Kind> =
  Kind extends FilterKind<infer Name, infer Parameters> ? (null extends Parameters ? Name : never) | { [Key in Name]: Parameters } : never;

/** A filter of the registry by name alone, if it needs no parameters, or one key: the name, with its parameters; or one of `custom`, which is no data. */
export type FilterDefinition = DefinitionOf<Kinds> | CustomFilter;

/** What to answer when no candidate is left: all of them as if they were up, those that were up last, no data, a failure, or what a pool has. */
export type AllDown = 'all' | 'last' | 'none' | 'servfail' | { pool: string };

/** Plain data: JSON, YAML and structured clone keep it whole. */
export interface PolicyDefinition {
  name: string;
  /** Names of the pools whose endpoints are candidates. */
  pools: readonly string[];
  chain: readonly FilterDefinition[];
  /** Seconds; 5 and 60 when left out. */
  ttl?: { min?: number; max?: number };
  /** `all` when left out. */
  allDown?: AllDown;
  /** RDATA of HTTPS or SVCB in text, without address hints: `{ HTTPS: '1 . alpn=h2,h3' }`. Who answers them adds the addresses that are chosen as hints (RFC 9460 7.3). */
  services?: Readonly<Record<string, string>>;
  /** Whom it steers by where a query names its client (ECS, RFC 7871): that client (`ecs`, when left out), or the address that the query came from (`source`). */
  client?: { prefer?: 'ecs' | 'source' };
}
