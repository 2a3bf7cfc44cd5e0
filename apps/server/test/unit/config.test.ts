import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import type { Problem } from '../../src/config/problem.ts';
import { configJsonSchema } from '../../src/config/schema.ts';

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
    expect(problemsOf(text)[0]!.message).toContain('expected one of name, addresses, weight, check');
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
    ['server: { workers: 4 }', 'server.workers', /found 4, expected 1 or auto/],
    ['server: { udpDriver: batch }', 'server.udpDriver', /found "batch", expected auto or dgram/],
    ['server: { maxUdpPayload: 100 }', 'server.maxUdpPayload', /found 100, /],
    ['geo: { clientSubnet: [10.0.0.0/40] }', 'geo.clientSubnet[0]', /found "10.0.0.0\/40", expected/],
    ['health: { store: "redis://127.0.0.1" }', 'health.store', /expected memory/],
    ['pools: { eu: { endpoints: [] } }', 'pools.eu.endpoints', /expected at least one endpoint/],
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
    ['zones: { example.com: {} }', 'zones.example.com.file', /found nothing/],
  ])('%s', (text, where, message) => {
    const problems = problemsOf(`${text}\n`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line: 1, where, message: expect.stringMatching(message) });
    expect(problems[0]!.column).toBeGreaterThan(1);
  });

  test('every problem at once', () => {
    expect(problemsOf('server:\n  workers: 9\n  udpDriver: fast\n  x: 1\n').map(({ line }) => line)).toEqual([2, 3, 4]);
  });

  test('YAML that is none', () => {
    const [problem] = problemsOf('server:\n  listen: [\n');
    expect(problem!.line).toBeGreaterThanOrEqual(2);
  });
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
