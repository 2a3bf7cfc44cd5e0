import { isIP } from 'node:net';
import { z } from 'zod';

// The configuration contract. What is configurable is a row here, with its unit, range and default.

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** '500ms', '5s', '2m' or '1h', as milliseconds. */
const duration = (least: number, most: number) =>
  z
    .string({ error: 'expected a duration such as "5s", "500ms", "2m"' })
    .regex(/^\d+(ms|s|m|h)$/, 'expected a duration such as "5s", "500ms", "2m"')
    .transform((text) => Number.parseInt(text, 10) * UNIT_MS[text.replace(/^\d+/, '')]!)
    .refine((ms) => ms >= least && ms <= most, `expected ${least} ms to ${most} ms`);

const prefix = z.string().refine((text) => {
  const [address = '', length] = text.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits));
}, 'expected an address or a prefix such as "192.0.2.0/24"');

const ipAddress = z.string().refine((text) => isIP(text) !== 0, 'expected an IPv4 or IPv6 address');
const listenAddress = z
  .string()
  .regex(/^(\[[0-9A-Fa-f:.]+\]|[^:[\]\s]+):\d{1,5}$/, 'expected an address and a port such as "127.0.0.1:5300" or "[::1]:5300"');
const name = z.string().regex(/^[^/\s]+$/, 'expected a name without "/" or blanks');
const domainName = z.string().min(1, 'expected a domain name');

const check = z.strictObject({
  type: z.enum(['http', 'https', 'tcp']).optional(),
  address: ipAddress.optional(),
  port: z.int().min(1).max(65535).optional(),
  path: z.string().startsWith('/', 'expected a path that starts with "/"').optional(),
  host: z.string().min(1).optional(),
  expectStatus: z.union([z.int(), z.string(), z.array(z.union([z.int(), z.string()]))]).optional(),
  interval: duration(100, 86_400_000).optional(),
  timeout: duration(10, 600_000).optional(),
  rise: z.int().min(1).max(100).optional(),
  fall: z.int().min(1).max(100).optional(),
  jitter: z.number().min(0).max(0.5).optional(),
  verifyCertificate: z.boolean().optional(),
  ok: z.int().min(1).max(100).optional(),
  initial: z.enum(['up', 'down', 'unknown']).optional(),
});

const endpoint = z.strictObject({
  name,
  addresses: z.array(ipAddress).min(1, 'expected at least one address'),
  weight: z.number().min(0).optional(),
  /** What differs from the check of the pool; a check's target need not be the address that is answered. */
  check: check.optional(),
});

const pool = z.strictObject({
  location: z
    .union([
      z.strictObject({ country: z.string().regex(/^[A-Z]{2}$/, 'expected an ISO 3166-1 alpha-2 code such as DE') }),
      z.strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) }),
    ])
    .optional(),
  endpoints: z.array(endpoint).min(1, 'expected at least one endpoint'),
  check: check.optional(),
  minHealthy: z.int().min(1).optional(),
});

// What stands in a chain is checked by @dnsteer/steering, which knows its filters.
const policy = z.strictObject({
  pools: z.array(z.string()).min(1, 'expected at least one pool'),
  chain: z.array(z.union([z.string(), z.record(z.string(), z.unknown())])),
  ttl: z.strictObject({ min: z.int().min(0).optional(), max: z.int().min(0).optional() }).optional(),
  allDown: z.union([z.enum(['all', 'none']), z.strictObject({ pool: z.string() })]).optional(),
});

const dnssec = z.strictObject({
  algorithm: z.enum(['ECDSAP256SHA256', 'ED25519']).default('ECDSAP256SHA256'),
  denial: z.enum(['nsec']).default('nsec'),
  keys: z.string().min(1).default('./keys'),
});

const zone = z.strictObject({
  file: z.string().min(1),
  /** Owner name, relative to the zone or absolute, '@' for the apex -> policy. */
  steer: z.record(domainName, z.string()).default({}),
  dnssec: z.union([dnssec, z.literal(false)]).default(false),
});

const tcp = z.strictObject({
  maxConnections: z.int().min(1).max(1_000_000).default(1000),
  idleTimeout: duration(100, 3_600_000).default(10_000),
  /** Queries of one connection that are answered at a time; the next are read when one is done. */
  maxPipelined: z.int().min(1).max(65_535).default(100),
  /** Octets; a larger query closes its connection. */
  maxQuery: z.int().min(512).max(65_535).default(4096),
});

const server = z.strictObject({
  listen: z.array(listenAddress).min(1, 'expected at least one address').default(['127.0.0.1:5300']),
  workers: z
    .union([z.literal('auto'), z.literal(1)], { error: 'expected 1 or auto (one thread answers; more are not there yet)' })
    .default(1),
  udpDriver: z.enum(['auto', 'dgram'], { error: 'expected auto or dgram (batch is not there yet)' }).default('auto'),
  maxUdpPayload: z.int().min(512).max(4096).default(1232),
  tcp: tcp.prefault({}),
  /** Path of the Unix socket through which the CLI talks to the running server. */
  control: z.string().min(1).default('./dnsteer.sock'),
  /** How long a stop waits for what was received. */
  stopGrace: duration(0, 60_000).default(2000),
});

const geo = z.strictObject({
  databases: z.array(z.string().min(1)).default([]),
  clientSubnet: z.union([z.enum(['all', 'none']), z.array(prefix)], { error: 'expected all, none, or a list of prefixes' }).default('all'),
});

const health = z.strictObject({
  store: z.literal('memory', { error: 'expected memory (other stores are not there yet)' }).default('memory'),
  vantage: z.string().min(1).default('local'),
});

export const CONFIG_SCHEMA = z.strictObject({
  server: server.prefault({}),
  geo: geo.prefault({}),
  pools: z.record(name, pool).default({}),
  policies: z.record(name, policy).default({}),
  zones: z.record(domainName, zone).default({}),
  health: health.prefault({}),
});

export type Config = z.output<typeof CONFIG_SCHEMA>;
export type CheckConfig = z.output<typeof check>;
export type PoolConfig = z.output<typeof pool>;
export type ZoneConfig = z.output<typeof zone>;

/** For editors: JSON Schema 2020-12 of what a configuration file may hold. */
export function configJsonSchema(): unknown {
  return { ...z.toJSONSchema(CONFIG_SCHEMA, { io: 'input', unrepresentable: 'any' }), title: 'dnsteer configuration' };
}
