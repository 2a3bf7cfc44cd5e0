import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfig, parseConfig } from '../../src/config/load.ts';
import { mismatches } from '../../src/config/mismatch.ts';
import type { Problem } from '../../src/config/problem.ts';
import { CONFIG_SCHEMA, configJsonSchema } from '../../src/config/schema.ts';
import { shownPath } from '../../src/config/text.ts';
import { referenceTables } from './reference.ts';

const ENDPOINTS = 'endpoints: [{ name: a, addresses: [192.0.2.1] }]';

function located(location: string): string {
  return `pools: { eu: { location: ${location}, ${ENDPOINTS} } }`;
}

function checked(check: string): string {
  return `pools: { eu: { check: ${check}, ${ENDPOINTS} } }`;
}

function problemsOf(text: string): Problem[] {
  try {
    parseConfig(text, 'dnsteer.yaml', '/etc/dnsteer');
  } catch (error) {
    return [...(error as { problems: Problem[] }).problems];
  }
  return [];
}

describe('a configuration that is wrong says where, what was found and what was expected', () => {
  test('an unknown key, at the key, with the keys that are known', () => {
    const [problem] = problemsOf('server:\n  listen: ["127.0.0.1:5300"]\n  lisen: 5\n');
    expect(problem).toMatchObject({ file: 'dnsteer.yaml', line: 3, column: 3, where: 'server.lisen' });
    expect(problem!.message).toMatch(/unknown key; expected one of listen, workers/);
  });

  test('an unknown key at the top, and deep in a list', () => {
    expect(problemsOf('servers: {}\n')[0]).toMatchObject({ line: 1, column: 1, where: 'servers' });
    const text = 'pools:\n  eu:\n    endpoints:\n      - { name: a, addresses: [192.0.2.1], wight: 3 }\n';
    expect(problemsOf(text)[0]).toMatchObject({ line: 4, column: 44, where: 'pools.eu.endpoints[0].wight' });
    expect(problemsOf(text)[0]!.message).toContain('expected one of name, addresses, cname, records, weight, ttl, check');
  });

  test.each([
    ['server: { listen: ["localhost"] }', 'server.listen[0]', /found "localhost", expected an address and a port/],
    [
      'server: { listen: ["127.0.0.1:5300", "[::1]:5300", "[0:0::1]:5300"] }',
      'server.listen[2]',
      /found "\[0:0::1\]:5300", but "\[::1\]:5300" listens there already/,
    ],
    ['server: { listen: ["0.0.0.0:53", "127.0.0.1:53"] }', 'server.listen[1]', /but "0\.0\.0\.0:53" listens there already/],
    ['server: { tcp: { idleTimeout: 10 } }', 'server.tcp.idleTimeout', /found 10, expected a duration/],
    ['server: { tcp: { idleTimeout: 10x } }', 'server.tcp.idleTimeout', /found "10x", expected a duration/],
    ['server: { workers: 65 }', 'server.workers', /found 65, expected /],
    ['server: { udpDriver: fast }', 'server.udpDriver', /found "fast", expected /],
    ['server: { maxUdpPayload: 100 }', 'server.maxUdpPayload', /found 100, /],
    ['geo: { clientSubnet: [10.0.0.0/40] }', 'geo.clientSubnet[0]', /found "10.0.0.0\/40", expected/],
    ['health: { store: "redis://127.0.0.1" }', 'health.store', /expected memory/],
    ['pools: { eu: { endpoints: [] } }', 'pools.eu.endpoints', /expected at least one endpoint/],
    [
      'pools: { eu: { endpoints: [{ name: a }] } }',
      'pools.eu.endpoints[0]',
      /^found .*, expected addresses, a cname, or records among its keys$/,
    ],
    [
      'pools: { eu: { endpoints: [{ name: a, addresses: [1.2.3] }] } }',
      'pools.eu.endpoints[0].addresses[0]',
      /found "1.2.3", expected an IPv4 or IPv6 address/,
    ],
    ['policies: { web: { pools: [eu], chain: [up] } }', 'policies.web.pools[0]', /found "eu", expected a pool, but none is configured/],
    ['zones: { example.com: { file: x, steer: { www: web } } }', 'zones.example.com.steer.www', /found "web", expected a policy/],
    [
      'zones: { example.com: { file: x, dnssec: { denial: nsec3 } } }',
      'zones.example.com.dnssec.denial',
      /found "nsec3", expected nsec \(nsec3 and compact are not there yet\)$/,
    ],
    [
      'zones: { example.com: { file: x, dnssec: true } }',
      'zones.example.com.dnssec',
      /found true, expected false, or keys: algorithm, denial, keys$/,
    ],
    ['zones: { example.com: { file: x, dnssec: [nsec] } }', 'zones.example.com.dnssec', /expected false, or keys/],
    ['zones: { example.com: { file: x, dnssec: { salt: x } } }', 'zones.example.com.dnssec.salt', /unknown key; expected one of algorithm/],
    ['zones: { example.com: { file: x, dnssec: null } }', 'zones.example.com.dnssec', /found null, expected false, or keys/],
    ['zones: { example.com: {} }', 'zones.example.com.file', /^found nothing, expected a path$/],
    ['zones: { example.com: }', 'zones.example.com', /^found null, expected keys: file, steer, alias, dnssec$/],
    [
      `policies: { web: { pools: [a], chain: [], allDown: foo } }`,
      'policies.web.allDown',
      /^found "foo", expected all, last, none, servfail or \{ pool: NAME \}$/,
    ],
    ['policies: { web: { pools: [a], chain: [], allDown: { pool: 5 } } }', 'policies.web.allDown.pool', /^found 5, expected text$/],
    [
      'policies: { web: { pools: [a], chain: [[up]] } }',
      'policies.web.chain[0]',
      /^found \["up"\], expected a filter: its name, or one key/,
    ],
    [located('{ lat: 45 }'), 'pools.eu.location.lon', /^found nothing, expected a number from -180 to 180$/],
    [located('{ country: DE, lat: 45, lon: 3 }'), 'pools.eu.location', /^found \{.*\}, expected either country, or lat and lon$/],
    [located('{ country: DE, lat: 45 }'), 'pools.eu.location', /, expected either country, or lat and lon$/],
    [located('{ country: de }'), 'pools.eu.location.country', /^found "de", expected an ISO 3166-1 alpha-2 code such as DE$/],
    [located('{ contry: DE }'), 'pools.eu.location.contry', /^unknown key; expected one of country, lat, lon$/],
    [located('{ country: DE, x: 1 }'), 'pools.eu.location.x', /^unknown key; expected one of country, lat, lon$/],
    [located('DE'), 'pools.eu.location', /^found "DE", expected \{ country: DE \} or \{ lat: 50\.1, lon: 8\.7 \}$/],
    [located('{}'), 'pools.eu.location', /^found \{\}, expected \{ country: DE \} or/],
    [located(''), 'pools.eu.location', /^found null, expected \{ country: DE \} or/],
    ['pools: { "e u": { endpoints: [] } }', 'pools.e u', /^found "e u", expected a name without "\/" or blanks$/],
    ['server: 5', 'server', /^found 5, expected keys: listen, workers, /],
    ['server: { cookies: { secrets: [5] } }', 'server.cookies.secrets[0]', /^found 5, expected 32 hexadecimal digits$/],
    ['server: { cookies: yes }', 'server.cookies', /^found "yes", expected false, or keys: secrets, require$/],
    ['server: { tcp: { maxConnections: 1.5 } }', 'server.tcp.maxConnections', /^found 1\.5, expected a whole number from 1 to 1000000$/],
    ['geo: { databases: a.mmdb }', 'geo.databases', /^found "a\.mmdb", expected a list$/],
    [checked('{ type: icmp }'), 'pools.eu.check.type', /^found "icmp", expected http, https or tcp$/],
    [checked('{ type: http, verifyCertificate: no }'), 'pools.eu.check.verifyCertificate', /^found "no", expected true or false$/],
    [checked('{ type: http, expectStatus: [] }'), 'pools.eu.check.expectStatus', /^found \[\], expected at least one status$/],
    [
      checked('{ type: http, expectStatus: { a: 1 } }'),
      'pools.eu.check.expectStatus',
      /expected a whole number from 100 to 599, text or a list$/,
    ],
    [checked('{ type: http, expectStatus: [true] }'), 'pools.eu.check.expectStatus[0]', /expected a whole number from 100 to 599 or text$/],
    [checked(''), 'pools.eu.check', /^found null, expected keys: type, address, /],
    ['server: { nsid: &a [*a] }', 'server.nsid', /^found what contains itself, expected 1 to 128 octets$/],
  ])('%s', (text, where, message) => {
    const problems = problemsOf(`${text}\n`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line: 1, where, message: expect.stringMatching(message) });
    expect(problems[0]!.column).toBeGreaterThan(1);
  });

  test('allDown with another key: that it is unknown, and what is missing', () => {
    const problems = problemsOf('policies: { web: { pools: [a], chain: [], allDown: { poool: a } } }\n');
    expect(problems.map(({ where, message }) => `${where}: ${message}`).sort()).toEqual([
      'policies.web.allDown.pool: found nothing, expected text',
      'policies.web.allDown.poool: unknown key; expected one of pool',
    ]);
  });

  test('every problem at once', () => {
    expect(problemsOf('server:\n  workers: 0\n  udpDriver: fast\n  x: 1\n').map(({ line }) => line)).toEqual([2, 3, 4]);
  });

  test('YAML that is none', () => {
    const [problem] = problemsOf('server:\n  listen: [\n');
    expect(problem!.line).toBeGreaterThanOrEqual(2);
  });
});

test.each(['.', process.cwd(), '/'])('%s instead of a file: that it is a folder, and which', (path) => {
  expect(() => loadConfig(path)).toThrow(`${path === '/' ? '/' : '.'}: this is a folder: name the file in it with --config`);
  expect(shownPath(path)).toBe(path === '/' ? '/' : '.');
});

test('an empty file is the defaults', () => {
  const { config } = parseConfig('', 'dnsteer.yaml', '/');
  expect(config.server).toMatchObject({
    listen: ['127.0.0.1:5300'],
    workers: 1,
    maxUdpPayload: 1232,
    tcp: { maxConnections: 1000, idleTimeout: 10_000 },
  });
});

test('addresses that do not take each other anything: another port, another family, or a free port each', () => {
  const listen = ['127.0.0.1:53', '127.0.0.1:5300', '[::1]:53', '127.0.0.1:0', '127.0.0.1:0', '127.0.0.2:80', '127.0.0.3:80'];
  expect(parseConfig(JSON.stringify({ server: { listen } }), 'x', '/').config.server.listen).toEqual(listen);
});

test('durations become milliseconds', () => {
  const { config } = parseConfig(
    'pools: { eu: { endpoints: [{ name: a, addresses: [192.0.2.1] }], check: { type: http, interval: 1m, timeout: 500ms } } }',
    'x',
    '/',
  );
  expect(config.pools['eu']!.check).toMatchObject({ interval: 60_000, timeout: 500 });
});

test('a key that nothing uses yet is taken, and its description says so', () => {
  expect(parseConfig('health: { vantage: fra }', 'x', '/').config.health.vantage).toBe('fra');
  expect(JSON.stringify(configJsonSchema())).toMatch(/probes from\. Nothing uses it yet\./);
});

describe('a section with nothing behind its key counts as left out', () => {
  const WEB = `pools: { eu: { ${ENDPOINTS} } }\npolicies: { web: { pools: [eu], chain: [] } }\n`;
  test.each(['server', 'geo', 'pools', 'policies', 'zones', 'health'])('%s', (section) => {
    expect(parseConfig(`${section}:\n`, 'x', '/').config).toEqual(parseConfig('', 'x', '/').config);
  });

  test.each([
    ['server: { tcp: , cookies: , chaos: }', 'server: {}'],
    ['zones: { example.com: { file: x, steer: } }', 'zones: { example.com: { file: x } }'],
    [WEB.replace('chain: []', 'chain: [], ttl: '), WEB],
    [WEB.replace('1] }', '1], check: }'), WEB],
  ])('%s', (empty, leftOut) => {
    const parsed = (text: string): unknown => JSON.parse(JSON.stringify(parseConfig(text, 'x', '/').config));
    expect(empty).not.toBe(leftOut);
    expect(parsed(empty)).toEqual(parsed(leftOut));
  });

  test('editors are told so, too', () => {
    const { properties } = configJsonSchema() as { properties: Record<string, { type: unknown; properties?: Record<string, unknown> }> };
    expect(properties['geo']!.type).toEqual(['object', 'null']);
    expect(properties['server']!.properties!['cookies']).toMatchObject({ anyOf: [{ type: 'object' }, { const: false }, { type: 'null' }] });
    expect(JSON.stringify(properties)).not.toContain('mayBeEmpty');
  });
});

describe('no message has words of the library that reads the schema', () => {
  /** Every key there is, each with a good value. */
  const FULL = parse(`
server: { listen: ["127.0.0.1:0"], workers: 1, resolvers: [192.0.2.53], udpDriver: auto, maxUdpPayload: 1232, tcp: { maxConnections: 5, idleTimeout: 1s, maxPipelined: 5, maxQuery: 4096 },
  cookies: { secrets: [00112233445566778899aabbccddeeff], require: true }, nsid: a, why: { allow: [192.0.2.0/24], option: 65023 }, chaos: { version: a, id: b }, control: ./s, stopGrace: 1s }
geo: { databases: [a], clientSubnet: [192.0.2.0/24] }
pools:
  eu: { location: { country: DE }, minHealthy: 1, endpoints: [{ name: a, addresses: [192.0.2.1], cname: a.example, records: { TXT: [a] }, weight: 1, ttl: 5, check: { type: tcp, port: 5 } }],
    check: { type: http, address: 192.0.2.1, port: 5, path: /, host: a, expectStatus: [200], interval: 5s, timeout: 1s, rise: 1, fall: 1, ok: 1, jitter: 0.1, cooldown: 30s, verifyCertificate: true, initial: up } }
  us: { location: { lat: 1, lon: 2 }, endpoints: [{ name: a, addresses: [192.0.2.1] }] }
policies: { web: { pools: [eu], chain: [up, { first: 1 }], ttl: { min: 1, max: 2 }, allDown: { pool: us }, services: { HTTPS: 1 ., SVCB: 1 . }, client: { prefer: source } } }
zones: { example.com: { file: a, steer: { www: web }, alias: { a: b.example }, dnssec: { algorithm: ED25519, denial: nsec, keys: ./k } } }
health: { store: memory, vantage: a, overrides: o.yaml }
`) as Record<string, unknown>;
  const WRONG = [null, true, -1, 1.5, 1e300, Number.NaN, 'wrong', '', [], [null], [5], [{}], {}, { wrong: 1 }, { '': 1 }];

  function placesIn(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
    if (typeof value !== 'object' || value === null) return [[...path]];
    const inside = Object.entries(value).flatMap(([key, own]) => placesIn(own, [...path, Array.isArray(value) ? Number(key) : key]));
    return path.length === 0 ? inside : [[...path], ...inside];
  }

  /** What is told of FULL with something else at `path`; without it for `undefined`. */
  function messagesOf(path: readonly (string | number)[], wrong: unknown): string[] {
    const value = structuredClone(FULL);
    const holder = path.slice(0, -1).reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], value) as Record<string, unknown>;
    if (wrong === undefined) delete holder[path.at(-1)!];
    else holder[path.at(-1)!] = wrong;
    const source = { value, problem: (_: unknown, message: string) => ({ file: '', line: 1, column: 1, where: '', message }) };
    const issues = CONFIG_SCHEMA.safeParse(value).error?.issues ?? [];
    return issues.flatMap((issue) => mismatches(issue, source)).map(({ message }) => message);
  }

  test('the configuration that is made wrong here has every key of the schema', () => {
    const known = new Set(placesIn(FULL).map((path) => path.filter((step) => typeof step !== 'number').join('.')));
    const missing = referenceKeys().filter((key) => !known.has(key.replaceAll('[]', '').replace('.NAME', `.${nameIn(key)}`)));
    expect(missing).toEqual([]);
    expect(problemsOf(stringify(FULL))).toEqual([]);
  });

  const places = placesIn(FULL);
  test.each(places.map((path) => [path.join('.'), path] as const))('%s', (_, path) => {
    for (const message of [undefined, ...WRONG].flatMap((wrong) => messagesOf(path, wrong))) {
      expect(message).toMatch(/^(found .+, expected .+|unknown key; expected one of .+)$/);
      expect(message).not.toMatch(
        /invalid|received|too (small|big)|unrecognized|option:|expected (string|number|object|array|record|int|boolean)/i,
      );
    }
  });

  test('every wrong value is told somewhere', () => {
    for (const wrong of WRONG) expect(places.filter((path) => messagesOf(path, wrong).length > 0).length).toBeGreaterThan(10);
  });
});

function referenceKeys(): string[] {
  return [...referenceTables().matchAll(/^\| `([^`]+)` \|/gm)].map(([, key]) => key!);
}

function nameIn(key: string): string {
  return { pools: 'eu', policies: 'web', zones: 'example.com' }[key.split('.')[0]!] ?? 'NAME';
}
