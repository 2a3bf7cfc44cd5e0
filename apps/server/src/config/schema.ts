import { FILTER_NAMES } from '@dnsteer/steering';
import { z } from 'zod';
import { CONTROL_DEFAULT } from './text.ts';
import { domainName, duration, ipAddress, listenAddress, mayBeEmpty, name, path, prefix, textThat } from './values.ts';

// The configuration contract: what is configurable is a row here, with its range, default and meaning. The README's table is made of these rows.

// It is read once, or seldom: to compile a parser of it would take longer than to do without.
z.config({ jitless: true });

const status = z.union([z.int().min(100).max(599), z.string()]);

const check = z.strictObject({
  type: z.enum(['http', 'https', 'tcp']).optional().describe('How an endpoint proves that it is up. Left out: needed, here or there.'),
  address: ipAddress.optional().describe('Whom to probe. Left out: the address that is answered.'),
  port: z.int().min(1).max(65_535).optional().describe('Where to probe. Left out: 80 for http, 443 for https; tcp needs one.'),
  path: textThat((text) => text.startsWith('/'), 'expected a path that starts with "/"')
    .optional()
    .describe('What http and https ask for. Left out: `/`.'),
  host: z.string().min(1).optional().describe('The Host header, and the name in the certificate. Left out: the address.'),
  expectStatus: z
    .union([status, z.array(status).min(1, 'expected at least one status')])
    .optional()
    .describe('Statuses that are well, such as `200`, `2xx`, `200-299` or a list. Left out: `200`.'),
  interval: duration(100, 86_400_000).optional().describe('From probe to probe. Left out: `10s`.'),
  timeout: duration(10, 600_000).optional().describe('For one probe; at most the interval. Left out: half of it.'),
  rise: z.int().min(1).max(100).optional().describe('Successes in a row that bring an endpoint up. Left out: 2.'),
  fall: z.int().min(1).max(100).optional().describe('Failures that bring it down. Left out: 3.'),
  ok: z.int().min(1).max(100).optional().describe('Successes in a row after which failures are forgotten. Left out: 1.'),
  jitter: z.number().min(0).max(0.5).optional().describe('Share of the interval by which a probe may come early. Left out: 0.1.'),
  verifyCertificate: z.boolean().optional().describe('Whether https wants a valid certificate. Left out: true.'),
  cooldown: duration(0, 86_400_000)
    .optional()
    .describe('A state that has changed stays for at least so long, so that one that flaps changes once in that time. Left out: 0s.'),
  initial: z.enum(['up', 'down', 'unknown']).optional().describe('Before the first probe; unknown counts as up. Left out: `unknown`.'),
});

const endpoint = z
  .strictObject({
    name: name.describe('Unique in its pool.'),
    addresses: z
      .array(ipAddress)
      .min(1, 'expected at least one address')
      .optional()
      .describe('What is answered, IPv4 and IPv6. Left out: needed, unless there is a `cname` or there are `records`.'),
    cname: z
      .string()
      .optional()
      .describe(
        'In their place, a name such as `www.example.net`: when it is the first choice, every type is answered by this alias. The name then has no other data, and is no apex. Left out: none.',
      ),
    records: z
      .record(z.string(), z.array(z.string()).min(1, 'expected at least one record'))
      .optional()
      .describe(
        'What is answered to other types, such as `TXT: [\'"eu"\']` or `MX: [10 mail.example.com.]`; names are absolute. Left out: none.',
      ),
    weight: z.number().min(0).optional().describe('Its share among the endpoints of a tier (`weighted`). Left out: 1.'),
    ttl: z
      .int()
      .min(0)
      .max(2_147_483_647)
      .optional()
      .describe('Seconds that an answer with it may be kept at most. Left out: what the policy says.'),
    check: mayBeEmpty(check.optional()).describe('What differs from the check of the pool; its keys are the same.'),
  })
  .refine(({ addresses, cname, records }) => addresses ?? cname ?? records, 'expected addresses, a cname, or records among its keys');

const pool = z.strictObject({
  location: z
    .union(
      [
        z.strictObject({ country: textThat((text) => /^[A-Z]{2}$/.test(text), 'expected an ISO 3166-1 alpha-2 code such as DE') }),
        z.strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) }),
      ],
      { error: 'expected { country: DE } or { lat: 50.1, lon: 8.7 }' },
    )
    .optional()
    .describe('Where it stands, for `nearest`: `{ country: DE }`, or degrees, `{ lat: 50.1, lon: 8.7 }`.'),
  endpoints: z.array(endpoint).min(1, 'expected at least one endpoint').describe('Who can be answered; at least one.'),
  check: check.optional().describe('How its endpoints are probed. Left out: not at all; they count as up.'),
  minHealthy: z
    // What text may stand here is checked by @dnsteer/steering.
    .union([z.int().min(1), z.string()], { error: 'expected a whole number from 1, or a share such as "50%"' })
    .optional()
    .describe(
      'With fewer endpoints up the whole pool counts as down: a number, or a share of them such as `50%`, rounded up. Left out: 1.',
    ),
});

const SERVICE =
  'RDATA without hints, such as `1 . alpn="h2,h3"`; its target is `.`, or a name that the policy steers. Left out: none is answered.';

const seconds = z.int().min(0).max(2_147_483_647).optional();

const policy = z.strictObject({
  pools: z.array(z.string()).min(1, 'expected at least one pool').describe('Whose endpoints are candidates.'),
  // What stands in a chain is checked by @dnsteer/steering, which knows its filters.
  chain: z
    .array(
      z.union([z.string().meta({ examples: [...FILTER_NAMES] }), z.record(z.string(), z.unknown())], {
        error: 'expected a filter: its name, or one key with its parameters',
      }),
    )
    .describe(
      'Filters in their order; the README of @dnsteer/steering has them all. `cidr: { file: networks.csv }` reads lines of a network and its pools, `latency: { file: ms.csv }` lines such as `192.0.2.0/24 eu=12 us=85`.',
    ),
  ttl: mayBeEmpty(
    z
      .strictObject({
        min: seconds.describe('While a state may change. Left out: 5.'),
        max: seconds.describe('While nothing can change. Left out: 60.'),
      })
      .optional(),
  ).describe('Seconds that an answer may be kept.'),
  allDown: z
    .union([z.enum(['all', 'last', 'none', 'servfail']), z.strictObject({ pool: z.string() })], {
      error: 'expected all, last, none, servfail or { pool: NAME }',
    })
    .optional()
    .describe(
      'What is answered when all candidates are down: `all` of them, those that were up `last`, `none` (no data), `servfail`, or `{ pool: NAME }`. Left out: `all`.',
    ),
  services: mayBeEmpty(
    z.strictObject({ HTTPS: z.string().optional().describe(SERVICE), SVCB: z.string().optional().describe(SERVICE) }).optional(),
  ).describe('Records of HTTPS and SVCB (RFC 9460) whose hints are the addresses that the policy answers.'),
  client: mayBeEmpty(
    z
      .strictObject({
        prefer: z
          .enum(['ecs', 'source'])
          .optional()
          .describe(
            'Whom it steers by where a query names its client (ECS): that client, or the address that the query came from. `geo.clientSubnet` says whose ECS counts at all. Left out: `ecs`.',
          ),
      })
      .optional(),
  ).describe('Whom the policy steers by.'),
});

const dnssec = z.strictObject({
  algorithm: z.enum(['ECDSAP256SHA256', 'ED25519']).default('ECDSAP256SHA256').describe('Of keys that are made. RFC 8624.'),
  denial: z
    .enum(['nsec'], { error: 'expected nsec (nsec3 and compact are not there yet)' })
    .default('nsec')
    .describe('How it is proved that there is nothing.'),
  keys: path.default('./keys').describe('Folder of the keys. They are made on first use and kept, readable by the owner only.'),
});

/** @param most - octets, of UTF-8. */
function shortText(most: number) {
  return textThat((text) => text !== '' && Buffer.byteLength(text) <= most, `expected 1 to ${most} octets`);
}

const zone = z.strictObject({
  file: path.describe('The zone file (RFC 1035 5).'),
  steer: mayBeEmpty(z.record(domainName, z.string()).default({})).describe(
    'Owner name, relative or absolute, `@` for the apex, `*.app` for names below `app` that are not there (RFC 4592), with the policy that answers for it.',
  ),
  alias: mayBeEmpty(z.record(domainName, z.string()).default({})).describe(
    'Owner name, `@` for the apex, with the name whose A and AAAA it has: in a zone of this configuration, or resolved by `server.resolvers`.',
  ),
  dnssec: z
    .union([dnssec, z.literal(false)])
    .default(false)
    .describe('`false`: not signed.'),
});

const tcp = z.strictObject({
  maxConnections: z.int().min(1).max(1_000_000).default(1000).describe('One more closes the one that has been idle longest.'),
  idleTimeout: duration(100, 3_600_000).prefault('10s').describe('A connection without a query for so long is closed.'),
  maxPipelined: z.int().min(1).max(65_535).default(100).describe('Queries of one connection that are answered at a time.'),
  maxQuery: z.int().min(512).max(65_535).default(4096).describe('Octets; a larger query closes its connection.'),
});

const cookies = z.strictObject({
  secrets: z
    .array(textThat((text) => /^[0-9a-f]{32}$/i.test(text), 'expected 32 hexadecimal digits'))
    .default([])
    .describe(
      "Shared by servers that accept each other's cookies: the first makes them, all are accepted. 32 hexadecimal digits each. None: one of its own, made at the start.",
    ),
  require: z
    .boolean()
    .default(false)
    .describe(
      'Whether a UDP query with a cookie gets BADCOOKIE where its server part is missing or not valid. Queries without cookies are answered.',
    ),
});

const chaos = z.strictObject({
  version: shortText(255).optional().describe('Answers `version.bind` and `version.server`, TXT of class CH. Left out: REFUSED.'),
  id: shortText(255).optional().describe('Answers `id.server` and `hostname.bind`, TXT of class CH (RFC 4892). Left out: REFUSED.'),
});

const why = z.strictObject({
  allow: z
    .array(prefix)
    .default([])
    .describe(
      'Source prefixes that are told why a name is answered as it is: TXT of class CH at `why.NAME`, and the EDNS option of `server.why.option`. None: nobody.',
    ),
  option: z
    .int()
    .min(65001)
    .max(65534)
    .default(65023)
    .describe(
      'The code of an EDNS option for local use (RFC 6891 9). A query with it gets its answer, and an Extended DNS Error 0 (RFC 8914) that says why in one line.',
    ),
});

const server = z.strictObject({
  listen: z
    .array(listenAddress)
    .min(1, 'expected at least one address')
    .default(['127.0.0.1:5300'])
    .describe('Addresses and ports, UDP and TCP. Port 0: any that is free.'),
  workers: z
    .union([z.literal('auto'), z.int().min(1).max(64)], { error: 'expected a whole number from 1 to 64, or auto' })
    .default(1)
    .describe(
      'Threads that answer. `auto`: one for each processor. More than one need the driver `batch`, or Node 22.12 on Linux; without them one answers, and a warning says so.',
    ),
  resolvers: z
    .array(
      textThat(
        (text) => /^(\d+\.\d+\.\d+\.\d+(:\d+)?|\[[\da-fA-F:.]+\](:\d+)?|[\da-fA-F:]*:[\da-fA-F:.]*)$/.test(text),
        'expected an address, with or without a port, such as 192.0.2.53 or [2001:db8::53]:5300',
      ),
    )
    .default([])
    .describe('Resolvers that are asked for the targets of aliases outside the zones.'),
  udpDriver: z
    .enum(['auto', 'batch', 'dgram'])
    .default('auto')
    .describe(
      'How packets are read and sent: `batch`, many by one system call (Linux); `dgram`, by Node. `auto`: the first where it is there.',
    ),
  maxUdpPayload: z.int().min(512).max(4096).default(1232).describe('Octets; a larger answer is truncated (TC), and had over TCP.'),
  tcp: mayBeEmpty(tcp.prefault({})),
  cookies: mayBeEmpty(z.union([cookies, z.literal(false)]).prefault({})).describe('DNS Cookies (RFC 7873, RFC 9018). `false`: none.'),
  nsid: shortText(128).optional().describe('The name of this server, told to those who ask (RFC 5001; `dig +nsid`). Left out: not told.'),
  chaos: mayBeEmpty(chaos.prefault({})),
  why: mayBeEmpty(why.prefault({})),
  control: path.default(CONTROL_DEFAULT).describe('The Unix socket through which the CLI talks to the running server.'),
  stopGrace: duration(0, 60_000).prefault('2s').describe('How long a stop waits until what was received is answered.'),
});

const geo = z.strictObject({
  databases: z
    .array(path)
    .default([])
    .describe('MMDB files; for each fact the first that knows it counts. None: the country database that ships with @dnsteer/geo.'),
  clientSubnet: z
    .union([z.enum(['all', 'none']), z.array(prefix)], { error: 'expected all, none, or a list of prefixes' })
    .default('all')
    .describe("Whose EDNS Client Subnet counts: everybody's, nobody's, or that of the resolvers in these prefixes."),
});

const health = z.strictObject({
  store: z
    .literal('memory', { error: 'expected memory (other stores are not there yet)' })
    .default('memory')
    .describe('Where states are kept.'),
  overrides: path
    .optional()
    .describe(
      'A file of what operators say of endpoints, read again when it changes (see Overrides). Left out: only what is said by `dnsteer pool`.',
    ),
  vantage: z.string().min(1).default('local').describe('The name of the place that this server probes from. Nothing uses it yet.'),
});

export const CONFIG_SCHEMA = z.strictObject({
  server: mayBeEmpty(server.prefault({})),
  geo: mayBeEmpty(geo.prefault({})),
  pools: mayBeEmpty(z.record(name, pool).default({})),
  policies: mayBeEmpty(z.record(name, policy).default({})),
  zones: mayBeEmpty(z.record(domainName, zone).default({})),
  health: mayBeEmpty(health.prefault({})),
});

export type Config = z.output<typeof CONFIG_SCHEMA>;
export type CheckConfig = z.output<typeof check>;
export type PoolConfig = z.output<typeof pool>;
export type ZoneConfig = z.output<typeof zone>;

/** For editors: JSON Schema 2020-12 of what a configuration file may hold. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(CONFIG_SCHEMA, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => allowEmpty(jsonSchema),
  });
  return { ...schema, title: 'dnsteer configuration' };
}

/** See `mayBeEmpty`. */
function allowEmpty(schema: z.core.JSONSchema.BaseSchema & { mayBeEmpty?: boolean }): void {
  if (schema.mayBeEmpty !== true) return;
  delete schema.mayBeEmpty;
  if (schema.anyOf !== undefined) schema.anyOf = [...schema.anyOf.filter(({ type }) => type !== 'null'), { type: 'null' }];
  else (schema as { type?: unknown }).type = ['object', 'null'];
}
